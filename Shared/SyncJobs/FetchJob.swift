import RiotClient
public import RiotModels
public import Storage
public import WorkQueue

/// Parameters of `sync_match_data` and `sync_match_timeline`.
public struct FetchParameters: Codable, Sendable {
    /// Riot's id of the match, `NA1_5012345678`.
    public let matchID: String

    enum CodingKeys: String, CodingKey { case matchID = "match_id" }
}

/// What a fetch job did, as both roads answer it.
public struct FetchResult: Codable, Sendable, Equatable {
    /// How the match, or its timeline, stands now.
    public enum State: String, Codable, Sendable {
        /// Fetched and stored.
        case stored
        /// It was held already; no request was made.
        case existing
        /// Riot does not have it.
        case unavailable
        /// It was fetched and could not be understood; the body is kept.
        case failed
        /// Fetched and understood, and stored nowhere, because the worker has no database.
        case decoded
    }

    /// Riot's id of the match.
    public var matchID: String
    /// How it stands now.
    public var state: State
    /// It is in the database.
    public var stored: Bool
    /// Some task waits for the match's timeline.
    public var timelineWanted: Bool?
    /// Why it is unavailable or failed.
    public var reason: String?
    /// Without a database: what would have been stored.
    public var wouldStore: [String: Int]?

    enum CodingKeys: String, CodingKey {
        case matchID = "match_id"
        case state, stored, reason
        case timelineWanted = "timeline_wanted"
        case wouldStore = "would_store"
    }

    init(
        _ id: MatchID,
        _ state: State,
        timelineWanted: Bool? = nil,
        reason: String? = nil,
        wouldStore: [String: Int]? = nil
    ) {
        self.matchID = id.text
        self.state = state
        self.stored = state == .stored || state == .existing
        self.timelineWanted = timelineWanted
        self.reason = reason
        self.wouldStore = wouldStore
    }
}

extension FetchKind {
    /// The JSON-RPC method, which is also Celery's name of the task.
    public var method: String {
        switch self {
        case .match: "sync_match_data"
        case .timeline: "sync_match_timeline"
        }
    }

    /// The limit that its requests count against.
    var riotMethod: RiotMethod {
        switch self {
        case .match: .match
        case .timeline: .timeline
        }
    }

    func request(_ id: MatchID) -> RiotRequest {
        switch self {
        case .match: .match(id)
        case .timeline: .timeline(id)
        }
    }

    /// The queue's job for a match: its id is the thing itself, its payload the JSON-RPC request.
    public func job(_ id: MatchID) -> WorkQueue.Job {
        let jobID = "\(rawValue):\(id.text)"
        return WorkQueue.Job(
            id: jobID,
            payload: #"{"jsonrpc":"2.0","id":"\#(jobID)","method":"\#(method)","params":{"match_id":"\#(id.text)"}}"#
        )
    }
}
