import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import ServiceRuntime

/// How a program ends: each case is a process of its own.
@Suite(.timeLimit(.minutes(1))) struct ServiceProgramTests {
    /// A service that tells when it runs, and ends when it is asked to.
    private struct Idle: Service {
        let onStart: @Sendable () -> Void

        func run() async throws {
            onStart()
            try? await gracefulShutdown()
        }
    }

    /// A service that does not end when it is asked to.
    private struct Stubborn: Service {
        func run() async throws {
            try await withGracefulShutdownHandler {
                kill(getpid(), SIGTERM)
                try await Task.sleep(for: .seconds(600))
            } onGracefulShutdown: {
                kill(getpid(), SIGTERM)
            }
        }
    }

    private static func options(_ more: String...) throws -> ServiceOptions {
        let directory = "/tmp/riftsync-program-tests-\(geteuid())"
        return try ServiceOptions.parse(["--runtime-dir", directory, "--log-format", "json"] + more)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func wrongSettingsEndWith78AndASentence() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(78),
            observing: [\.standardErrorContent]
        ) {
            let options = try ServiceOptions.parse(["--runtime-dir", "run", "--log-format", "json"])
            await ServiceProgram.run(name: "demo", options: options) { _ in [] }
        }
        #expect(
            Self.text(result.standardErrorContent)
                == "demo: RUNTIME_DIR is \"run\", which must be an absolute path (from: flag)\n"
        )
    }

    @Test func whatIsMissingEndsWith78() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(78),
            observing: [\.standardErrorContent]
        ) {
            unsetenv("REDIS_URL")
            await ServiceProgram.run(name: "demo", options: try Self.options()) { context in
                _ = try context.makeRedis()
                return []
            }
        }
        #expect(
            Self.text(result.standardErrorContent)
                == "demo: demo needs Redis; set REDIS_URL, for example to redis://127.0.0.1:6379/0\n"
        )
    }

    @Test func checkConfigPrintsWhatIsInForce() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(0),
            observing: [\.standardOutputContent]
        ) {
            setenv("RIOT_API_KEY", "RGAPI-deep-secret", 1)
            await ServiceProgram.run(name: "demo", options: try Self.options("--check-config")) { _ in [] }
        }
        let output = Self.text(result.standardOutputContent)
        #expect(output.contains("RIOT_API_KEY"))
        #expect(output.contains("environment RIOT_API_KEY"))
        #expect(!output.contains("deep-secret"))
    }

    @Test func sigtermEndsWith0() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(0),
            observing: [\.standardErrorContent]
        ) {
            await ServiceProgram.run(name: "demo", options: try Self.options()) { _ in
                [Idle { kill(getpid(), SIGTERM) }]
            }
        }
        #expect(Self.text(result.standardErrorContent).contains("\"message\":\"stopped\""))
    }

    @Test func aDrainEndsWith0() async {
        await #expect(processExitsWith: .exitCode(0)) {
            await ServiceProgram.run(name: "demo", options: try Self.options()) { context in
                [Idle { context.drain() }]
            }
        }
    }

    @Test func sighupEndsNothing() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(0),
            observing: [\.standardErrorContent]
        ) {
            await ServiceProgram.run(name: "demo", options: try Self.options()) { context in
                kill(getpid(), SIGHUP)  // before signals are trapped
                return [
                    Idle {
                        kill(getpid(), SIGHUP)
                        context.drain()
                    }
                ]
            }
        }
        #expect(Self.text(result.standardErrorContent).contains("\"message\":\"stopped\""))
    }

    @Test func aSecondSignalEndsAtOnce() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            await ServiceProgram.run(name: "demo", options: try Self.options()) { _ in [Stubborn()] }
        }
    }

    @Test func aServiceThatFailsNamesItsReason() async throws {
        struct Broken: Service {
            func run() async throws { throw StartupError.unavailable("the lamp is out") }
        }
        let result = try await #require(
            processExitsWith: .exitCode(69),
            observing: [\.standardErrorContent]
        ) {
            await ServiceProgram.run(name: "demo", options: try Self.options()) { _ in [Broken()] }
        }
        #expect(Self.text(result.standardErrorContent).hasSuffix("demo: the lamp is out\n"))
    }

    @Test func theKeyNeverReachesTheLog() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(0),
            observing: [\.standardErrorContent]
        ) {
            setenv("RIOT_API_KEY", "RGAPI-deep-secret", 1)
            await ServiceProgram.run(name: "demo", options: try Self.options()) { context in
                context.logger.error("leaked RGAPI-deep-secret", metadata: ["key": "RGAPI-deep-secret"])
                return [Idle { context.drain() }]
            }
        }
        let log = Self.text(result.standardErrorContent)
        #expect(log.contains("leaked ***"))
        #expect(!log.contains("deep-secret"))
    }
}
