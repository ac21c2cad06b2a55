import Foundation
import Glibc
import Logging
import Postgres
import RiotSimulator
import Supervision
import TestSupport
import Testing

/// The whole system on two hosts, with Redis, PostgreSQL and the simulator on a third: one per test, gone after it.
final class TestHosts: Sendable {
    /// What each host has.
    static let programs = ["orchestrator", "gateway", "match-worker", "timeline-worker"]
    private static let riotPort = 18_080
    private static let gatewayPort = 8_000

    let network = NetworkNamespaces()
    /// Leads to the database past the network.
    let pool: PostgresPool
    private let directory: String
    private let postgres: PrivatePostgres
    private let servers: [ManagedProcess]
    private let services: [(host: NetworkNamespaces.Host, process: ManagedProcess)]

    private init(simulator: [String]) throws {
        let programs = try TestSystem.required("RIFTSYNC_BIN_DIR")
        directory = try TestSystem.scratchDirectory()
        chmod(directory, 0o755)  // the user postgres must be able to pass
        postgres = try PrivatePostgres(
            directory: directory + "/pg",
            profile: .scratch,
            environment: ProcessInfo.processInfo.environment
        )
        pool = PostgresPool(
            configuration: try PostgresConfiguration(url: postgres.url(database: "riftsync"), applicationName: "hosts"),
            logger: Logger(label: "hosts")
        )
        var database = postgres.specification
        database.arguments = network.entering(nil) + [database.executable] + database.arguments
        database.arguments += ["-c", "listen_addresses=\(NetworkNamespaces.centre)"]
        database.executable = "/usr/bin/nsenter"
        let redis = [
            "/usr/bin/env", "redis-server", "--bind", NetworkNamespaces.centre, "--protected-mode", "no", "--save", "",
            "--dir", directory,
        ]
        let riot = ["\(programs)/riot-simulator", "--port", String(Self.riotPort)]
        servers = [
            ManagedProcess(database),
            ManagedProcess(Self.specification(redis, "redis", nil, network, directory)),
            ManagedProcess(Self.specification(riot + simulator, "riot-simulator", nil, network, directory)),
        ]
        let centre = NetworkNamespaces.centre
        var services: [(NetworkNamespaces.Host, ManagedProcess)] = []
        for host in NetworkNamespaces.Host.allCases {
            for program in Self.programs {
                var specification = Self.specification(["\(programs)/\(program)"], program, host, network, directory)
                specification.environment.merge([
                    "RUNTIME_DIR": "\(directory)/run-\(host.rawValue)", "REDIS_URL": "redis://\(centre):6379/0",
                    "DATABASE_URL": "postgresql://\(PrivatePostgres.role)@\(centre)/riftsync",
                    "RIOT_API_KEY": "RGAPI-hosts", "RIOT_API_BASE_URL": "http://127.0.0.1:\(Self.riotPort)/{route}",
                    "GATEWAY_HOST": NetworkNamespaces.address(host), "GATEWAY_PORT": String(Self.gatewayPort),
                    "LOG_FORMAT": "text", "LOG_LEVEL": "info",
                ]) { $1 }
                services.append((host, ManagedProcess(specification)))
            }
        }
        self.services = services.map { (host: $0.0, process: $0.1) }
    }

    /// Starts everything, the first host before the second, runs `body` and ends everything, whatever happened.
    static func run(
        simulator: [String],
        body: @Sendable @escaping (TestHosts) async throws -> Void
    ) async throws {
        let hosts = try TestHosts(simulator: simulator)
        do {
            try hosts.network.make()
            try await hosts.start()
            try await body(hosts)
        } catch {
            Issue.record("\(error)\n\(hosts.logs())")
        }
        // Shield: a test that was cancelled ends its hosts too.
        await Task { await hosts.stop() }.value
        try? FileManager.default.removeItem(atPath: hosts.directory)
    }

    // MARK: Talking

