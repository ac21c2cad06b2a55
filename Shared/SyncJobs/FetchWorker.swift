import JSONRPC
import Logging
import Postgres
import Redis
import RiotClient
import RiotModels
public import ServiceLifecycle
public import ServiceRuntime
public import Storage
import WorkQueue

/// A worker of one kind: its socket, its road from the queue and what both share.
///
/// Redis and PostgreSQL may be missing, so that a developer can run it alone; it then takes no jobs from the lists.
public struct FetchWorker: Sendable {
    /// Connections to PostgreSQL: as many jobs store at a time.
    static let connections = 4

    private let kind: FetchKind
    private let context: ServiceContext

    /// Prepares a worker; nothing is started.
    public init(kind: FetchKind, context: ServiceContext) {
        self.kind = kind
        self.context = context
    }

    /// Builds the services in the order in which they start.
    ///
    /// - Throws: `StartupError`, or what keeps the schema from being used.
    public func services() async throws -> [any Service] {
        FreedMemory.keep()
        let redis = context.settings.redisURL == nil ? nil : try context.makeRedis()
        if let redis { try await context.requireUsable(redis) }
        let storage = try await makeStorage()
        let riot = try RiotAccess(context: context, redis: redis)
        let handler = FetchHandler(
            kind: kind,
            client: riot.client,
            storage: storage,
            logger: context.logger,
            clock: EpochTime.now
        )
        let running = RunningJobs()
        let dispatcher = JSONRPCDispatcher(methods(handler, riot.limiter, running), logger: context.logger)
        let server = JSONRPCServer(socketPath: context.socketPath, dispatcher: dispatcher, logger: context.logger)
        var services: [any Service] = [riot.renewal, server]
        if let redis, let storage {
            let address = try context.redisAddress()
            // Ends after the service behind it: while jobs run, the worker is there.
            services.append(
                WorkerRegistration(
                    client: JSONRPCClient(socketPath: context.socketPath(of: "orchestrator"), logger: context.logger),
                    parameters: WorkerRegistrationParameters(worker: WorkerName.make(context), kind: kind),
                    logger: context.logger
                )
            )
            services.append(
                FetchService(
                    kind: kind,
                    worker: WorkerName.make(context),
                    isOwned: { try await riot.takeOver(when: server) },
                    queue: WorkQueue(
                        redis: redis,
                        prefix: context.settings.redisPrefix
                    ),
                    road: JobRoad(
                        dispatcher: dispatcher,
                        policy: JobKind(kind).retryPolicy,
                        logger: context.logger
                    ),
                    client: riot.client,
                    storage: storage,
                    running: running,
                    makeBell: { [context] in RedisBell(address: address, name: context.instance, logger: context.logger)
                    },
                    logger: context.logger
                )
            )
        } else {
            context.logger.notice("no jobs are taken: that needs REDIS_URL and DATABASE_URL; the socket answers")
        }
        return services
    }

    private func makeStorage() async throws -> Storage? {
        guard context.settings.hasDatabase else { return nil }
        let storage = Storage(
            pool: try context.makePostgres(maximumConnections: Self.connections, plansOnce: true),
            keyScope: context.settings.riotKeyScope,
            logger: context.logger
        )
        try await storage.prepare(for: context)
        return storage
    }

    private func methods(_ handler: FetchHandler, _ limiter: RateLimiter, _ running: RunningJobs) -> MethodTable {
        var table = MethodTable(service: context.name, version: Release.version)
        addServiceMethods(to: &table, context: context)
        addLimitMethods(to: &table, limiter: limiter)
        addJobMethods(to: &table, running: running)
        table.add(
            kind.method,
            summary: "Fetches \(kind == .match ? "a match" : "a match's timeline") and stores it.",
            parameters: [ParameterDescription("match_id", type: .string, summary: "Riot's id, such as NA1_5012345678.")]
        ) { (parameters: FetchParameters, _) -> FetchResult in
            try await handler.run(parameters)
        }
        return table
    }
}
