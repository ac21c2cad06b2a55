import JSONRPC
import Reactor
import Storage
import Testing

@testable import beat

/// How operators see and steer the schedule.
@Suite(.timeLimit(.minutes(2))) struct ScheduleMethodTests {
    private let midnight = BeatHarness.midnight
    private let hour = BeatHarness.hour

    private func methods(_ harness: BeatHarness, _ entries: [ScheduleEntry], at moment: Int64) -> ScheduleMethods {
        let time = ManualTime(moment, end: .max)
        return ScheduleMethods(
            schedule: Schedule(entries: entries),
            runner: harness.runner("here", time),
            storage: harness.storage,
            now: { moment }
        )
    }

    @Test func operatorsSeeAndRunTheSchedule() async throws {
        try await BeatHarness.run { harness in
            let dryRuns = Lock<[Bool]>([])
            let entry = try BeatHarness.entry("tidy", "17 4 * * *") { dry in
                dryRuns.withLock { $0.append(dry) }
                return dry ? "would remove 3 tasks" : "removed 3 tasks"
            }
            let methods = methods(harness, [entry], at: midnight + 5)
            var listed = try #require(try await methods.list().first)
            #expect(listed.nextTick == "2026-11-23T04:17:00.000Z")
            #expect(listed.nextTickLocal == "2026-11-23T04:17:00+00:00")
            #expect(listed.lastTick == nil && listed.state == "on")
            let dry = try await methods.run(RunParameters(name: "tidy", dryRun: true))
            #expect(dry.detail == "would remove 3 tasks")
            #expect(try await methods.list().first?.lastTick == nil)
            let real = try await methods.run(RunParameters(name: "tidy", dryRun: nil))
            #expect(real.detail == "removed 3 tasks")
            listed = try #require(try await methods.list().first)
            #expect(listed.lastOutcome == "ok" && listed.lastByHand == true && listed.lastRunner == "here")
            #expect(listed.lastTick == "2026-11-23T00:00:00.005Z")
            #expect(dryRuns.withLock { $0 } == [true, false])
            let error = await #expect(throws: JSONRPCError.self) {
                try await methods.run(RunParameters(name: "nothing", dryRun: nil))
            }
            #expect(error?.code == JSONRPCError.Code.notFound.rawValue)
        }
    }

    @Test func aRunByHandTakesNoTicksPlace() async throws {
        try await BeatHarness.run { harness in
            let runs = Lock(0)
            let entry = try BeatHarness.entry("tidy", "0 * * * *") { _ in
                runs.withLock { $0 += 1 }
                return "done"
            }
            // Both asked for in the millisecond of a tick.
            let methods = methods(harness, [entry], at: midnight + hour)
            for _ in 0..<2 { _ = try await methods.run(RunParameters(name: "tidy", dryRun: nil)) }
            let time = ManualTime(midnight + hour, end: midnight + hour + 60_000)
            try await harness.storage.noteScheduleEntries(["tidy"], at: midnight)
            await #expect(throws: CancellationError.self) { try await harness.service(time, [entry]).lead() }
            #expect(runs.withLock { $0 } == 3)
            #expect(try await harness.count("SELECT count(*) FROM schedule_run WHERE by_hand AND outcome = 'ok'") == 2)
            #expect(try await harness.count("SELECT count(*) FROM schedule_run WHERE NOT by_hand") == 1)
        }
    }

    @Test func aPausedEntryLetsItsTicksPassBy() async throws {
        try await BeatHarness.run { harness in
            let ticks = Lock<[Int64]>([])
            let time = ManualTime(midnight, end: midnight + 3 * hour + 60_000)
            let entry = try BeatHarness.entry("tidy", "0 * * * *") { _ in
                ticks.withLock { $0.append(time.now) }
                return "done"
            }
            let methods = methods(harness, [entry], at: midnight + 2)
            let paused = try await methods.pause(PauseParameters(name: "tidy", reason: "the disk is full"))
            #expect(paused.isPaused && paused.isChanged)
            #expect(try await !methods.pause(PauseParameters(name: "tidy", reason: nil)).isChanged)
            let listed = try #require(try await methods.list().first)
            #expect(listed.state == "paused" && listed.nextTick == nil && listed.pauseReason == "the disk is full")
            await #expect(throws: CancellationError.self) { try await harness.service(time, [entry]).lead() }
            #expect(ticks.withLock { $0 }.isEmpty)
            #expect(try await harness.count("SELECT count(*) FROM schedule_run") == 0)
            _ = try await methods.run(RunParameters(name: "tidy", dryRun: nil))
            #expect(ticks.withLock { $0.count } == 1, "by hand it runs all the same")

            // What passed meanwhile is not made up for, also by another leader.
            let later = self.methods(harness, [entry], at: midnight + 3 * hour + 1_800_000)
            #expect(try await later.resume(PauseParameters(name: "tidy", reason: nil)).isChanged)
            #expect(try await !later.resume(PauseParameters(name: "tidy", reason: nil)).isChanged)
            time.set(midnight + 3 * hour + 1_800_001)
            let second = ManualTime(midnight + 3 * hour + 1_800_001, end: midnight + 4 * hour + 60_000)
            let again = try BeatHarness.entry("tidy", "0 * * * *") { _ in
                ticks.withLock { $0.append(second.now) }
                return "done"
            }
            await #expect(throws: CancellationError.self) { try await harness.service(second, [again]).lead() }
            #expect(ticks.withLock { $0.dropFirst() } == [midnight + 4 * hour])
        }
    }

    @Test func anEntryThatIsOffIsListedAndRunsByHand() async throws {
        try await BeatHarness.run { harness in
            var entry = try BeatHarness.entry("tidy", "0 * * * *") { _ in "done" }
            entry.cron = nil
            let methods = methods(harness, [entry], at: midnight)
            let listed = try #require(try await methods.list().first)
            #expect(listed.state == "off" && listed.cron == "off" && listed.nextTick == nil)
            #expect(try await methods.run(RunParameters(name: "tidy", dryRun: nil)).detail == "done")
        }
    }
}
