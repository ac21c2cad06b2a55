import ArgumentParser
import Testing

@testable import riftctl

/// What `riftctl schedule` prints.
@Suite struct ScheduleDisplayTests {
    private static let entries = """
        [{"name":"cleanup_old_data","summary":"Removes old data.","state":"on","cron":"30 4 * * *",
          "time_zone":"Europe/Berlin","next_tick":"2026-11-29T03:30:00.000Z",
          "next_tick_local":"2026-11-29T04:30:00+01:00","missed_ticks":"the newest is run late, within 24 h",
          "interrupted_runs":"run again","last_tick":"2026-11-28T03:30:00.000Z","last_by_hand":false,
          "last_runner":"host/beat-2/77","last_attempt":2,"last_finished_at":"2026-11-28T03:30:01.000Z",
          "last_outcome":"ok","last_detail":"removed tasks:30: 4"},
         {"name":"reconcile","summary":"Puts back.","state":"paused","cron":"*/5 * * * *",
          "time_zone":"Europe/Berlin","missed_ticks":"left out after 2 min","interrupted_runs":"told as lost",
          "paused_at":"2026-11-28T01:02:03.004Z","pause_reason":"the disk is full",
          "last_tick":"2026-11-28T01:02:33.120Z","last_by_hand":true,"last_outcome":"unfinished"},
         {"name":"refresh_ranks","summary":"Asks.","state":"off","cron":"off","time_zone":"Europe/Berlin",
          "missed_ticks":"left out after 2 min","interrupted_runs":"run again"}]
        """

    @Test func aTableTellsWhenEntriesAreDueAndHowTheyRan() throws {
        #expect(
            ScheduleDisplay.lines(try ScheduleMessage.entries(Array(Self.entries.utf8)), isLong: false) == [
                "ENTRY             WHEN         NEXT                    LAST                       OUTCOME",
                "cleanup_old_data  30 4 * * *   2026-11-29 04:30+01:00  2026-11-28 03:30Z          ok",
                "reconcile         */5 * * * *  paused                  2026-11-28 01:02Z by hand  unfinished",
                "refresh_ranks     off          off                     -                          -",
                "Times of day are those of Europe/Berlin.",
            ]
        )
    }

    @Test func theLongFormTellsPoliciesPausesAndRunners() throws {
        let lines = ScheduleDisplay.lines(try ScheduleMessage.entries(Array(Self.entries.utf8)), isLong: true)
        #expect(
            Array(lines.dropFirst(5).prefix(10)) == [
                "", "cleanup_old_data: Removes old data.",
                "  missed ticks      the newest is run late, within 24 h", "  interrupted runs  run again",
                "  last runner       host/beat-2/77, attempt 2", "  last run          removed tasks:30: 4", "",
                "reconcile: Puts back.", "  missed ticks      left out after 2 min",
                "  interrupted runs  told as lost",
            ]
        )
        #expect(lines.contains("  paused            since 2026-11-28 01:02Z: the disk is full"))
    }

    @Test func aPauseSaysWhatItChanged() {
        let change = { ScheduleDisplay.change(.init(name: "reconcile", paused: $0, changed: $1)) }
        #expect(change(true, true) == ["reconcile is paused."])
        #expect(change(true, false) == ["reconcile was paused already."])
        #expect(change(false, true) == ["reconcile is resumed."])
        #expect(change(false, false) == ["reconcile was not paused."])
    }

    @Test func commandsAreReadAsTheyAreWritten() throws {
        #expect(try Riftctl.parseAsRoot(["schedule"]) is ScheduleCommand.List)
        let run = try Riftctl.parseAsRoot(["schedule", "run", "reconcile", "--dry-run"]) as? ScheduleCommand.Run
        #expect(run?.name == "reconcile" && run?.dryRun == true)
        let pause = try Riftctl.parseAsRoot(["schedule", "pause", "reconcile", "--reason", "x"])
        #expect((pause as? ScheduleCommand.Pause)?.reason == "x")
        let forever = ["schedule", "run", "reconcile", "--timeout", "0"]
        #expect(throws: (any Error).self) { try Riftctl.parseAsRoot(forever) }
    }
}
