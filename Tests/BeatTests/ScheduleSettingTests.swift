import Testing

@testable import beat

/// The setting `SCHEDULE`.
@Suite struct ScheduleSettingTests {
    private func schedule() throws -> Schedule {
        Schedule(
            entries: try ["cleanup_old_data", "refresh_ranks", "refresh_names"].map { name in
                ScheduleEntry(name: name, summary: name, cron: try CronExpression("0 0 * * *")) { _ in "done" }
            }
        )
    }

    @Test(
        arguments: [
            ("", ["0 0 * * *", "0 0 * * *", "0 0 * * *"]),
            (" ; ", ["0 0 * * *", "0 0 * * *", "0 0 * * *"]),
            ("cleanup_old_data: 30 4 * * *", ["30 4 * * *", "0 0 * * *", "0 0 * * *"]),
            (
                "refresh_ranks:off;cleanup_old_data:0,30 4 1-7 jan,jul mon-fri;",
                ["0,30 4 1-7 jan,jul mon-fri", nil, "0 0 * * *"]
            ),
            (" refresh_names :  */5\t*  * * * ", ["0 0 * * *", "0 0 * * *", "*/5 * * * *"]),
        ] as [(String, [String?])]
    )
    func linesOfEntries(text: String, expected: [String?]) throws {
        let schedule = try schedule().overridden(by: try ScheduleSetting(text))
        #expect(schedule.entries.map { $0.cron?.description } == expected)
        #expect(schedule.entries.map { schedule.next(of: $0, after: 0) == nil } == expected.map { $0 == nil })
    }

    @Test(arguments: [
        (
            "cleanup_old_data",
            "\"cleanup_old_data\" names no entry; right is cleanup_old_data: 30 4 * * *, or refresh_ranks: off"
        ),
        ("refresh_ranks: 61 * * * *", "refresh_ranks: \"61\" is no minute: it takes 0 to 59, or the word off"),
        (
            "refresh_ranks: daily",
            "refresh_ranks: \"daily\" has 1 fields; a cron line has five: minute, hour, day of month, month, day of "
                + "week, or the word off"
        ),
        (
            "refresh_ranks: 0 0 * * mon-sunday",
            "refresh_ranks: \"mon-sunday\" is no day of week: it takes 0 to 7 or sun, mon, tue, wed, thu, fri, sat, or "
                + "the word off"
        ),
        (
            "refresh_rank: off",
            "there is no entry \"refresh_rank\"; there are cleanup_old_data, refresh_ranks, refresh_names"
        ),
        ("refresh_ranks: off; refresh_ranks: 0 * * * *", "the entry refresh_ranks is named twice"),
    ])
    func whatCannotBeUnderstoodIsNamed(text: String, sentence: String) throws {
        let schedule = try schedule()
        #expect(throws: ScheduleSettingError(sentence)) { try schedule.overridden(by: try ScheduleSetting(text)) }
    }
}
