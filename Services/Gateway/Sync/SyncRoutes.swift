import HTTPTypes
import Hummingbird
import Logging
import RiotModels
import ServiceRuntime
import Storage

/// `POST /api/summoners/sync-data/`, `POST /api/summoners/recover-data/` and `POST /api/v1/tasks/{id}/retry`: check the
/// request and hand it to an orchestrator.
struct SyncRoutes: Sendable {
    /// Starts a sync; throws ``Problem``.
    let start: @Sendable (SyncRequest, GatewayContext) async throws -> StartedSync
    /// Starts the sync of a task once more; throws ``Problem``.
    let retry: @Sendable (TaskID, GatewayContext) async throws -> StartedSync
    let limiter: StartLimiter
    let statistics: HTTPStatistics
    let defaultYear: Int

    func addRoutes(to routes: RouteTable) {
        routes.add("/api/summoners/sync-data", [.post: { try await startSync($0, $1, recovery: false) }])
        routes.add("/api/summoners/recover-data", [.post: { try await startSync($0, $1, recovery: true) }])
        routes.add("/api/v1/tasks/{id}/retry", [.post: { try await retryTask($0, $1) }])
    }

    private func startSync(_ request: Request, _ context: GatewayContext, recovery: Bool) async throws -> Response {
        let body = try await request.jsonBody()
        let sync = try SyncRequest(
            body: body,
            defaultYear: defaultYear,
            years: CivilYear.accepted(nowMilliseconds: EpochTime.now()),
            recovery: recovery
        )
        try checkLimit(context)
        // The message names the player as he was asked for, because frontends show it.
        return try answer(try await start(sync, context), player: "\(sync.player)", isRecovery: recovery, context)
    }

    private func retryTask(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let id = try TaskRoutes.id(context)
        try checkLimit(context)
        let started = try await retry(id, context)
        return try answer(started, player: started.summoner, isRecovery: true, context)
    }

    private func checkLimit(_ context: GatewayContext) throws {
        if let seconds = limiter.retryAfterSeconds(context.client) {
            statistics.startDidMeetLimit()
            throw Problem(
                status: .tooManyRequests,
                detail: "Too many syncs were started from this address; try again in \(seconds) seconds.",
                retryAfterSeconds: seconds
            )
        }
    }

    private func answer(
        _ started: StartedSync,
        player: String,
        isRecovery: Bool,
        _ context: GatewayContext
    ) throws -> Response {
        statistics.syncDidStart()
        context.logger.info(
            "sync started",
            metadata: ["task": "\(started.taskID)", "deduplicated": .stringConvertible(started.deduplicated)]
        )
        return try JSONBody.response(
            StartedSyncBody(started, player: player, recoveryMode: isRecovery ? started.recovery ?? true : nil),
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
    /// The task asks again for what failed; an active task that has listed its matches does not become such a one.
    var recovery: Bool?

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case deduplicated, platform, routing, year, summoner, recovery
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
    /// Only where it was asked for.
    let recoveryMode: Bool?

    init(_ started: StartedSync, player: String, recoveryMode: Bool?) {
        taskID = started.taskID.text
        message = "Data sync started for \(player)"
        platform = started.platform
        routing = started.routing
        year = started.year
        statusURL = "/api/summoners/task-status/?task_id=\(started.taskID)"
        eventsURL = "/api/v1/tasks/\(started.taskID)/events"
        deduplicated = started.deduplicated
        self.recoveryMode = recoveryMode
    }

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case statusURL = "status_url"
        case eventsURL = "events_url"
        case recoveryMode = "recovery_mode"
        case status, message, platform, routing, year, deduplicated
    }
}
