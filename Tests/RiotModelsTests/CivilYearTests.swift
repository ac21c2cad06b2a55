import Foundation
import RiotModels
import Testing

@Suite struct CivilYearTests {
    @Test(arguments: [
        (1970, Int64(0), Int64(31_536_000_000)), (2024, 1_704_067_200_000, 1_735_689_600_000),
        (2025, 1_735_689_600_000, 1_767_225_600_000), (2000, 946_684_800_000, 978_307_200_000),
        (1969, -31_536_000_000, 0),
    ])
    func knowsTheBoundsOfAYear(year: Int, start: Int64, end: Int64) {
        #expect(CivilYear.bounds(year) == (start, end))
    }

    @Test func agreesWithTheCalendarForFourCenturiesAndMore() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for year in 1800...2500 {
            let date = try #require(calendar.date(from: DateComponents(year: year, month: 1, day: 1)))
            let (start, end) = CivilYear.bounds(year)
            #expect(start == Int64(date.timeIntervalSince1970 * 1000))
            #expect(CivilYear.year(ofMilliseconds: start - 1) == year - 1)
            #expect(CivilYear.year(ofMilliseconds: start) == year)
            #expect(CivilYear.year(ofMilliseconds: end - 1) == year)
            #expect(CivilYear.year(ofMilliseconds: end) == year + 1)
        }
    }

    @Test func takesEveryInstant() {
        #expect(CivilYear.year(ofMilliseconds: .max) == 292_278_994)
        #expect(CivilYear.year(ofMilliseconds: .min) == -292_275_055)
    }

    @Test func yearsThatMayBeAskedForEndWithThePresentOne() {
        #expect(CivilYear.accepted(nowMilliseconds: 1_767_225_599_999) == 2010...2025)
        #expect(CivilYear.accepted(nowMilliseconds: 1_767_225_600_000) == 2010...2026)
        #expect(CivilYear.accepted(nowMilliseconds: 0) == 2010...2010)
    }
}
