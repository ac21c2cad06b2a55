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
            return try await keep(id) { try await fetch(id, keyIsRefused: keyIsRefused) }
        } catch let error as PostgresError where error.code == .cancelled {
            throw JSONRPCError.cancelled
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

    /// Riot's answer.
    ///
    /// - Parameter keyIsRefused: waiting tasks are told that Riot refuses the key, until an answer shows that it does not.
    /// - Throws: `NoBody` when there will be none.
    private func fetch(_ id: MatchID, keyIsRefused: Bool) async throws -> RiotResponse {
        let request = kind.request(id)
        guard let permit = HeldPermit.current?.take() else {
            do {
                return try await client.fetch(request, patience: Self.patience)
            } catch {
                throw refusal(error)
            }
        }
        switch await client.attempt(request, permit: permit) {
        case .success(let response):
            if keyIsRefused { try await storage?.keyWasAccepted() }
            return response
        case .notFound(let message): throw NoBody.missing(message)
        case .refused(let status, let message): throw NoBody.refused("Riot answered \(status): \(message)")
        case .rateLimited(let after, let type):
            throw JSONRPCError.rateLimited(after: after, "Riot answered 429 (\(type))")
        case .keyRejected(let status):
            try await storage?.keyWasRejected(status: status, detail: "Riot answered \(status) to \(kind.method)")
            throw JSONRPCError.dependencyDown("riot-key", "Riot refuses the API key with \(status)")
        case .abandoned(let reason): throw JSONRPCError(.cancelled, reason)
        case .retryable(let reason, let after): throw JSONRPCError.riotFailed(reason, after: after)
        }
    }

    private func refusal(_ error: RiotError) -> any Error {
        switch error.code {
        case .notFound: NoBody.missing(error.message)
        case .refused: NoBody.refused(error.message)
        case .keyRejected: JSONRPCError.dependencyDown("riot-key", error.message)
        case .limiterUnavailable: JSONRPCError.dependencyDown("redis", error.message)
        case .noPermit: JSONRPCError.rateLimited(after: JobRoad.dependencyPause, error.message)
        default: JSONRPCError.riotFailed(error.message, after: nil)
        }
    }

    /// Stores what is fetched; of what is not had or not understood, every task learns why.
    private func keep(_ id: MatchID, _ fetch: () async throws -> RiotResponse) async throws -> FetchResult {
        do {
            return try await store(id, fetch)
        } catch NoBody.missing(let reason) {
            try await storage?.markUnavailable(kind, id, reason: reason)
            return FetchResult(id, .unavailable, reason: reason)
        } catch NoBody.refused(let reason) {
            try await storage?.markFailed(kind, id, reason: reason)
            return FetchResult(id, .failed, reason: reason)
        } catch let rejection as BodyRejection {
            try await storage?.markFailed(kind, id, reason: rejection.description)
            return FetchResult(id, .failed, reason: rejection.description)
        }
    }

    private func store(_ id: MatchID, _ fetch: () async throws -> RiotResponse) async throws -> FetchResult {
        guard let storage else {
            let response = try await fetch()
            let rows = try Storage.rowCounts(of: kind, id, body: response.body, isGzip: response.isGzip)
            return FetchResult(id, .decoded, wouldStore: rows)
        }
        switch kind {
        case .match:
            let stored = try await storage.storeMatch(id) { received(try await fetch()) }
            return FetchResult(id, .stored, timelineWanted: stored.timelineWanted)
        case .timeline:
            _ = try await storage.storeTimeline(id) { received(try await fetch()) }
            return FetchResult(id, .stored)
        }
    }

    private func received(_ response: RiotResponse) -> ReceivedBody {
        ReceivedBody(
            bytes: response.body,
            isGzip: response.isGzip,
            inflated: response.inflated(),
            receivedAt: clock()
        )
    }
}

/// Why a request brought no body.
private enum NoBody: Error {
    case missing(String)
    case refused(String)
}
