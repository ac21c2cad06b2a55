import JSONRPC
import Logging
import Testing

@testable import beat

/// The arithmetic of ticks.
@Suite struct ScheduleTests {
    private func schedule(_ line: String, _ missed: ScheduleEntry.MissedTicks) throws -> Schedule {
        Schedule(entries: [
            ScheduleEntry(name: "a", summary: "a", cron: try CronExpression(line), missed: missed) { _ in "done" }
        ])
    }

    /// The instant 2026-11-23T00:00:00Z.
    private let midnight: Int64 = 1_795_392_000_000
    private let hour: Int64 = 3_600_000

    @Test func aTickIsDueOnceItHasCome() throws {
        let schedule = try schedule("0 * * * *", .newest(withinMinutes: 60))
        let entry = schedule.entries[0]
        #expect(schedule.next(of: entry, after: midnight) == midnight + hour)
        #expect(schedule.due(entry, after: midnight, now: midnight + hour - 1) == nil)
        #expect(schedule.due(entry, after: midnight, now: midnight + hour) == midnight + hour)
        #expect(schedule.due(entry, after: midnight + hour, now: midnight + hour) == nil)
    }

    @Test func onlyTheNewestMissedTickIsMadeUpFor() throws {
        let schedule = try schedule("0 * * * *", .newest(withinMinutes: 24 * 60))
        let now = midnight + 10 * hour + 60_000
        #expect(schedule.due(schedule.entries[0], after: midnight, now: now) == midnight + 10 * hour)
        #expect(schedule.due(schedule.entries[0], after: midnight + 10 * hour, now: now) == nil)
    }

    @Test func whatWasMissedTooLongAgoIsLeft() throws {
        let daily = try schedule("0 0 * * *", .newest(withinMinutes: 60))
        let entry = daily.entries[0]
        #expect(daily.due(entry, after: 0, now: midnight + hour) == midnight, "exactly as old as it may be")
        #expect(daily.due(entry, after: 0, now: midnight + hour + 1) == nil)
        let monthly = try schedule("0 0 1 * *", .newest(withinMinutes: 24 * 60))
        #expect(monthly.due(monthly.entries[0], after: 0, now: midnight) == nil, "the first passed three weeks ago")
    }

    @Test func aTickThatIsLeftOutStillBearsAChangeOfTheLeader() throws {
        let schedule = try schedule("*/10 * * * *", .leftOut)
        let entry = schedule.entries[0]
        #expect(schedule.due(entry, after: midnight - 1, now: midnight + 20_000) == midnight)
        #expect(schedule.due(entry, after: midnight - 1, now: midnight + 121_000) == nil)
    }

    @Test func anEntryThatIsOffHasNoTicks() throws {
        var entry = try schedule("* * * * *", .leftOut).entries[0]
        entry.cron = nil
        let schedule = Schedule(entries: [entry])
        #expect(schedule.next(of: entry, after: 0) == nil)
        #expect(schedule.due(entry, after: 0, now: midnight) == nil)
    }

    @Test func theStandardEntriesAreWellFormed() throws {
        let orchestrator = OrchestratorCalls(
            client: JSONRPCClient(socketPath: "/tmp/none.sock", logger: Logger(label: "test"))
        )
        let entries = try Schedule.standard(orchestrator).entries
        #expect(
            entries.map(\.name) == [
                "cleanup_old_data", "refresh_followed", "refresh_ranks", "refresh_names", "retry_unavailable",
                "reconcile",
            ]
        )
        #expect(
            entries.map(\.missed.description) == [
                "the newest is run late, within 24 h", "left out after 2 min", "the newest is run late, within 1 h",
                "the newest is run late, within 1 h", "left out after 2 min", "left out after 2 min",
            ]
        )
    }
}
