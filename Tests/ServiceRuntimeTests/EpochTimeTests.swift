import Foundation
import Testing

@testable import ServiceRuntime

/// Instants as text, against Foundation's own calendar.
@Suite struct EpochTimeTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_732_000_000_123, "2024-11-19T07:06:40.123Z"),
        (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
        (4_107_542_399_001, "2100-02-28T23:59:59.001Z"),
    ])
    func knownInstants(milliseconds: Int64, text: String) {
        #expect(EpochTime.iso8601(milliseconds) == text)
    }

    @Test func everyDayOfFourCenturiesAgreesWithTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: Int64(0), to: 146_097, by: 13) {
            let date = EpochTime.civilDate(days: day)
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day) * 86_400)
            )
            #expect([date.year, date.month, date.day].map(Int.init) == [parts.year, parts.month, parts.day])
        }
    }
}
