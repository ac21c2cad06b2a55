import Postgres
import Reactor
import Storage
import TestSupport
import Testing

@testable import beat

/// Runs whose beat died: begun again, or told as lost, never left unfinished.
@Suite(.timeLimit(.minutes(3))) struct InterruptedTickTests {
    private let midnight = BeatHarness.midnight
    private let hour = BeatHarness.hour

    /// What becomes of runs whose beat is gone, by the state of their entry.
    private func settle(
        _ harness: BeatHarness,
        _ entry: ScheduleEntry?
    ) async throws -> [(run: ScheduleRun, entry: ScheduleEntry)] {
        let schedule = Schedule(entries: entry.map { [$0] } ?? [])
        let runner = harness.runner("b", ManualTime(midnight, end: .max))
        return try await harness.interrupted(schedule, runner).settle()
    }

    private func detail(_ harness: BeatHarness) async throws -> String? {
        let last = try #require(try await harness.storage.lastScheduleRuns().first)
        #expect(last.outcome == "lost" && last.finishedAt != nil)
        return last.detail
    }

    @Test func aRunIsBegunAgainOnceItsLeaseIsOver() async throws {
        try await BeatHarness.run { harness in
            let runs = Lock(0)
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in
                runs.withLock { $0 += 1 }
                return "done"
            }
            #expect(try await harness.storage.claimTick(entry: "entry", tick: midnight, runner: "a"))
            #expect(try await settle(harness, entry).isEmpty, "its beat lives")
            try await harness.endLeases()
            let found = try await settle(harness, entry)
            #expect(found.map(\.run.tick) == [midnight])
            // Two leaders find it; one takes it over.
            let run = try #require(found.first?.run)
            let time = ManualTime(midnight, end: .max)
            #expect(try await harness.runner("b", time).runAgain(run, as: entry))
            #expect(try await !harness.runner("c", time).runAgain(run, as: entry))
            #expect(runs.withLock { $0 } == 1)
            let last = try #require(try await harness.storage.lastScheduleRuns().first)
            #expect(last.outcome == "ok" && last.attempt == 2 && last.runner == "b")
            // The first one, which was only slow, cannot write over it.
            #expect(
                try await !harness.storage.finishTick(
                    entry: "entry",
                    tick: midnight,
                    attempt: 1,
                    succeeded: false,
                    detail: "late"
                )
            )
            #expect(try await harness.storage.lastScheduleRuns().first == last)
        }
    }

    @Test func whatIsNotBegunAgainIsToldAsLost() async throws {
        try await BeatHarness.run { harness in
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in "done" }
            let tell = try BeatHarness.entry("entry", "0 * * * *", interrupted: .tellLost) { _ in "done" }
            var off = entry
            off.cron = nil
            let cases: [(entry: ScheduleEntry?, reason: String)] = [
                (tell, "the next tick does its work"), (off, "the entry is switched off"),
                (nil, "there is no such entry any more"),
            ]
            for (number, (entry, reason)) in cases.enumerated() {
                let tick = midnight + Int64(number) * hour
                #expect(try await harness.storage.claimTick(entry: "entry", tick: tick, runner: "a"))
                try await harness.endLeases()
                #expect(try await settle(harness, entry).isEmpty)
                #expect(try await detail(harness) == "the beat that ran it (a) ended before it did; \(reason)")
            }
        }
    }

    @Test func aRunByHandIsNotBegunAgainByItself() async throws {
        try await BeatHarness.run { harness in
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in "done" }
            _ = try await harness.storage.claimTick(entry: "entry", tick: midnight + 1, isByHand: true, runner: "a")
            try await harness.endLeases()
            #expect(try await settle(harness, entry).isEmpty)
            #expect(try await detail(harness)?.hasSuffix("asked for by hand and can be asked for again") == true)
        }
    }

    @Test func aPausedEntryAndAnOlderTickAreNotBegunAgain() async throws {
        try await BeatHarness.run { harness in
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in "done" }
            for tick in [midnight, midnight + hour] {
                #expect(try await harness.storage.claimTick(entry: "entry", tick: tick, runner: "a"))
            }
            try await harness.endLeases()
            #expect(try await settle(harness, entry).map(\.run.tick) == [midnight + hour])
            #expect(
                try await harness.count(
                    "SELECT count(*) FROM schedule_run WHERE outcome = 'lost' AND detail LIKE '%a later tick%'"
                ) == 1
            )
            _ = try await harness.storage.pauseScheduleEntry("entry", reason: nil, at: midnight)
            #expect(try await settle(harness, entry).isEmpty)
            #expect(try await detail(harness)?.hasSuffix("the entry is paused") == true)
        }
    }

    @Test func aRunThatEndsEveryBeatIsGivenUp() async throws {
        try await BeatHarness.run { harness in
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in "done" }
            #expect(try await harness.storage.claimTick(entry: "entry", tick: midnight, runner: "a"))
            for attempt in 2...InterruptedTicks.mostAttempts {
                try await harness.endLeases()
                let run = try #require(try await settle(harness, entry).first?.run)
                #expect(try await harness.storage.takeOverTick(run, runner: "a") == attempt)
            }
            try await harness.endLeases()
            #expect(try await settle(harness, entry).isEmpty)
            #expect(try await detail(harness)?.hasSuffix("5 beats have ended in it") == true)
        }
    }

    @Test func aBeatThatIsToldToStopHandsItsRunOverAtOnce() async throws {
        try await BeatHarness.run { harness in
            let (started, start) = AsyncStream<Void>.makeStream()
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in
                start.yield()
                try await Task.sleep(for: .seconds(3_600))
                return "never"
            }
            let runner = harness.runner("a", ManualTime(midnight, end: .max))
            let running = Task { try await runner.run(entry, tick: midnight) }
            for await _ in started.prefix(1) {}
            running.cancel()
            #expect(try await running.value)
            // No lease has to end first.
            #expect(try await settle(harness, entry).map(\.run.tick) == [midnight])
        }
    }

    @Test func rowsOfProgramsWithoutLeasesAreWaitedForLonger() async throws {
        try await BeatHarness.run { harness in
            let entry = try BeatHarness.entry("entry", "0 * * * *") { _ in "done" }
            _ = try await harness.storage.pool.query(
                """
                INSERT INTO schedule_run (entry, tick, started_at)
                VALUES ('entry', '2026-11-23', now() - interval '59 minutes')
                """
            )
            #expect(try await settle(harness, entry).isEmpty)
            _ = try await harness.storage.pool.query(
                "UPDATE schedule_run SET started_at = started_at - interval '2 minutes'"
            )
            #expect(try await settle(harness, entry).count == 1)
        }
    }

    /// The connection of the leading beat is cut after every few bytes that it sends, as a kill at that moment would:
    /// the next leader brings the tick to its end, and there is one row of it.
    @Test(arguments: 0..<6) func aBeatThatIsCutOffAtAnyStepLeavesNoTickUndone(part: Int) async throws {
        try await BeatHarness.run { harness in
            let runs = Lock(0)
            let entry = try BeatHarness.entry("entry", "0 1 * * *") { _ in
                runs.withLock { $0 += 1 }
                return "done"
            }
            var isPastTheEnd = false
            for step in stride(from: 40 + part * 43, to: 4_000, by: 6 * 43) {
                _ = try await harness.storage.pool.query("TRUNCATE schedule_run, schedule_entry")
                try await harness.storage.noteScheduleEntries(["entry"], at: midnight)
                runs.withLock { $0 = 0 }
                let proxy = try FaultProxy(to: harness.configuration, fault: .cutAfterSent(bytes: step))
                let pool = PostgresPool(configuration: proxy.configuration, logger: BeatHarness.logger)
                let cut = Storage(pool: pool, keyScope: "default", logger: BeatHarness.logger)
                let time = ManualTime(midnight + hour - 5_000, end: midnight + hour + 5_000)
                _ = try? await harness.service(time, [entry], storage: cut).lead()
                await pool.close()
                isPastTheEnd = try await harness.count("SELECT count(*) FROM schedule_run WHERE outcome = 'ok'") == 1

                try await harness.endLeases()
                let second = ManualTime(midnight + hour + 60_000, end: midnight + hour + 150_000)
                let service = harness.service(second, [entry], name: "b")
                for (run, entry) in try await service.interrupted.settle() {
                    try await service.runner.runAgain(run, as: entry)
                }
                await #expect(throws: CancellationError.self) { try await service.lead() }
                let rows = try await harness.storage.lastScheduleRuns()
                #expect(rows.map(\.tick) == [midnight + hour], "\(step)")
                #expect(rows.first?.outcome == "ok", "\(step)")
                #expect(try await harness.count("SELECT count(*) FROM schedule_run") == 1)
                if rows.first?.attempt == 1 {
                    #expect(runs.withLock { $0 } == 1, "\(step)")
                } else {
                    #expect((1...2).contains(runs.withLock { $0 }), "\(step)")
                }
                if isPastTheEnd { break }
            }
            #expect(isPastTheEnd, "no step is left out")
        }
    }
}
