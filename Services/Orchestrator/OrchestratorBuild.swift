import JSONRPC
import Logging
import Postgres
import Redis
import RiotClient
import RiotModels
import ServiceLifecycle
import ServiceRuntime
import Storage
import SyncJobs
import WorkQueue

/// Wires the orchestrator.
struct OrchestratorBuild: Sendable {
    /// Connections to PostgreSQL.
    static let connections = 6

    let context: ServiceContext

    /// Builds the services in the order in which they start.
    func services() async throws -> [any Service] {
        let redis = try context.makeRedis()
        try await context.requireUsable(redis)
        let address = try context.redisAddress()
        let storage = Storage(
            pool: try context.makePostgres(maximumConnections: Self.connections),
            keyScope: context.settings.riotKeyScope,
            logger: context.logger
        )
        try await storage.prepare(for: context)
        let riot = try RiotAccess(context: context, redis: redis)
        let queue = WorkQueue(redis: redis, prefix: context.settings.redisPrefix)
        let dispatch = TaskDispatch(queue: queue)
        let sync = PlayerSync(storage: storage, client: riot.client, logger: context.logger)
        let playerJob = PlayerJob(storage: storage, sync: sync, dispatch: dispatch, logger: context.logger)
        let cancellation = TaskCancellation(storage: storage, queue: queue, logger: context.logger)
        let reconciler = Reconciler(
            storage: storage,
            queue: queue,
            dispatch: dispatch,
            cancellation: cancellation,
            logger: context.logger
        )
        let watches = TaskWatches(storage: storage, logger: context.logger)
        let registry = WorkerRegistry(reconciler: reconciler, logger: context.logger)
        let dispatcher = JSONRPCDispatcher(
            methods(
                riot.limiter,
                registry,
                SyncMethods(storage: storage, dispatch: dispatch, logger: context.logger),
                TaskMethods(storage: storage, cancellation: cancellation, watches: watches),
                QueueMethods(storage: storage, queue: queue, logger: context.logger),
                DeadMethods(storage: storage, queue: queue, dispatch: dispatch, logger: context.logger),
                playerJob,
                PlayerLookup(storage: storage, client: riot.client),
                MaintenanceMethods(
                    storage: storage,
                    client: riot.client,
                    dispatch: dispatch,
                    logger: context.logger
                ),
                CleanupMethods(storage: storage, rules: try cleanupRules()),
                NameMethods(storage: storage, client: riot.client, logger: context.logger),
                ScheduledMethods(storage: storage, dispatch: dispatch, reconciler: reconciler, logger: context.logger)
            ),
            logger: context.logger
        )
        let server = JSONRPCServer(socketPath: context.socketPath, dispatcher: dispatcher, logger: context.logger)
        return [
            riot.renewal,
            LimitGauges(limiter: riot.limiter),
            RejectedGauges(storage: storage),
            server,
            registry,
            watches,
            TaskService(
                worker: WorkerName.make(context),
                isOwned: { try await riot.takeOver(when: server) },
                queue: queue,
                road: JobRoad(
                    dispatcher: dispatcher,
                    policy: PlayerJob.policy,
                    logger: context.logger
                ),
                completion: CompletionConsumer(storage: storage, reconciler: reconciler, logger: context.logger),
                reconciler: reconciler,
                makeBell: { [context] in
                    RedisBell(address: address, name: context.instance, logger: context.logger)
                },
                logger: context.logger
            ),
            ReconcilerService(
                configuration: try context.postgresConfiguration(),
                reconciler: reconciler,
                forecaster: TaskForecaster(storage: storage, limiter: riot.limiter, logger: context.logger),
                logger: context.logger
            ),
        ]
    }

