import JSONRPC
import Logging
import Postgres
import Reactor
import ServiceRuntime
import Storage
import TestSupport
import Testing

@testable import beat

/// Ticks against a real database: each once, whoever leads.
@Suite(.timeLimit(.minutes(2))) struct BeatServiceTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "the orchestrator is away"
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A wall clock that moves only when somebody sleeps on it.
    private final class ManualTime: Sendable {
        private let state: Lock<Int64>
        private let end: Int64

        init(_ start: Int64, end: Int64) {
            state = Lock(start)
            self.end = end
        }

        var now: Int64 { state.withLock { $0 } }

        /// Moves the clock; sleeping past the end of the test is what stops the service.
        func sleep(_ duration: Duration) throws {
            let now = state.withLock { state in
                state += duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
                return state
            }
            if now > end { throw CancellationError() }
        }
    }

    private func withStorage(_ body: @Sendable (Storage, PostgresConfiguration) async throws -> Void) async throws {
        try await withTestDatabase { url in
            let configuration = try PostgresConfiguration(url: url, applicationName: "test")
            let pool = PostgresPool(configuration: configuration, logger: Self.logger)
            let storage = Storage(pool: pool, keyScope: "default", logger: Self.logger)
            try await storage.migrate()
            try await body(storage, configuration)
            await pool.close()
        }
    }

    private func service(
        _ storage: Storage,
        _ time: ManualTime,
        _ line: String,
        action: @escaping @Sendable (Bool) async throws -> String
    ) throws -> BeatService {
        let sleep: @Sendable (Duration) async throws -> Void = { try time.sleep($0) }
        return BeatService(
            schedule: Schedule(entries: [
                ScheduleEntry(name: "entry", summary: "An entry.", cron: try CronExpression(line), action: action)
            ]),
            runner: ScheduleRunner(storage: storage, logger: Self.logger, sleep: sleep),
            storage: storage,
            logger: Self.logger,
            now: { time.now },
            sleep: sleep,
            whileLeader: { try await $0() }
        )
    }

    /// The instant 2026-11-23T00:00:00Z.
    private let midnight: Int64 = 1_795_392_000_000
    private let hour: Int64 = 3_600_000

    @Test func everyTickFiresOnceAlthoughTwoLead() async throws {
        try await withStorage { storage, _ in
            let runs = Lock<[Int64]>([])
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask {
                        let time = ManualTime(midnight, end: midnight + 5 * hour + 60_000)
                        let service = try service(storage, time, "0 * * * *") { _ in
                            runs.withLock { $0.append(time.now) }
                            return "done"
                        }
                        await #expect(throws: CancellationError.self) { try await service.lead() }
                    }
                }
            }
            #expect(runs.withLock { $0.sorted() } == (1...5).map { midnight + Int64($0) * hour })
            let last = try #require(try await storage.lastScheduleRuns().first)
            #expect(last.tick == midnight + 5 * hour)
            #expect(last.outcome == "ok")
            #expect(last.detail == "done")
        }
    }

    @Test func aFailureIsTriedAgainAndThenWrittenDown() async throws {
        try await withStorage { storage, _ in
            let attempts = Lock(0)
            let time = ManualTime(midnight, end: midnight + hour + 20 * 60_000)
            let service = try service(storage, time, "0 1 * * *") { _ in
                attempts.withLock { $0 += 1 }
                throw Refused()
            }
            await #expect(throws: CancellationError.self) { try await service.lead() }
            #expect(attempts.withLock { $0 } == ScheduleRunner.attempts)
            let last = try #require(try await storage.lastScheduleRuns().first)
            #expect(last.outcome == "failed")
            #expect(last.detail == "the orchestrator is away")
        }
    }

    @Test func aMissedTickIsMadeUpForOnce() async throws {
        try await withStorage { storage, _ in
            #expect(try await storage.claimTick(entry: "entry", tick: midnight))
            let runs = Lock(0)
            for _ in 0..<2 {
                let time = ManualTime(midnight + 10 * hour + 1, end: midnight + 10 * hour + 120_000)
                let service = try service(storage, time, "0 * * * *") { _ in
                    runs.withLock { $0 += 1 }
                    return "done"
                }
                await #expect(throws: CancellationError.self) { try await service.lead() }
            }
            #expect(runs.withLock { $0 } == 1)
        }
    }

    @Test func operatorsSeeAndRunTheSchedule() async throws {
        try await withStorage { storage, _ in
            let dryRuns = Lock<[Bool]>([])
            let entry = ScheduleEntry(name: "tidy", summary: "Tidies.", cron: try CronExpression("17 4 * * *")) { dry in
                dryRuns.withLock { $0.append(dry) }
                return dry ? "would remove 3 tasks" : "removed 3 tasks"
            }
            let methods = ScheduleMethods(
                schedule: Schedule(entries: [entry]),
                storage: storage,
                now: { [midnight] in midnight }
            )
            var listed = try #require(try await methods.list().first)
            #expect(listed.nextTick == "2026-11-23T04:17:00.000Z")
            #expect(listed.lastTick == nil)
            let dry = try await methods.run(RunParameters(name: "tidy", dryRun: true))
            #expect(dry.detail == "would remove 3 tasks")
            #expect(try await methods.list().first?.lastTick == nil)
            let real = try await methods.run(RunParameters(name: "tidy", dryRun: nil))
            #expect(real.detail == "removed 3 tasks")
            listed = try #require(try await methods.list().first)
            #expect(listed.lastOutcome == "ok")
            #expect(listed.lastTick == "2026-11-23T00:00:00.000Z")
            #expect(dryRuns.withLock { $0 } == [true, false])
            let error = await #expect(throws: JSONRPCError.self) {
                try await methods.run(RunParameters(name: "nothing", dryRun: nil))
            }
            #expect(error?.code == JSONRPCError.Code.notFound.rawValue)
        }
    }

    @Test func oneOfTwoBeatsLeads() async throws {
        try await withStorage { _, configuration in
            let leaders = Lock(0)
            let most = Lock(0)
            let terms = Lock(0)
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask {
                        let leadership = PostgresLeadership(
                            configuration: configuration,
                            key: BeatBuild.leadershipKey,
                            name: "schedule",
                            interval: .milliseconds(20),
                            logger: Self.logger
                        )
                        try await leadership.whileLeader {
                            let now = leaders.withLock { count in
                                count += 1
                                return count
                            }
                            most.withLock { $0 = max($0, now) }
                            for _ in 0..<100 { await Task.yield() }
                            leaders.withLock { $0 -= 1 }
                            terms.withLock { $0 += 1 }
                        }
                    }
                }
            }
            #expect(most.withLock { $0 } == 1)
            #expect(terms.withLock { $0 } == 2)
        }
    }
}
