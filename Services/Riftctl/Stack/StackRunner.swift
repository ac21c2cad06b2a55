import Glibc
import Logging
import Postgres
import Redis
import ServiceRuntime
import Storage
import Supervision

/// Carries a plan out: starts all parts, keeps the record of them, ends them.
struct StackRunner: Sendable {
    /// How long a server may take to read what it had kept.
    static let serverPatience = Duration.seconds(120)
    /// How long a service may take to answer for the first time.
    static let servicePatience = Duration.seconds(60)

    /// How long a Redis of somebody else may take to answer.
    static let foreignPatience = Duration.seconds(10)

    let plan: StackPlan
    let console: Console
    private let record: StackRecord
    private let supervisor: ProcessSupervisor

    init(plan: StackPlan, console: Console) {
        self.plan = plan
        self.console = console
        var state = StackState(
            supervisor: .current,
            gateway: plan.gateway.address,
            origin: plan.origin,
            dataDirectory: plan.settings.dataDirectory
        )
        if plan.postgres != nil { state.databaseURL = plan.databaseURL }
        let record = StackRecord(state, directory: plan.settings.runtimeDirectory, console: console)
        self.record = record
        self.supervisor = ProcessSupervisor(logger: ConsoleLogHandler.logger()) { await record.set($0) }
    }

    /// Starts everything and returns when all of it answers.
    func start() async throws {
        try await record.write()
        if let world = plan.world {
            console.say(
                "There is no RIOT_API_KEY: the data are SIMULATED, and kept apart in riftsync\(world.suffix)."
            )
        }
        let listener = try gatewayListener()
        try await requireForeignRedis()
        try await startServers()
        try await migrate()
        if let simulator = plan.simulator { try await start(simulator) }
        for part in plan.services { try await start(part, handing: part.isGateway ? listener : nil) }
        try await record.set(.ready)
    }

    /// Keeps logs small until cancelled.
    func tend() async { await supervisor.keepLogsSmall() }

    /// Ends everything and forgets the record, unless the stack failed, which `status` then shows.
    func stop(abruptly: Bool = false) async {
        await record.setStopping()
        await supervisor.stopAll(abruptly: abruptly)
        await record.close()
    }

    /// Writes down why nothing runs.
    func noteFailure(_ problem: String) async { await record.setFailed(problem) }

    // MARK: -

    private func startServers() async throws {
        if let redis = plan.redis {
            try redis.prepare()
            unlink(redis.socket)  // of a server that was killed; a living one would have been ended before
            try await start(
                StackPlan.Part(
                    specification: redis.specification,
                    readiness: redis.readiness,
                    stage: .servers
                ),
                within: Self.serverPatience
            )
        }
        if let postgres = plan.postgres {
            try await postgres.prepare()
            try await start(
                StackPlan.Part(
                    specification: postgres.specification,
                    readiness: postgres.readiness,
                    stage: .servers
                ),
                within: Self.serverPatience
            )
            try await postgres.makeDatabase("riftsync" + (plan.world?.suffix ?? ""))
        }
    }

    private func migrate() async throws {
        let access = DatabaseAccess(databaseURL: plan.databaseURL, keyScope: plan.settings.riotKeyScope)
        try await Migrations(access).apply()
    }

    /// A Redis that is not ours must answer before anything is started; a foreign PostgreSQL shows when it is migrated.
    private func requireForeignRedis() async throws {
        guard plan.redis == nil, let url = plan.settings.redisURL else { return }
        do {
            let address = try RedisAddress(parsing: url.reveal())
            let redis = RedisClient(address: address, name: "riftctl", logger: ConsoleLogHandler.logger(.critical))
            do {
                try await redis.ping(timeout: Self.foreignPatience)
                await redis.close()
            } catch {
                await redis.close()
                throw error
            }
        } catch {
            throw CommandFailure(.unavailable, "REDIS_URL: \(error)")
        }
    }

    /// The socket on which the gateway listens, held here so that nobody is refused while the gateway is restarted; nil
    /// when its host is a name, which the gateway itself looks up.
    private func gatewayListener() throws(CommandFailure) -> HeldListener? {
        let (host, port) = (plan.settings.gatewayHost, plan.gateway.port)
        let isNumeric = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } || host == "localhost"
        guard isNumeric else { return nil }
        do throws(SupervisionError) {
            return try HeldListener(host: host, port: port)
        } catch {
            throw CommandFailure(.unavailable, "\(error.message) Set GATEWAY_PORT to another.")
        }
    }

    private func start(
        _ part: StackPlan.Part,
        handing listener: HeldListener? = nil,
        within patience: Duration = servicePatience
    ) async throws {
        let began = ContinuousClock.now
        var specification = part.specification
        specification.listener = listener
        try await supervisor.start(
            specification,
            readiness: part.readiness,
            stage: part.stage.rawValue,
            within: patience
        )
        let milliseconds = (ContinuousClock.now - began) / Duration.milliseconds(1)
        console.say("  \(part.specification.instance) is ready (\(Int(milliseconds)) ms)")
    }
}

/// The file that says what runs, kept up to date.
private actor StackRecord {
    private var state: StackState
    private var isClosed = false
    private let directory: String
    private let console: Console

    init(_ state: StackState, directory: String, console: Console) {
        self.state = state
        self.directory = directory
        self.console = console
    }

    func write() throws { try state.write(to: directory) }

    func set(_ phase: StackState.Phase) throws {
        guard !isClosed, state.phase != .stopping else { return }
        state.phase = phase
        try write()
    }

    func set(_ processes: [ProcessStatus]) {
        state.processes = processes
        writeOrComplain()
    }

    func setStopping() {
        guard state.phase != .failed else { return }
        state.phase = .stopping
        writeOrComplain()
    }

    func setFailed(_ problem: String) {
        state.phase = .failed
        state.problem = problem
        writeOrComplain()
    }

    func close() {
        isClosed = true
        if state.phase != .failed { StackState.remove(from: directory) }
    }

    private func writeOrComplain() {
        guard !isClosed else { return }
        do { try state.write(to: directory) } catch { console.complain("\(error)") }
    }
}