    /// Asks the gateway of a host.
    func http(
        _ host: NetworkNamespaces.Host,
        _ method: String,
        _ path: String,
        body: String? = nil
    ) async throws -> HTTPAnswer {
        try await NamespaceHTTP.send(
            method,
            through: network.entering(host),
            host: NetworkNamespaces.address(host),
            port: Self.gatewayPort,
            path,
            body: body
        )
    }

    /// Asks the simulator.
    func riot<Answer: Decodable>(_ path: String, as type: Answer.Type) async throws -> Answer {
        let answer = try await NamespaceHTTP.send(
            "GET",
            through: network.entering(nil),
            host: "127.0.0.1",
            port: Self.riotPort,
            path
        )
        return try JSONDecoder().decode(type, from: answer.body)
    }

    /// Asks a host for a task until `condition` holds.
    func wait(
        for id: String,
        on host: NetworkNamespaces.Host,
        until condition: @Sendable @escaping (HTTPAnswer) -> Bool
    ) async throws -> HTTPAnswer {
        let path = "/api/summoners/task-status/?task_id=\(id)"
        let finding = await Readiness { _ in
            guard let answer = try? await self.http(host, "GET", path) else { return .notYet("no answer") }
            return condition(answer) ? .ready : .notYet(answer.text)
        }.wait(until: .now + TestSystem.patience)
        guard finding == .ready else { throw TestFailure("host \(host): task \(id) did not get there: \(finding)") }
        return try await http(host, "GET", path)
    }

    /// What a program on a host has logged.
    func log(_ program: String, on host: NetworkNamespaces.Host) -> String {
        (try? String(contentsOfFile: "\(directory)/\(program)-\(host.rawValue).log", encoding: .utf8)) ?? ""
    }

    private func logs() -> String {
        NetworkNamespaces.Host.allCases.flatMap { host in
            Self.programs.map { "=== \($0) on \(host)\n\(log($0, on: host).suffix(3_000))" }
        }.joined(separator: "\n")
    }

    /// Whether every service still runs as it was started.
    func allRun() async -> Bool {
        for service in services where await service.process.identity == nil { return false }
        return true
    }

    // MARK: Life

    private func start() async throws {
        try await postgres.prepare()
        let file = "\(postgres.directory)/data/pg_hba.conf"
        let rules = try String(contentsOfFile: file, encoding: .utf8) + "host all all 10.91.0.0/16 trust\n"
        try Data(rules.utf8).write(to: URL(filePath: file))  // in place: it stays the server's
        for server in servers { try await server.start() }
        try await servers[0].requireReady(postgres.readiness, within: .seconds(60))
        try await postgres.makeDatabase("riftsync")
        let isSimulated = await Readiness { _ in
            ((try? await self.riot("/_sim/stats", as: SimulatorStats.self)) != nil) ? .ready : .notYet("no simulator")
        }.wait(until: .now + .seconds(30))
        guard isSimulated == .ready else { throw TestFailure("the simulator is not ready") }
        for (host, process) in services {
            try await process.start()
            let socket = "\(directory)/run-\(host.rawValue)/\(process.specification.name).sock"
            let finding = await Readiness.rpc(socket: socket).wait(until: .now + .seconds(30))
            guard finding == .ready else { throw TestFailure("\(process.specification.instance): \(finding)") }
        }
    }

    private func stop() async {
        await withDiscardingTaskGroup { group in
            for service in services { group.addTask { await service.process.kill() } }
        }
        await pool.close()
        for server in servers.reversed() { await server.kill() }
        network.remove()
    }

    private static func specification(
        _ command: [String],
        _ program: String,
        _ host: NetworkNamespaces.Host?,
        _ network: NetworkNamespaces,
        _ directory: String
    ) -> ProcessSpecification {
        let instance = "\(program)-\(host?.rawValue ?? "centre")"
        return ProcessSpecification(
            name: program,
            instance: instance,
            executable: "/usr/bin/nsenter",
            arguments: network.entering(host) + command,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
            logFile: "\(directory)/\(instance).log"
        )
    }
}
