import FoundationEssentials
import Glibc
import Logging
import Postgres
import Reactor
import Redis
import Supervision
import WorkQueue

/// The servers, the simulator and the services, each a process that can be broken.
final class FaultSystem: Sendable {
    /// Instances by service; more than one where the design allows it.
    static let services = [
        "orchestrator": ["orchestrator", "orchestrator-2"], "gateway": ["gateway"], "beat": ["beat", "beat-2"],
        "match-worker": ["match-worker", "match-worker-2", "match-worker-3"],
        "timeline-worker": ["timeline-worker", "timeline-worker-2", "timeline-worker-3"],
    ]
    static let lanes = ["americas", "europe", "asia", "sea"]
    static let gatewayDefaultPort = 18_231
    static let simulatorPort = 18_232

    let world: FaultWorld
    let directory: String
    let redis: PrivateRedis
    let postgres: PrivatePostgres
    let redisProxy: BreakingProxy
    let postgresProxy: BreakingProxy
    let simulator: ManagedProcess
    let processes: [String: ManagedProcess]
    /// Connections of our own, past the proxies.
    let pool: PostgresPool
    let queue: WorkQueue
    private let redisClient: RedisClient
    private let ownDeaths = Lock<[String]>([])

    var gatewayPort: Int { Self.gatewayDefaultPort }
    /// Services that ended although nobody broke them, or not as they should when they were asked to.
    var deaths: [String] { ownDeaths.withLock(\.self) }

    init(directory: String, programs: String, world: FaultWorld) throws {
        self.world = world
        self.directory = directory
        let surroundings = ProcessInfo.processInfo.environment
        redis = try PrivateRedis(directory: directory + "/redis", profile: .scratch, environment: surroundings)
        postgres = try PrivatePostgres(directory: directory + "/pg", profile: .scratch, environment: surroundings)
        redisProxy = try BreakingProxy(at: directory + "/redis.proxy", to: redis.socket)
        postgresProxy = try BreakingProxy(
            at: directory + "/pgproxy/.s.PGSQL.5432",
            to: directory + "/pg/.s.PGSQL.5432"
        )
        simulator = ManagedProcess(
            ProcessSpecification(
                name: "riot-simulator",
                executable: programs + "/riot-simulator",
                arguments: ["--port", String(Self.simulatorPort)] + world.arguments,
                environment: ["PATH": "/usr/bin:/bin"],
                logFile: directory + "/simulator.log"
            )
        )
        let environment = [
            "PATH": "/usr/bin:/bin", "RUNTIME_DIR": directory + "/run",
            "REDIS_URL": "unix://\(directory)/redis.proxy?db=0",
            "DATABASE_URL": "postgresql://\(PrivatePostgres.role)@/postgres?host=\(directory)/pgproxy",
            "RIOT_API_KEY": "RGAPI-faults", "RIOT_API_BASE_URL": "http://127.0.0.1:\(Self.simulatorPort)/{route}",
            "GATEWAY_PORT": String(Self.gatewayDefaultPort), "START_LIMIT": "10000", "LOG_FORMAT": "text",
            "SCHEDULE": "refresh_followed: off",  // the verdict knows the syncs that it asked for
        ]
        processes = Dictionary(
            uniqueKeysWithValues: Self.services.flatMap { service, instances in
                instances.enumerated().map { place, instance in
                    let specification = ProcessSpecification(
                        name: service,
                        instance: instance,
                        executable: "\(programs)/\(service)",
                        arguments: place == 0 ? [] : ["--instance", String(place + 1)],
                        environment: environment,
                        logFile: "\(directory)/\(instance).log"
                    )
                    return (instance, ManagedProcess(specification))
                }
            }
        )
        var logger = Logger(label: "faults")
        logger.logLevel = .critical
        pool = PostgresPool(
            configuration: try PostgresConfiguration(url: postgres.url(), applicationName: "faults"),
            maximumConnections: 4,
            logger: logger
        )
        redisClient = RedisClient(address: try RedisAddress(parsing: redis.url), name: "faults", logger: logger)
        queue = WorkQueue(redis: redisClient, prefix: "riftsync:")
    }

    func start() async throws {
        try await redis.start()
        try await postgres.start()
        try await simulator.start()
        try await simulator.requireReady(
            .http(.tcp(host: "127.0.0.1", port: Self.simulatorPort), path: "/_sim/stats"),
            within: .seconds(60)
        )
        // The first one migrates the database.
        for instance in processes.keys.sorted(by: { $0 == "orchestrator" || ($1 != "orchestrator" && $0 < $1) }) {
            try await start(instance)
        }
    }

