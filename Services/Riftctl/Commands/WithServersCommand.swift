import ArgumentParser
import FoundationEssentials
import Glibc
import ServiceRuntime
import Supervision

struct WithServersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "with-servers",
        abstract: "Runs a command with a private Redis and PostgreSQL of its own, for tests.",
        discussion: """
            The command finds them by RIFTSYNC_TEST_REDIS_URL and RIFTSYNC_TEST_DATABASE_URL. Its exit code is passed on.
            """
    )

    @Option(help: "An empty directory for the servers; it is left to the caller to remove.")
    var directory: String

    @Argument(parsing: .postTerminator, help: "The command, after `--`.")
    var command: [String]

    func validate() throws {
        if command.isEmpty { throw ValidationError("Which command? riftctl with-servers --directory DIR -- COMMAND…") }
        if !directory.hasPrefix("/") { throw ValidationError("--directory must be an absolute path.") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let signals = SignalStream()
        try PrivateDirectory.adopt(directory, mode: geteuid() == 0 ? 0o711 : 0o700)
        let redis = try PrivateRedis(directory: directory + "/redis", profile: .scratch, environment: environment)
        let postgres = try PrivatePostgres(directory: directory + "/pg", profile: .scratch, environment: environment)
        let result: Result<Int32, any Error>
        do {
            try await redis.start()
            try await postgres.start()
            result = .success(try await runCommand(redis, postgres, environment, signals))
        } catch {
            result = .failure(error)
        }
        await postgres.stop()
        await redis.stop()
        let code = try result.get()
        if code != 0 { throw CommandFailure(passingOn: code) }
    }

    private func runCommand(
        _ redis: PrivateRedis,
        _ postgres: PrivatePostgres,
        _ environment: [String: String],
        _ signals: SignalStream
    ) async throws -> Int32 {
        var environment = environment
        environment["RIFTSYNC_TEST_REDIS_URL"] = redis.url
        environment["RIFTSYNC_TEST_DATABASE_URL"] = postgres.url()
        var specification = ProcessSpecification(
            name: "command",
            executable: try Self.path(of: command[0], environment),
            arguments: Array(command.dropFirst()),
            environment: environment,
            logFile: ""
        )
        specification.usesOurTerminal = true
        specification.stopPatience = .seconds(10)
        let process = ManagedProcess(specification)
        try await process.start()
        // Ends with the command: cancelled below. A Ctrl-C reaches the command by itself; the second one is passed on.
        let relay = Task {
            var interrupts = 0
            for await number in signals.signals {
                interrupts += number == SIGINT ? 1 : 0
                if number != SIGINT || interrupts > 1 { await process.stop() }
            }
        }
        defer { relay.cancel() }
        while true {
            do throws(SupervisionError) {
                switch try await process.waitForExit(within: .seconds(3_600)) {
                case .exited(let code): return code
                case .signaled(let number): return 128 + number
                }
            } catch {
                guard error.code == .timedOut else { throw error }
            }
        }
    }

    private static func path(of command: String, _ environment: [String: String]) throws -> String {
        if command.contains("/") { return command }
        let directories = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        guard let directory = directories.first(where: { access($0 + "/" + command, X_OK) == 0 }) else {
            throw CommandFailure(.unavailable, "There is no program '\(command)' in PATH.")
        }
        return directory + "/" + command
    }
}
