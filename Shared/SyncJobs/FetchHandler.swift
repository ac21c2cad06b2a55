import JSONRPC
public import Logging
import Postgres
public import RiotClient
import RiotModels
public import Storage

/// Fetches one match body or timeline and stores it: the method behind `sync_match_data` and `sync_match_timeline`.
///
/// A job from the queue brings its permit and makes one request; a call on the socket takes a permit of its own and
/// is patient. Errors carry what the caller should do: `data.retry_after_ms`, or `data.dependency`.
public struct FetchHandler: Sendable {
    /// How long a call on the socket waits for a permit and through retries.
    static let patience: Duration = .seconds(60)

    private let kind: FetchKind
    private let client: RiotClient
    private let storage: Storage?
    private let logger: Logger
    private let clock: @Sendable () -> Int64

    /// Creates a handler.
    ///
    /// Without `storage` it answers what it would have stored. `clock` gives epoch milliseconds.
    public init(
        kind: FetchKind,
        client: RiotClient,
        storage: Storage?,
        logger: Logger,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.kind = kind
        self.client = client
        self.storage = storage
        self.logger = logger
        self.clock = clock
    }

    /// Runs the job; safe to repeat at any time.
    public func run(_ parameters: FetchParameters) async throws -> FetchResult {
        let id = try matchID(parameters)
        do {
            var keyIsRefused = false
            switch try await storage?.fetchNeed(kind, id) {
            case .held: if let held = try await settleHeld(id) { return held }
            case .justMissing(let reason): return FetchResult(id, .unavailable, reason: reason)
            case .request(let isRefused): keyIsRefused = isRefused
            case nil: break
            }
            return try await store(id, try await fetch(id, keyIsRefused: keyIsRefused))
        } catch let error as PostgresError {
            logger.warning("storing waits for PostgreSQL", metadata: ["match": "\(id)", "error": "\(error)"])
            throw JSONRPCError.dependencyDown("postgresql", "PostgreSQL does not take the result: \(error.message)")
        }
    }

    private func matchID(_ parameters: FetchParameters) throws(JSONRPCError) -> MatchID {
        do {
            return try MatchID(parameters.matchID)
        } catch {
            throw JSONRPCError.invalidParameters("match_id: \(error.message)")
        }
    }

    private func settleHeld(_ id: MatchID) async throws -> FetchResult? {
        guard let storage else { return nil }
        switch kind {
        case .match:
            let held = try await storage.settleHeldMatch(id)
            return held.isHeld ? FetchResult(id, .existing, timelineWanted: held.timelineWanted) : nil
        case .timeline:
            return try await storage.settleHeldTimeline(id) ? FetchResult(id, .existing) : nil
        }
    }

    /// Riot's answer, or nil when Riot does not have the body.
    ///
    /// - Parameter keyIsRefused: waiting tasks are told that Riot refuses the key, until an answer shows that it does not.
    private func fetch(_ id: MatchID, keyIsRefused: Bool) async throws -> Fetched {
        let request = kind.request(id)
        guard let permit = HeldPermit.current?.take() else {
            do {
                return .body(try await client.fetch(request, patience: Self.patience))
            } catch {
                return try missing(error)
            }
        }
        switch await client.attempt(request, permit: permit) {
        case .success(let response):
            if keyIsRefused { try await storage?.keyWasAccepted() }
            return .body(response)
        case .notFound(let message): return .missing(message)
        case .refused(let status, let message): return .refused("Riot answered \(status): \(message)")
        case .rateLimited(let after, let type):
            throw JSONRPCError.rateLimited(after: after, "Riot answered 429 (\(type))")
        case .keyRejected(let status):
            try await storage?.keyWasRejected(status: status, detail: "Riot answered \(status) to \(kind.method)")
            throw JSONRPCError.dependencyDown("riot-key", "Riot refuses the API key with \(status)")
        case .retryable(let reason, let after): throw JSONRPCError.riotFailed(reason, after: after)
        }
    }

    private func missing(_ error: RiotError) throws -> Fetched {
        switch error.code {
        case .notFound: return .missing(error.message)
        case .refused: return .refused(error.message)
        case .keyRejected: throw JSONRPCError.dependencyDown("riot-key", error.message)
        case .limiterUnavailable: throw JSONRPCError.dependencyDown("redis", error.message)
        default: throw JSONRPCError.riotFailed(error.message, after: nil)
        }
    }

    private func store(_ id: MatchID, _ fetched: Fetched) async throws -> FetchResult {
        switch fetched {
        case .missing(let reason):
            try await storage?.markUnavailable(kind, id, reason: reason)
            return FetchResult(id, .unavailable, reason: reason)
        case .refused(let reason):
            try await storage?.markFailed(kind, id, reason: reason)
            return FetchResult(id, .failed, reason: reason)
        case .body(let response):
            return try await keep(response, of: id)
        }
    }

    /// Stores a body; one that cannot be understood is kept beside, and every task counts its match as failed.
    private func keep(_ response: RiotResponse, of id: MatchID) async throws -> FetchResult {
        do {
            guard let storage else {
                let rows = try Storage.rowCounts(of: kind, id, body: response.body, isGzip: response.isGzip)
                return FetchResult(id, .decoded, wouldStore: rows)
            }
            switch kind {
            case .match:
                let stored = try await storage.storeMatch(
                    id,
                    body: response.body,
                    isGzip: response.isGzip,
                    inflated: response.inflated(),
                    receivedAt: clock()
                )
                return FetchResult(id, .stored, timelineWanted: stored.timelineWanted)
            case .timeline:
                _ = try await storage.storeTimeline(
                    id,
                    body: response.body,
                    isGzip: response.isGzip,
                    inflated: response.inflated(),
                    receivedAt: clock()
                )
                return FetchResult(id, .stored)
            }
        } catch let rejection as BodyRejection {
            try await storage?.markFailed(kind, id, reason: rejection.description)
            return FetchResult(id, .failed, reason: rejection.description)
        }
    }
}

/// What came of a request.
private enum Fetched {
    case body(RiotResponse)
    case missing(String)
    case refused(String)
}
