import Foundation
import Glibc
import Logging
import Postgres
import RiotSimulator
import Supervision
import TestSupport
import Testing

/// The real executables on real servers, with a simulator for Riot: one system per test, gone after it.
///
/// Redis and PostgreSQL are those of the test run, with a key prefix and a database of its own.
final class TestSystem: Sendable {
    /// How long anything in a test may take.
    static let patience: Duration = .seconds(120)

    let directory: String
    let gatewayPort: Int
    /// What the services get to see, for a test that starts other programs beside them.
    let environment: [String: String]
    let pool: PostgresPool
    private let redis: TestRedis
    private let processes: [String: ManagedProcess]

    /// No entry has ticks unless a test says otherwise: what runs at a full minute would spoil counts of requests.
    static let nothingByItself = [
        "cleanup_old_data", "refresh_followed", "refresh_ranks", "refresh_names", "retry_unavailable", "reconcile",
    ].map { "\($0): off" }.joined(separator: "; ")

    /// Instances that a system has unless a test says otherwise.
    static let everyService = ["orchestrator", "gateway", "match-worker", "timeline-worker", "beat"]

    private init(
        directory: String,
        programs: String,
        environment: [String: String],
        gatewayPort: Int,
        instances: [String],
        listener: HeldListener?,
        pool: PostgresPool,
        redis: TestRedis
    ) {
        self.directory = directory
        self.redis = redis
        self.gatewayPort = gatewayPort
        self.environment = environment
        self.pool = pool
        processes = Dictionary(
            uniqueKeysWithValues: instances.map { instance in
                let parts = instance.split(separator: "-")
                let number = parts.last.flatMap { Int($0) }
                let program = number == nil ? instance : parts.dropLast().joined(separator: "-")
                var specification = ProcessSpecification(
                    name: program,
                    instance: instance,
                    executable: "\(programs)/\(program)",
                    arguments: number.map { ["--instance", String($0)] } ?? [],
                    environment: environment,
                    logFile: "\(directory)/\(instance).log"
                )
                if program == "gateway" { specification.listener = listener }
                return (instance, ManagedProcess(specification))
            }
        )
    }

    /// Starts a system against a simulator at `riot`, runs `body` and stops everything, whatever happened.
    ///
    /// - Parameter holdsGatewaySocket: the socket of HTTP is held here and handed to the gateway, as `riftctl up` does.
    static func run(
        riot: SimulatorHandle,
        instances: [String] = everyService,
        settings: [String: String] = [:],
        holdsGatewaySocket: Bool = false,
        body: @Sendable @escaping (TestSystem) async throws -> Void
    ) async throws {
        let programs = try required("RIFTSYNC_BIN_DIR")
        let redis = try TestRedis()
        let directory = try scratchDirectory()
        let listener = holdsGatewaySocket ? try HeldListener(host: "127.0.0.1", port: 0) : nil
        let port = try listener?.port ?? LoopbackSocket.freePort()
        try await withTestDatabase { database in
            var environment = [
                "PATH": "/usr/bin:/bin", "RUNTIME_DIR": directory + "/run", "REDIS_URL": redis.url,
                "REDIS_PREFIX": redis.prefix, "DATABASE_URL": database, "RIOT_API_KEY": riot.key,
                "RIOT_API_BASE_URL": riot.baseURL, "GATEWAY_PORT": String(port), "LOG_FORMAT": "text",
                "LOG_LEVEL": "info", "SCHEDULE": nothingByItself,
            ]
            environment.merge(settings) { $1 }
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(
                    url: environment["DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? database,
                    applicationName: "end-to-end"
                ),
                logger: Logger(label: "end-to-end")
            )
            let system = TestSystem(
                directory: directory,
                programs: programs,
                environment: environment,
                gatewayPort: port,
                instances: instances,
                listener: listener,
                pool: pool,
                redis: redis
            )
            do {
                for instance in instances { try await system.start(instance) }
                try await body(system)
            } catch {
                await system.stopAll()
                Issue.record("\(error)\n\(system.logs())")
                await pool.close()
                try await redis.removeKeys()
                return
            }
            await system.stopAll()
            await pool.close()
            try await redis.removeKeys()
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Processes

    /// Starts a service and waits until its socket answers.
    func start(_ instance: String) async throws {
        try await process(instance).start()
        let ready = Readiness.rpc(socket: socket(instance))
        let finding = await ready.wait(until: .now + .seconds(30))
        let answers = instance == "gateway" ? await answersHTTP() : true
        guard finding == .ready, answers else {
            throw TestFailure(
                "\(instance) is not ready: \(finding)\n\(process(instance).lastLogLines(20).joined(separator: "\n"))"
            )
        }
    }

    private func answersHTTP() async -> Bool {
        await Readiness.http(.tcp(host: "127.0.0.1", port: gatewayPort), path: "/livez")
            .wait(until: .now + .seconds(30)) == .ready
    }

    /// Ends a service as a crash would.
    func kill(_ instance: String) async { await process(instance).kill() }

    /// Stops a service in good order and says how it ended.
    func stop(_ instance: String) async -> ProcessExit? { await process(instance).stop() }

    /// The path of a service's socket.
    func socket(_ instance: String) -> String { "\(directory)/run/\(instance).sock" }

    /// The process id of a running service.
    func pid(_ instance: String) async -> pid_t? { await process(instance).identity?.pid }

    /// Empties Redis as far as this system is concerned.
    func removeRedisKeys() async throws { try await redis.removeKeys() }

    /// Everything the services have printed, for a test that looks for what must not be there.
    func logs() -> String {
        processes.keys.sorted().map { name in
            let text = (try? String(contentsOfFile: "\(directory)/\(name).log", encoding: .utf8)) ?? ""
            return "=== \(name)\n\(text.suffix(6000))"
        }.joined(separator: "\n")
    }

    private func process(_ instance: String) -> ManagedProcess {
        guard let process = processes[instance] else { preconditionFailure("the test has no \(instance)") }
        return process
    }

    private func stopAll() async {
        await withDiscardingTaskGroup { group in
            for process in processes.values { group.addTask { _ = await process.stop() } }
        }
    }

    // MARK: Surroundings

    static func required(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else {
            throw TestFailure("\(name) is not set; run compose/test, which builds and starts what tests need")
        }
        return value
    }

    static func scratchDirectory() throws -> String {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/rs-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp failed: \(errno)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A sentence that explains why a test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
