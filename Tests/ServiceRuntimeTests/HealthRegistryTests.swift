import Reactor
import Testing

@testable import ServiceRuntime

/// Readiness and its reasons.
@Suite(.timeLimit(.minutes(1))) struct HealthRegistryTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "connection refused"
    }

    @Test func everyDependencyGivesItsReason() async {
        let registry = HealthRegistry()
        registry.register("redis") { nil }
        registry.register("postgres") { throw Refused() }
        let report = await registry.report(isDraining: false)
        #expect(!report.isReady)
        #expect(report.checks.map(\.name) == ["redis", "postgres"])
        #expect(report.checks.map(\.isHealthy) == [true, false])
        #expect(report.checks.map(\.detail) == [nil, "connection refused"])
    }

    @Test func aDependencyThatNeverAnswersHasADeadline() async {
        let registry = HealthRegistry()
        let (never, _) = AsyncStream<Void>.makeStream()
        registry.register("orchestrator", deadline: .milliseconds(20)) {
            // Not even cancellation ends this one before the stream does.
            await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
                Task {
                    for await _ in never {}
                    waiter.resume()
                }
            }
            return nil
        }
        let report = await registry.report(isDraining: false)
        #expect(report.checks[0].detail == "no answer within 0.02 seconds")
    }

    @Test func drainingIsNotReady() async {
        let report = await HealthRegistry().report(isDraining: true)
        #expect(!report.isReady)
        #expect(report.isDraining)
    }

    @Test func aReadingIsSharedForASecond() async {
        let calls = Lock(0)
        let clock = Lock(ContinuousClock.now)
        let registry = HealthRegistry(now: { clock.withLock { $0 } })
        registry.register("redis") {
            calls.withLock { $0 += 1 }
            return nil
        }
        await withDiscardingTaskGroup { group in
            for _ in 0..<50 { group.addTask { _ = await registry.report(isDraining: false) } }
        }
        #expect(calls.withLock { $0 } == 1)
        clock.withLock { $0 += .seconds(1) }
        _ = await registry.report(isDraining: false)
        #expect(calls.withLock { $0 } == 2)
    }

    @Test func aDeadlineReportsWhatTheWorkDid() async throws {
        #expect(try await Deadline.run(.seconds(30)) { 7 } == 7)
        await #expect(throws: Refused.self) { try await Deadline.run(.seconds(30)) { throw Refused() } }
    }
}
