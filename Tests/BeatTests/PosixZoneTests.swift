import Testing

@testable import beat

/// TZ strings of POSIX, as zone files end with.
@Suite struct PosixZoneTests {
    private func offsets(_ text: String, _ seconds: [Int64]) throws -> [Int64] {
        let rules = TimeZoneRules(name: "X", transitions: [], offsets: [0], rule: try PosixZoneParser.rule(text))
        return seconds.map { rules.offset(at: $0) / 60 }
    }

    /// 2100-01-01, -04-01, -07-01, -10-01, -12-31 at noon, UTC.
    private static let quarters: [Int64] = [4_102_488_000, 4_110_264_000, 4_118_126_400, 4_126_075_200, 4_133_937_600]

    @Test(
        arguments: [
            ("UTC0", [0, 0, 0, 0, 0]),
            ("CET-1CEST,M3.5.0,M10.5.0/3", [60, 120, 120, 120, 60]),
            ("EST5EDT,M3.2.0,M11.1.0", [-300, -240, -240, -240, -300]),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", [660, 660, 600, 600, 660]),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", [660, 660, 630, 630, 660]),
            // Daylight saving that goes back, in winter.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", [0, 60, 60, 60, 0]),
            // Before midnight, and on the Saturday before a Sunday.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", [-120, -60, -60, -60, -120]),
            ("<-03>3", [-180, -180, -180, -180, -180]),
            // RFC 8536: daylight saving all year.
            ("EST5EDT,0/0,J365/25", [-240, -240, -240, -240, -240]),
            ("XXX0YYY,J60/0,J300/0", [0, 60, 60, 60, 0]),
            ("XXX0YYY-2:30,59/0,299/0", [0, 150, 150, 150, 0]),
        ] as [(String, [Int64])]
    )
    func offsetsOfAYear(text: String, expected: [Int64]) throws {
        #expect(try offsets(text, Self.quarters) == expected)
    }

    @Test func aDayOfJulianIsTheSameDateInLeapYears() throws {
        // March 1 is J60 always, and February 29 is day 59 counted from zero. 2096 is a leap year, 2100 is none.
        for midnight: Int64 in [3_981_398_400, 4_107_542_400] {
            #expect(try offsets("XXX0YYY,J60/0,J300/0", [midnight - 1, midnight]) == [0, 60])
        }
        #expect(try offsets("XXX0YYY,59/0,299/0", [3_981_311_999, 3_981_312_000]) == [0, 60])
    }

    @Test(arguments: [
        "", "CE-1", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0", "<>0", "<+01-1", "CET-1CEST,M3.5.0,M10.5.0 ", "CET-1:60",
    ])
    func stringsThatAreNoRules(text: String) {
        #expect(throws: ZoneError("\"\(text)\" is no rule for a time zone")) { try PosixZoneParser.rule(text) }
    }
}
