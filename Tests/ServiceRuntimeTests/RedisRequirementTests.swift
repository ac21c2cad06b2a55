import Logging
import Redis
import TestSupport
import Testing

@testable import ServiceRuntime

/// Which Redis a service works with, and what its health says of it.
@Suite(.timeLimit(.minutes(1))) struct RedisRequirementTests {
    private func context(_ url: String) throws -> ServiceContext {
        TestRedis.ignoreBrokenPipes()
        return ServiceContext(
            name: "match-worker",
            instance: "match-worker",
            settings: try Settings.load(
                flags: [:],
                environment: ["REDIS_URL": url],
                file: nil,
                host: HostFacts(userID: 1, isErrorTerminal: false, nowMilliseconds: 1_795_000_000_000)
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            logLevel: LogLevelControl(.info),
            metrics: MetricsRegistry(),
            drainState: DrainState()
        )
    }

    @Test func aRedisThatEvictsIsRefusedWith78AndMakesAServiceUnready() async throws {
        let server = try await ScratchRedis(["--maxmemory-policy", "allkeys-lru"])
        let context = try context(server.url)
        let redis = try context.makeRedis()
        let refusal = await #expect(throws: StartupError.self) { try await context.requireUsable(redis) }
        #expect(refusal?.exitCode == .configuration)
        #expect(refusal?.message.contains("allkeys-lru") == true && refusal?.message.contains("noeviction") == true)
        let report = await context.healthReport()
        #expect(!report.isReady && report.checks[0].detail?.contains("allkeys-lru") == true)
        await redis.close()
    }

    @Test func withoutAnAppendOnlyFileAServiceRunsAndSaysSo() async throws {
        let server = try await ScratchRedis()
        let context = try context(server.url)
        let redis = try context.makeRedis()
        try await context.requireUsable(redis)
        let report = await context.healthReport()
        #expect(report.isReady && report.checks[0].detail?.contains("append-only") == true)
        await redis.close()
    }

    @Test func aRedisThatIsAwayIsWaitedFor() async throws {
        let context = try context("unix:///nonexistent/redis.sock")
        let redis = try context.makeRedis()
        try await context.requireUsable(redis)
        #expect(await context.healthReport().isReady == false)
        await redis.close()
    }

    @Test func celerysAddressOfSentinelsIsNotPassedOverInSilence() {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(
                flags: [:],
                environment: ["CELERY_BROKER_URL": "sentinel://:geheim@a:26379;sentinel://b:26379"],
                file: nil,
                host: HostFacts(userID: 1, isErrorTerminal: false, nowMilliseconds: 1_795_000_000_000)
            )
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("redis+sentinel://") && !text.contains("geheim"), "\(text)")
    }
}
