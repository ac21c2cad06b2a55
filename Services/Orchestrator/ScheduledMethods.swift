import JSONRPC
import Logging
import Redis
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// Answer of `maintenance.refresh_followed`.
struct FollowedRefreshResult: Codable, Sendable {
    /// Followed players whose turn it was.
    let players: Int
    /// Syncs that were started for them.
    var started = 0
    /// Syncs that somebody had started already.
    var active = 0
    /// Players whose name cannot be asked for, or who were erased meanwhile.
    var refused = 0
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
        case players, started, active, refused
        case dryRun = "dry_run"
    }
}

/// Answer of `maintenance.reconcile`.
struct ReconcileResult: Codable, Sendable {
    /// Active tasks that were looked at.
    let tasks: Int
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
        case tasks
        case dryRun = "dry_run"
    }
}

/// What beat has an orchestrator do with tasks.
struct ScheduledMethods: Sendable {
    /// Players that one run of the refresh syncs.
    static let playersPerRun = 20
    /// Syncs that nobody waits for and that are active at a time; a run starts no more than fill this up.
    static let mostActive = 40

    let storage: Storage
    let dispatch: TaskDispatch
    let reconciler: Reconciler
    let logger: Logger

    func add(to table: inout MethodTable) {
        let dryRun = ParameterDescription("dry_run", type: .boolean, required: false, summary: "Only count.")
        table.add(
            "maintenance.refresh_followed",
            summary: "Starts syncs of followed players whose turn it is, behind everything that somebody waits for.",
            parameters: [dryRun],
            errors: [.dependencyDown]
        ) { (parameters: MaintenanceParameters, _) in try await refreshFollowed(parameters) }
        table.add(
            "maintenance.reconcile",
            summary: "Looks at every active task: what PostgreSQL wants and Redis does not know is put back.",
            parameters: [dryRun],
            errors: [.dependencyDown]
        ) { (parameters: MaintenanceParameters, _) in try await reconcile(parameters) }
    }

    /// Starts syncs in the background ring, one per player and year as always.
    ///
    /// A run that ends in the middle is made good by the next one: who has had his turn is written down after it.
    func refreshFollowed(_ parameters: MaintenanceParameters) async throws -> FollowedRefreshResult {
        try await keepingDependencyErrors {
            let now = EpochTime.now()
            let room = max(0, Self.mostActive - (try await storage.activeBackgroundTasks()))
            let turns = try await storage.playersToRefresh(at: now, limit: min(Self.playersPerRun, room))
            let isDryRun = parameters.dryRun ?? false
            var result = FollowedRefreshResult(players: turns.count, dryRun: isDryRun)
            guard !isDryRun else { return result }
            for turn in turns {
                if let player = try? RiotID(gameName: turn.gameName, tagLine: turn.tagLine) {
                    for year in turn.years { try await start(player, turn.platform, year, at: now, &result) }
                } else {
                    result.refused += 1
                }
                try await storage.playerWasRefreshed(turn, at: now)
            }
            return result
        }
    }

    private func start(
        _ player: RiotID,
        _ platform: Platform,
        _ year: Int,
        at now: Int64,
        _ result: inout FollowedRefreshResult
    ) async throws {
        let started = try await storage.startTask(
            player,
            platform: platform,
            year: year,
            recovery: false,
            isBackground: true,
            at: now
        )
        if started.isDeduplicated {
            result.active += 1
        } else if started.task.state.isFinal {
            result.refused += 1
        } else {
            result.started += 1
            do {
                try await dispatch.enqueuePlayer(started.task)
            } catch {
                logger.warning(
                    "the task waits for Redis",
                    metadata: ["task": "\(started.task.id)", "error": "\(error)"]
                )
            }
        }
    }

    /// One look of the reconciler, whoever leads: it does no harm twice.
    func reconcile(_ parameters: MaintenanceParameters) async throws -> ReconcileResult {
        let isDryRun = parameters.dryRun ?? false
        do {
            return try await keepingDependencyErrors {
                let tasks = try await storage.activeTasks(limit: Reconciler.maximumTasks).count
                if !isDryRun {
                    try await reconciler.mirrorPauses()  // before anything is put back
                    try await reconciler.reconcile()
                }
                return ReconcileResult(tasks: tasks, dryRun: isDryRun)
            }
        } catch let error as RedisError {
            throw JSONRPCError.dependencyDown("redis", "Redis does not answer: \(error.message)")
        }
    }
}
