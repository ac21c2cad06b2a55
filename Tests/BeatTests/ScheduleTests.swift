import JSONRPC
import Logging
import Testing

@testable import beat

/// The arithmetic of ticks over several entries.
@Suite struct ScheduleTests {
    private func schedule(_ lines: [(String, String)]) throws -> Schedule {
        Schedule(
            entries: try lines.map { name, line in
                ScheduleEntry(name: name, summary: name, cron: try CronExpression(line)) { _ in "done" }
            }
        )
    }

    /// The instant 2026-11-23T00:00:00Z.
    private let midnight: Int64 = 1_795_392_000_000
    private let hour: Int64 = 3_600_000

    @Test func entriesDueAtTheSameTickFireTogether() throws {
        let schedule = try schedule([("a", "0 * * * *"), ("b", "0 2 * * *"), ("c", "30 5 * * *")])
        let first = try #require(schedule.next(after: midnight))
        #expect(first.tick == midnight + hour)
        #expect(first.entries.map(\.name) == ["a"])
        let second = try #require(schedule.next(after: first.tick))
        #expect(second.tick == midnight + 2 * hour)
        #expect(second.entries.map(\.name) == ["a", "b"])
        #expect(try self.schedule([]).next(after: midnight) == nil)
    }

    @Test func onlyTheNewestMissedTickIsMadeUpFor() throws {
        let schedule = try schedule([("a", "0 * * * *")])
        let entry = schedule.entries[0]
        let now = midnight + 10 * hour + 60_000
        #expect(schedule.missedTick(of: entry, lastTick: midnight, now: now) == midnight + 10 * hour)
        #expect(schedule.missedTick(of: entry, lastTick: midnight + 10 * hour, now: now) == nil)
        #expect(schedule.missedTick(of: entry, lastTick: nil, now: now) == nil)
    }

    @Test func whatWasMissedTooLongAgoIsLeft() throws {
        let schedule = try schedule([("a", "0 0 1 * *")])
        // The first of November passed three weeks ago.
        #expect(schedule.missedTick(of: schedule.entries[0], lastTick: 0, now: midnight) == nil)
    }

    @Test func theStandardEntriesAreWellFormed() throws {
        let orchestrator = OrchestratorCalls(
            client: JSONRPCClient(socketPath: "/tmp/none.sock", logger: Logger(label: "test"))
        )
        #expect(
            try Schedule.standard(orchestrator).entries.map(\.name) == [
                "cleanup_old_data", "refresh_ranks", "refresh_names", "retry_unavailable",
            ]
        )
    }
}
