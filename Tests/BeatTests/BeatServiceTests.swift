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

    private let midnight = BeatHarness.midnight
    private let hour = BeatHarness.hour

    @Test func everyTickFiresOnceAlthoughTwoLead() async throws {
        try await BeatHarness.run { harness in
            let runs = Lock<[Int64]>([])
            try await withThrowingDiscardingTaskGroup { group in
                for name in ["a", "b"] {
                    group.addTask {
                        let time = ManualTime(midnight, end: midnight + 5 * hour + 60_000)
                        let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in
                            runs.withLock { $0.append(time.now) }
                            return "done"
                        }
                        let service = harness.service(time, [entry], name: name)
                        await #expect(throws: CancellationError.self) { try await service.lead() }
                    }
                }
            }
            #expect(runs.withLock { $0.sorted() } == (1...5).map { midnight + Int64($0) * hour })
            let last = try #require(try await harness.storage.lastScheduleRuns().first)
            #expect(last.tick == midnight + 5 * hour)
            #expect(last.outcome == "ok")
            #expect(last.detail == "done")
        }
    }

    @Test func aFailureIsTriedAgainAndThenWrittenDown() async throws {
        try await BeatHarness.run { harness in
            let attempts = Lock(0)
            let time = ManualTime(midnight, end: midnight + hour + 20 * 60_000)
            let entry = try BeatHarness.entry("entry", "0 1 * * *") { _ in
                attempts.withLock { $0 += 1 }
                throw Refused()
            }
            await #expect(throws: CancellationError.self) { try await harness.service(time, [entry]).lead() }
            #expect(attempts.withLock { $0 } == ScheduleRunner.attempts)
            let last = try #require(try await harness.storage.lastScheduleRuns().first)
            #expect(last.outcome == "failed")
            #expect(last.detail == "the orchestrator is away")
        }
    }

    @Test func aMissedTickIsMadeUpForOnce() async throws {
        try await BeatHarness.run { harness in
            #expect(try await harness.storage.claimTick(entry: "entry", tick: midnight))
            try await harness.storage.noteScheduleEntries(["entry"], at: midnight)
            let runs = Lock(0)
            for _ in 0..<2 {
                let time = ManualTime(midnight + 10 * hour + 1, end: midnight + 10 * hour + 120_000)
                let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in
                    runs.withLock { $0 += 1 }
                    return "done"
                }
                await #expect(throws: CancellationError.self) { try await harness.service(time, [entry]).lead() }
            }
            #expect(runs.withLock { $0 } == 1)
        }
    }

    @Test func theFirstTickOfAllIsNotMissedWhenTheLeaderChanges() async throws {
        try await BeatHarness.run { harness in
            let ticks = Lock(0)
            let entry = try BeatHarness.entry("entry", "0 1 * * *", missed: .leftOut) { _ in
                ticks.withLock { $0 += 1 }
                return "done"
            }
            // The first leader ends just before the tick, the second begins just after it.
            let first = ManualTime(midnight, end: midnight + hour - 1)
            await #expect(throws: CancellationError.self) { try await harness.service(first, [entry]).lead() }
            #expect(ticks.withLock { $0 } == 0)
            let second = ManualTime(midnight + hour + 3_000, end: midnight + hour + 90_000)
            await #expect(throws: CancellationError.self) { try await harness.service(second, [entry]).lead() }
            #expect(ticks.withLock { $0 } == 1)
        }
    }

    @Test func aLongRunDelaysNoOtherEntry() async throws {
        try await BeatHarness.run { harness in
            let time = ManualTime(midnight, end: midnight + 4 * hour)
            let (others, open) = AsyncStream<Void>.makeStream()
            let seen = Lock<[Int64]>([])
            let long = try BeatHarness.entry("long", "0 1 * * *") { _ in
                // Ends when the other entry has run twice since.
                for await _ in others.prefix(2) {}
                return "done"
            }
            let short = try BeatHarness.entry("short", "30 1-3 * * *") { _ in
                seen.withLock { $0.append(time.now) }
                open.yield()
                return "done"
            }
            let ended = "SELECT count(*) FROM schedule_run WHERE outcome = 'ok'"
            let deadline = ContinuousClock.now + .seconds(30)
            let service = harness.service(time, [long, short]) {
                try await harness.count(ended) == 4 || .now > deadline
            }
            await #expect(throws: CancellationError.self) { try await service.lead() }
            #expect(seen.withLock { $0.count } == 3)
            #expect(try await harness.count(ended) == 4)
        }
    }

    @Test func aClockThatIsSetBackFiresNoTickTwice() async throws {
        try await BeatHarness.run { harness in
            let time = ManualTime(midnight, end: midnight + 3 * hour + 60_000)
            let runs = Lock<[Int64]>([])
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in
                let count = runs.withLock { runs in
                    runs.append(time.now)
                    return runs.count
                }
                if count == 2 { time.set(midnight + hour / 2) }
                return "done"
            }
            await #expect(throws: CancellationError.self) { try await harness.service(time, [entry]).lead() }
            #expect(runs.withLock { $0 } == (1...3).map { midnight + Int64($0) * hour })
        }
    }

    @Test func oneOfTwoBeatsLeads() async throws {
        try await BeatHarness.run { harness in
            let leaders = Lock(0)
            let most = Lock(0)
            let terms = Lock(0)
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask {
                        let leadership = PostgresLeadership(
                            configuration: harness.configuration,
                            key: AdvisoryLock.schedule.rawValue,
                            name: "schedule",
                            interval: .milliseconds(20),
                            logger: BeatHarness.logger
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
