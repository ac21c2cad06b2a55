import Foundation
import ServiceRuntime
import Testing

@testable import beat

/// When cron lines fire, and which lines are none.
@Suite struct CronExpressionTests {
    private func milliseconds(_ text: String) throws -> Int64 {
        let formatter = ISO8601DateFormatter()
        return Int64(try #require(formatter.date(from: text)).timeIntervalSince1970) * 1_000
    }

    @Test(arguments: [
        ("* * * * *", "2026-11-23T22:46:07Z", "2026-11-23T22:47:00Z"),
        ("* * * * *", "2026-11-23T22:46:00Z", "2026-11-23T22:47:00Z"),
        ("17 4 * * *", "2026-11-23T04:16:59Z", "2026-11-23T04:17:00Z"),
        ("17 4 * * *", "2026-11-23T04:17:00Z", "2026-11-24T04:17:00Z"),
        ("*/15 * * * *", "2026-11-23T22:46:07Z", "2026-11-23T23:00:00Z"),
        ("5/20 * * * *", "2026-11-23T22:46:07Z", "2026-11-23T23:05:00Z"),
        ("10-12,50 6 * * *", "2026-11-23T06:12:00Z", "2026-11-23T06:50:00Z"),
        ("0 0 1 * *", "2026-11-23T22:46:07Z", "2026-12-01T00:00:00Z"),
        ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
        ("0 12 * * sun", "2026-11-23T00:00:00Z", "2026-11-29T12:00:00Z"),
        ("0 12 * * 7", "2026-11-23T00:00:00Z", "2026-11-29T12:00:00Z"),
        ("0 12 * * MON-fri", "2026-11-27T12:00:00Z", "2026-11-30T12:00:00Z"),
        ("0 12 * * fri-7", "2026-11-27T12:00:00Z", "2026-11-28T12:00:00Z"),
        ("0 0 * feb,apr *", "2026-11-23T00:00:00Z", "2027-02-01T00:00:00Z"),
        ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        // Both day fields restricted: either is enough.
        ("0 0 13 * fri", "2026-11-07T00:00:00Z", "2026-11-13T00:00:00Z"),
        ("0 0 13 * fri", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z"),
        // A step over all is no restriction, as crontab(5) has it: both must fit.
        ("0 0 */2 * fri", "2026-11-23T00:00:00Z", "2026-11-27T00:00:00Z"),
        ("0 0 31 * *", "2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z"),
    ])
    func theNextTick(line: String, after: String, expected: String) throws {
        let cron = try CronExpression(line)
        #expect(cron.next(after: try milliseconds(after)) == (try milliseconds(expected)))
    }

    @Test func everyTickOfAYearIsLaterAndFits() throws {
        let cron = try CronExpression("30 */6 * * mon,wed")
        var tick = try milliseconds("2026-01-01T00:00:00Z")
        var count = 0
        let end = try milliseconds("2027-01-01T00:00:00Z")
        while let next = cron.next(after: tick), next < end {
            #expect(next > tick)
            #expect(next % 60_000 == 0)
            tick = next
            count += 1
        }
        // 52 Mondays and 52 Wednesdays, four times each.
        #expect(count == 416)
    }

    @Test(arguments: [
        ("", "\"\" has 0 fields; a cron line has five: minute, hour, day of month, month, day of week"),
        ("* * * *", "\"* * * *\" has 4 fields; a cron line has five: minute, hour, day of month, month, day of week"),
        ("60 * * * *", "\"60\" is no minute: it takes 0 to 59"),
        ("* 24 * * *", "\"24\" is no hour: it takes 0 to 23"),
        ("* * 0 * *", "\"0\" is no day of month: it takes 1 to 31"),
        (
            "* * * 13 *",
            "\"13\" is no month: it takes 1 to 12 or jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec"
        ),
        ("* * * * 8", "\"8\" is no day of week: it takes 0 to 7 or sun, mon, tue, wed, thu, fri, sat"),
        ("*/0 * * * *", "\"*/0\" is no minute: a step is a number from 1 to 59"),
        ("10-5 * * * *", "\"10-5\" is no minute: a range goes upwards"),
        ("1,,2 * * * *", "\"\" is no minute: it takes 0 to 59"),
        ("+5 * * * *", "\"+5\" is no minute: it takes 0 to 59"),
        ("-5 * * * *", "\"-5\" is no minute: it takes 0 to 59"),
        ("0 0 30 2 *", "\"0 0 30 2 *\" never fires: no month has that day"),
        ("0 0 31 4,6 *", "\"0 0 31 4,6 *\" never fires: no month has that day"),
    ])
    func linesThatAreNone(line: String, reason: String) {
        #expect(throws: CronError(reason)) { try CronExpression(line) }
    }
}