    func stop() async {
        await withDiscardingTaskGroup { group in
            for process in processes.values { group.addTask { await process.stopAbruptly() } }
        }
        await pool.close()
        await redisClient.close()
        await simulator.stop()
        await postgres.stop()
        await redis.stop()
    }

    /// Starts a service and waits until its socket answers.
    func start(_ instance: String) async throws {
        guard let process = processes[instance] else { preconditionFailure("there is no \(instance)") }
        if let identity = await process.identity {
            if identity.isAlive { return }
            _ = try await process.waitForExit(within: .seconds(30))
        }
        try await process.start()
        try await process.requireReady(.rpc(socket: "\(directory)/run/\(instance).sock"), within: .seconds(60))
    }

    /// Remembers services that have ended although nobody broke them: for moments in which all should run.
    @discardableResult
    func noteDeaths() async -> [String] {
        var dead: [String] = []
        for (instance, process) in processes {
            if let identity = await process.identity, identity.isAlive { continue }
            let exit = await process.lastExit.map { "\($0)" } ?? "an end that is not known yet"
            ownDeaths.withLock { $0.append("\(instance) died by itself: \(exit)") }
            dead.append(instance)
        }
        return dead
    }

    /// Starts those again.
    func startWhoDiedByThemselves() async throws {
        for instance in await noteDeaths() { try await start(instance) }
    }

    /// Asks a service to end, and starts it again.
    func drain(_ instance: String) async throws {
        let exit = await processes[instance]?.stop()
        if exit != .exited(0) {
            ownDeaths.withLock { $0.append("\(instance) was asked to end: \(exit.map { "\($0)" } ?? "nothing")") }
        }
        try await start(instance)
    }

    /// Puts everything into working order: for the end, when nothing is broken any more.
    func mend() async throws {
        redisProxy.mend()
        postgresProxy.mend()
        if await !redis.process.isRunning { try await redis.start() }
        if await !postgres.process.isRunning { try await postgres.start() }
        for process in processes.values { await process.signal(SIGCONT) }
        try await startWhoDiedByThemselves()
    }

    /// Jobs that workers hold at this moment; nil while Redis is away.
    func jobsUnderWay() async -> Int? {
        var running = 0
        for lane in Self.lanes {
            for kind in ["match", "timeline"] {
                guard let depth = try? await queue.depth(lane: lane, kind: kind) else { return nil }
                running += depth.running
            }
        }
        return running
    }

    /// What workers have claimed so far, as Redis counts it.
    func claims() async throws -> Int {
        var claims = 0
        for lane in Self.lanes {
            for kind in ["match", "timeline"] {
                let key = RedisArgument("riftsync:lq:{\(lane)}:\(kind):n")
                let count = try await redisClient.send(["HGET", key, "taken"])
                claims += count.text.flatMap { Int($0) } ?? 0
            }
        }
        return claims
    }

    /// The matches that an instance is fetching: the keys of their jobs.
    func heldMatches(of instance: String) async throws -> [String] {
        var keys: [String] = []
        for lane in Self.lanes {
            let base = "riftsync:lq:{\(lane)}:"
            let workers = try await redisClient.send(["SMEMBERS", RedisArgument(base + "workers:match")]).array ?? []
            for worker in workers.compactMap(\.text) where worker.hasSuffix("/" + instance) {
                let ids = try await redisClient.send(["LRANGE", RedisArgument("\(base)match:w:\(worker)"), 0, -1])
                keys += (ids.array ?? []).compactMap(\.text).map { "\(base)job:\($0)" }
            }
        }
        return keys
    }

    /// Who holds a job since when, epoch milliseconds; nil when nobody does.
    func holder(ofJob key: String) async throws -> (worker: String, since: Int64)? {
        let fields = try await redisClient.send(["HMGET", RedisArgument(key), "s", "w", "c_at"]).array ?? []
        guard fields.count == 3, fields[0].text == "run", let worker = fields[1].text,
            let since = fields[2].text.flatMap({ Int64($0) })
        else { return nil }
        return (worker, since)
    }

    /// Whether the queue does not know a job any more.
    func isOver(_ key: String) async throws -> Bool {
        try await redisClient.send(["EXISTS", RedisArgument(key)]).int == 0
    }
}
