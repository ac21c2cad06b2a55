import FoundationEssentials
import Glibc
import Postgres
import Supervision

/// Breaks one thing after the other.
struct FaultRunner {
    /// Longer than a lease of the queue, which is 30 seconds.
    private static let pauseSeconds = 34
    /// From one fault to the next; a service needs some tenths of a second to be back.
    private static let interval = Duration.milliseconds(900)

    let system: FaultSystem
    let journal: FaultJournal
    private var schedule: FaultSchedule
    private var paused: [(instance: String, until: ContinuousClock.Instant)] = []

    init(system: FaultSystem, journal: FaultJournal, seed: UInt64) {
        self.system = system
        self.journal = journal
        schedule = FaultSchedule(seed: seed)
    }

    mutating func run(until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            let next = ContinuousClock.now + Self.interval
            try await system.startWhoDiedByThemselves()
            try await apply(schedule.next())
            await continueWhoWasStopped()
            if next > .now { try await Task.sleep(until: next) }  // the rhythm of the faults
        }
        for entry in paused { await system.processes[entry.instance]?.signal(SIGCONT) }
    }

    private mutating func continueWhoWasStopped() async {
        for entry in paused where entry.until <= .now { await system.processes[entry.instance]?.signal(SIGCONT) }
        paused.removeAll { $0.until <= .now }
    }

    private mutating func apply(_ fault: Fault) async throws {
        let instance = fault.service.map { pick($0) } ?? ""
        if fault.isForRunning, paused.contains(where: { $0.instance == instance }) { return }
        await journal.begin(fault, jobs: system.jobsUnderWay())
        switch fault {
        case .kill:
            await system.processes[instance]?.kill()
            paused.removeAll { $0.instance == instance }
            try await system.start(instance)
        case .drain: try await system.drain(instance)
        case .pause:
            await system.processes[instance]?.signal(SIGSTOP)
            paused.append((instance, .now + .seconds(Self.pauseSeconds)))
        case .killRedis, .restartRedis, .emptyRedis, .cutRedisFile: try await applyToRedis(fault)
        case .killBackends, .restartPostgres, .killPostgres: try await applyToPostgres(fault)
        case .cutRedisConnections: system.redisProxy.cut()
        case .cutPostgresConnections: system.postgresProxy.cut()
        case .delayRedis: try await delay(system.redisProxy)
        case .delayPostgres: try await delay(system.postgresProxy)
        }
    }

    private mutating func applyToRedis(_ fault: Fault) async throws {
        switch fault {
        case .emptyRedis:
            _ = try await LocalExchange.ask(
                .unix(path: system.redis.socket),
                Array("FLUSHALL\r\n".utf8),
                until: .now + .seconds(10),
                isComplete: { $0.last == UInt8(ascii: "\n") }
            )
            return
        case .restartRedis: await system.redis.stop()
        default: await system.redis.kill()
        }
        if fault == .cutRedisFile { try cutFile() }
        try await system.redis.start()
    }

    /// Takes some last bytes of the newest file, as a machine that lost its power would.
    private mutating func cutFile() throws {
        let folder = system.redis.directory + "/appendonlydir"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard let name = files.filter({ $0.hasSuffix(".incr.aof") }).max() else {
            throw FaultFailure("Redis has no append-only file in \(folder)")
        }
        var status = stat()
        guard stat(folder + "/" + name, &status) == 0 else {
            throw FaultFailure("\(name) cannot be looked at: \(String(cString: strerror(errno)))")
        }
        let lost = min(Int(status.st_size), 1 + schedule.number(below: 256 * 1024))
        guard truncate(folder + "/" + name, status.st_size - off_t(lost)) == 0 else {
            throw FaultFailure("\(name) cannot be cut: \(String(cString: strerror(errno)))")
        }
    }

    private func applyToPostgres(_ fault: Fault) async throws {
        switch fault {
        case .killBackends:
            let statement: SQL = """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE application_name <> 'faults' AND backend_type = 'client backend' AND random() < 0.5
                """
            // Our own connections may have been cut by the fault before.
            try await poll("backends are killed") { (try? await system.pool.query(statement)) != nil }
        case .restartPostgres:
            await system.postgres.stop()
            try await system.postgres.start()
        default:
            await system.postgres.kill()
            try await system.postgres.start()
        }
    }

    private mutating func delay(_ proxy: BreakingProxy) async throws {
        proxy.delay(milliseconds: UInt32(20 + schedule.number(below: 200)))
        try await Task.sleep(for: .seconds(1 + schedule.number(below: 3)))  // how long the fault lasts
        proxy.mend()
    }

    private mutating func pick(_ service: String) -> String {
        let instances = FaultSystem.services[service] ?? [service]
        return instances[schedule.number(below: instances.count)]
    }
}
