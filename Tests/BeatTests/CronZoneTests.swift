import Foundation
import ServiceRuntime
import TestSupport
import Testing

@testable import beat

/// Cron lines in time zones: both changes of the clocks, on both sides of the equator.
@Suite struct CronZoneTests {
    private static let rules: [String: String] = [
        "Berlin": "CET-1CEST,M3.5.0,M10.5.0/3", "New York": "EST5EDT,M3.2.0,M11.1.0",
        "Sydney": "AEST-10AEDT,M10.1.0,M4.1.0/3", "Lord Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        // At midnight: the day begins at one o'clock, and the last hour of a day comes twice.
        "Havana": "CST5CDT,M3.2.0/0,M11.1.0/1", "Santiago": "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    ]

    private func zone(_ name: String) throws -> TimeZoneRules {
        let rule = try PosixZoneParser.rule(try #require(Self.rules[name]))
        return TimeZoneRules(name: name, transitions: [], offsets: [0], rule: rule)
    }

    private func milliseconds(_ text: String) throws -> Int64 {
        Int64(try #require(ISO8601DateFormatter().date(from: text)).timeIntervalSince1970) * 1_000
    }

    /// The ticks from one instant to another on the zone's clocks.
    private func ticks(_ line: String, _ name: String, _ start: String, _ end: String) throws -> [String] {
        let (cron, zone, end) = (try CronExpression(line), try zone(name), try milliseconds(end))
        var ticks: [String] = []
        var last = try milliseconds(start)
        while let tick = cron.next(after: last, in: zone), tick < end {
            ticks.append(String(zone.iso8601(tick).dropFirst(5)))
            last = tick
        }
        return ticks
    }

    @Test(
        arguments: [
            ("30 4 * * *", "Berlin", ["03-28T04:30:00+01:00", "03-29T04:30:00+02:00", "03-30T04:30:00+02:00"]),
            // A fixed time that the day does not have: when the clocks go forward.
            ("30 2 * * *", "Berlin", ["03-28T02:30:00+01:00", "03-29T03:00:00+02:00", "03-30T02:30:00+02:00"]),
            // Several of them are one, and one with a time that is there at the same moment.
            ("0,30 2,3 29 3 *", "Berlin", ["03-29T03:00:00+02:00", "03-29T03:30:00+02:00"]),
            // A rhythm goes by what the clocks show.
            (
                "*/20 1-3 29 3 *", "Berlin",
                ["01:00", "01:20", "01:40"].map { "03-29T\($0):00+01:00" }
                    + ["03:00", "03:20", "03:40"].map { "03-29T\($0):00+02:00" }
            ),
            ("*/20 2 29 3 *", "Berlin", []),
            (
                "30 * 29 3 *", "Berlin",
                ["00:30", "01:30"].map { "03-29T\($0):00+01:00" }
                    + (3...23).map {
                        "03-29T\($0 < 10 ? "0" : "")\($0):30:00+02:00"
                    }
            ),
        ] as [(String, String, [String])]
    )
    func theClocksGoForward(line: String, name: String, expected: [String]) throws {
        #expect(try ticks(line, name, "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z") == expected)
    }

    @Test(
        arguments: [
            ("30 4 * * *", ["10-24T04:30:00+02:00", "10-25T04:30:00+01:00", "10-26T04:30:00+01:00"]),
            // A fixed time that comes twice: the first.
            ("30 2 * * *", ["10-24T02:30:00+02:00", "10-25T02:30:00+02:00", "10-26T02:30:00+01:00"]),
            ("0 2,3 25 10 *", ["10-25T02:00:00+02:00", "10-25T03:00:00+01:00"]),
            ("30 1-3/1 25 10 *", ["01:30", "02:30"].map { "10-25T\($0):00+02:00" } + ["10-25T03:30:00+01:00"]),
            // A rhythm: both.
            (
                "*/30 2 25 10 *",
                ["02:00", "02:30"].map { "10-25T\($0):00+02:00" }
                    + ["02:00", "02:30"].map {
                        "10-25T\($0):00+01:00"
                    }
            ),
        ] as [(String, [String])]
    )
    func theClocksGoBack(line: String, expected: [String]) throws {
        #expect(try ticks(line, "Berlin", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z") == expected)
    }

    @Test func elsewhereToo() throws {
        #expect(
            try ticks("15 2 * * *", "New York", "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z") == [
                "03-08T03:00:00-04:00", "03-09T02:15:00-04:00",
            ]
        )
        #expect(
            try ticks("15 2 * * *", "Sydney", "2026-10-02T20:00:00Z", "2026-10-05T12:00:00Z") == [
                "10-04T03:00:00+11:00", "10-05T02:15:00+11:00",
            ]
        )
        // Half an hour: 02:00 to 02:30 is left out in October and comes twice in April.
        #expect(
            try ticks("15,45 2 * * *", "Lord Howe", "2026-10-03T00:00:00Z", "2026-10-04T12:00:00Z") == [
                "10-04T02:30:00+11:00", "10-04T02:45:00+11:00",
            ]
        )
        #expect(
            try ticks("15,45 1,2 * * *", "Lord Howe", "2026-04-04T00:00:00Z", "2026-04-05T12:00:00Z") == [
                "04-05T01:15:00+11:00", "04-05T01:45:00+11:00", "04-05T02:15:00+10:30", "04-05T02:45:00+10:30",
            ]
        )
        #expect(
            try ticks("0 0 * * *", "Havana", "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z") == [
                "03-08T01:00:00-04:00", "03-09T00:00:00-04:00",
            ]
        )
        #expect(
            try ticks("30 23 * * *", "Santiago", "2026-04-04T00:00:00Z", "2026-04-06T12:00:00Z") == [
                "04-03T23:30:00-03:00", "04-04T23:30:00-03:00", "04-05T23:30:00-04:00",
            ]
        )
    }

    /// What the rule says, minute by minute: an account of its own of what the search does in leaps.
    private func model(_ fits: (Int64) -> Bool, isFixed: Bool, _ zone: TimeZoneRules, after start: Int64) -> Int64 {
        var second = CivilMinute.divide(start, 60) * 60 - 2 * 86_400
        var before = zone.offset(at: second - 60)
        var shown: Set<Int64> = []
        while true {
            let offset = zone.offset(at: second)
            let local = second + offset
            let leftOut = stride(from: second + before, to: second + offset, by: 60).contains(where: fits)
            let isTick = (fits(local) && !(isFixed && shown.contains(local))) || (isFixed && leftOut)
            if isTick, second > start { return second }
            shown.insert(local)
            before = offset
            second += 60
        }
    }

    @Test(arguments: ["Berlin", "New York", "Sydney", "Lord Howe", "Havana", "Santiago"])
    func randomLinesAroundTheChangesAreAsTheModelSays(name: String) throws {
        let zone = try zone(name)
        var random = SeededGenerator(seed: 11)
        for _ in 0..<60 {
            let anywhere = Int64.random(in: 1_700_000_000...2_100_000_000, using: &random)
            let change = try #require(zone.span(at: anywhere).end)
            let start = change - Int64.random(in: 0...20_000, using: &random)
            let minutes = ["30", "0", "*/15", "5,35", "*", "0-10", "59"].randomElement(using: &random) ?? "0"
            let hours = ["2", "*", "1-3", "*/2", "0", "3", "1,2", "23", "0,1,2"].randomElement(using: &random) ?? "0"
            let line = "\(minutes) \(hours) * * *"
            let cron = try CronExpression(line)
            let (minute, hour) = (try CronField(minutes, .minute), try CronField(hours, .hour))
            let expected = model(
                { minute.contains(Int(CivilMinute.divide($0, 60) % 60)) && hour.contains(Int($0 / 3_600 % 24)) },
                isFixed: minute.isRestricted && hour.isRestricted,
                zone,
                after: start
            )
            #expect(cron.next(after: start * 1_000, in: zone) == expected * 1_000, "\(line) after \(start)")
        }
    }

    @Test func aLeapDayIsFoundInEveryZone() throws {
        let cron = try CronExpression("0 0 29 2 *")
        for name in Self.rules.keys {
            let tick = try #require(cron.next(after: try milliseconds("2096-03-02T00:00:00Z"), in: try zone(name)))
            #expect(try zone(name).iso8601(tick).hasPrefix("2104-02-29T00:00:00"))
        }
    }

    @Test func daysAreTheInverseOfDates() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let day = Int64.random(in: -1_000_000...1_000_000, using: &random)
            let date = EpochTime.civilDate(days: day)
            #expect(CivilMinute.day(year: date.year, month: date.month, day: date.day) == day)
        }
    }
}