    private func methods(
        _ limiter: RateLimiter,
        _ registry: WorkerRegistry,
        _ sync: SyncMethods,
        _ tasks: TaskMethods,
        _ queue: QueueMethods,
        _ dead: DeadMethods,
        _ player: PlayerJob,
        _ lookup: PlayerLookup,
        _ maintenance: MaintenanceMethods,
        _ cleanup: CleanupMethods,
        _ names: NameMethods,
        _ scheduled: ScheduledMethods
    ) -> MethodTable {
        var table = MethodTable(service: context.name, version: Release.version)
        addServiceMethods(to: &table, context: context)
        addLimitMethods(to: &table, limiter: limiter)
        table.add(
            "sync.start",
            summary: "Starts a sync of a player's year, or finds the one that is active.",
            parameters: [
                ParameterDescription("game_name", type: .string, summary: "The name before the #."),
                ParameterDescription("tag_line", type: .string, summary: "The tag behind the #."),
                ParameterDescription("platform", type: .string, summary: "The platform, such as na1."),
                ParameterDescription("year", type: .integer, summary: "The year in UTC."),
                ParameterDescription(
                    "recovery",
                    type: .boolean,
                    required: false,
                    summary: "Try failed and unavailable matches again."
                ),
            ]
        ) { (parameters: StartParameters, _) in try await sync.start(parameters) }
        table.add(
            "sync.status",
            summary: "A task's state and counts.",
            parameters: [ParameterDescription("task_id", type: .string, summary: "The task.")]
        ) { (parameters: StatusParameters, _) in try await sync.status(parameters) }
        table.add(
            "sync.retry",
            summary: "Syncs a task's player and year once more: what failed or was not to be had is asked for again.",
            parameters: [ParameterDescription("task_id", type: .string, summary: "The task.")],
            errors: [.notFound, .conflict, .dependencyDown]
        ) { (parameters: StatusParameters, _) in try await sync.retry(parameters) }
        tasks.add(to: &table)
        table.add(
            PlayerJob.method,
            summary: "Finds the player of a task, lists his year and queues what is missing.",
            parameters: [ParameterDescription("task_id", type: .string, summary: "The task.")]
        ) { (parameters: PlayerJobParameters, _) in try await player.run(parameters) }
        queue.add(to: &table)
        dead.add(to: &table)
        add(lookup, to: &table)
        add(maintenance, to: &table)
        add(registry, to: &table)
        cleanup.add(to: &table)
        names.add(to: &table)
        scheduled.add(to: &table)
        return table
    }

    private func cleanupRules() throws -> [CleanupRule] {
        do throws(CleanupRuleError) {
            return try CleanupRule.list(parsing: context.settings.cleanupClasses)
        } catch {
            throw StartupError.configuration("\(SettingName.cleanupClasses.rawValue): \(error).")
        }
    }

    private func add(_ registry: WorkerRegistry, to table: inout MethodTable) {
        table.add(
            WorkerRegistrationParameters.method,
            summary: "Held open by a worker: when its connection ends, its jobs go to others at once.",
            parameters: [
                ParameterDescription("worker", type: .string, summary: "The name under which it holds jobs."),
                ParameterDescription("kind", type: .string, summary: "match or timeline."),
                ParameterDescription(
                    "process",
                    type: .string,
                    required: false,
                    summary: "Which process of that name it is."
                ),
            ]
        ) { (parameters: WorkerRegistrationParameters, _) in try await registry.register(parameters) }
    }

    private func add(_ lookup: PlayerLookup, to table: inout MethodTable) {
        table.add(
            "player.lookup",
            summary: "Asks Riot for a player's name, level, icon, ranks and present platform, and keeps them.",
            parameters: [
                ParameterDescription("game_name", type: .string, summary: "The name before the #."),
                ParameterDescription("tag_line", type: .string, summary: "The tag behind the #."),
                ParameterDescription("platform", type: .string, summary: "The platform, such as na1."),
            ],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: LookupParameters, _) in try await lookup.run(parameters) }
    }

    private func add(_ maintenance: MaintenanceMethods, to table: inout MethodTable) {
        let dryRun = ParameterDescription("dry_run", type: .boolean, required: false, summary: "Only count.")
        table.add(
            "maintenance.refresh_ranks",
            summary: "Asks for the ranks of players synced lately, the longest unasked first.",
            parameters: [dryRun],
            errors: [.dependencyDown]
        ) { (parameters: MaintenanceParameters, _) in try await maintenance.refreshRanks(parameters) }
        table.add(
            "maintenance.retry_unavailable",
            summary: "Queues matches and timelines that Riot did not have and that are due to be tried again.",
            parameters: [dryRun],
            errors: [.dependencyDown]
        ) { (parameters: MaintenanceParameters, _) in try await maintenance.retryUnavailable(parameters) }
    }
}
