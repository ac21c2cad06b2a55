import HTTPTypes
import Hummingbird
import Logging
import RiotModels
import ServiceRuntime
import Storage

/// `POST /api/summoners/sync-data/`: checks the request and hands it to an orchestrator.
struct SyncRoutes: Sendable {
    /// Starts a sync; throws ``Problem``.
    let start: @Sendable (SyncRequest, GatewayContext) async throws -> StartedSync
    let limiter: StartLimiter
    let statistics: HTTPStatistics
    let defaultYear: Int

    func addRoutes(to routes: RouteTable) {
        routes.add("/api/summoners/sync-data", [.post: { try await startSync($0, $1) }])
    }

    private func startSync(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let body = try await request.jsonBody()
        let sync = try SyncRequest(
            body: body,
            defaultYear: defaultYear,
            years: CivilYear.accepted(nowMilliseconds: EpochTime.now())
        )
        if let seconds = limiter.retryAfterSeconds(context.client) {
            statistics.startDidMeetLimit()
            throw Problem(
                status: .tooManyRequests,
                detail: "Too many syncs were started from this address; try again in \(seconds) seconds.",
                retryAfterSeconds: seconds
            )
        }
        let started = try await start(sync, context)
        statistics.syncDidStart()
        context.logger.info(
            "sync started",
            metadata: ["task": "\(started.taskID)", "deduplicated": .stringConvertible(started.deduplicated)]
        )
        return try JSONBody.response(
            StartedSyncBody(started, player: sync.player),
            status: .accepted,
            headers: [.location: "/api/v1/tasks/\(started.taskID)", .retryAfter: "2"]
        )
    }
}

/// What an orchestrator answers to `sync.start`.
struct StartedSync: Codable, Sendable, Equatable {
    let taskID: TaskID
    let deduplicated: Bool
    let platform: String
    let routing: String
    let year: Int
    let summoner: String

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case deduplicated, platform, routing, year, summoner
    }
}

/// The body of a 202.
struct StartedSyncBody: Encodable {
    let taskID: String
    let status = "started"
    let message: String
    let platform: String
    let routing: String
    let year: Int
    let statusURL: String
    let eventsURL: String
    let deduplicated: Bool

    /// The message names the player as he was asked for, because frontends show it.
    init(_ started: StartedSync, player: RiotID) {
        taskID = started.taskID.text
        message = "Data sync started for \(player)"
        platform = started.platform
        routing = started.routing
        year = started.year
        statusURL = "/api/summoners/task-status/?task_id=\(started.taskID)"
        eventsURL = "/api/v1/tasks/\(started.taskID)/events"
        deduplicated = started.deduplicated
    }

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case statusURL = "status_url"
        case eventsURL = "events_url"
        case status, message, platform, routing, year, deduplicated
    }
}
