@testable import Postgres
import Testing

@Suite struct TimestampTextTests {
    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00.000+00"), (-1, "1969-12-31 23:59:59.999+00"),
            (951_827_696_789, "2000-02-29 12:34:56.789+00"), (4_107_542_400_000, "2100-03-01 00:00:00.000+00"),
            (253_402_300_799_999, "9999-12-31 23:59:59.999+00"), (253_402_300_800_000, "10000-01-01 00:00:00.000+00"),
            (-62_135_596_800_000, "0001-01-01 00:00:00.000+00"), (-62_135_596_800_001, "0001-12-31 23:59:59.999+00 BC"),
        ] as [(Int64, String)]
    )
    func writesAndReadsTheSame(milliseconds: Int64, text: String) {
        #expect(TimestampText.text(milliseconds: milliseconds) == text)
        #expect(TimestampText.milliseconds(text.utf8) == milliseconds)
    }

    @Test(
        arguments: [
            ("1970-01-01 00:00:00+00", 0), ("1970-01-01 02:00:00+02", 0), ("1969-12-31 18:30:00-05:30", 0),
            ("1970-01-01 00:19:32+00:19:32", 0), ("1970-01-01 00:00:00.1", 100), ("1970-01-01 00:00:00.000999+00", 0),
            ("1969-12-31 23:59:59.9999+00", -1), ("1970-01-02", 86_400_000), ("0001-01-01 BC", -62_167_219_200_000),
        ] as [(String, Int64)]
    )
    func readsTheOtherForms(text: String, milliseconds: Int64) {
        #expect(TimestampText.milliseconds(text.utf8) == milliseconds)
    }

    @Test(arguments: [
        "", "infinity", "-infinity", "1970", "1970-13-01", "1970-01-32", "1970-01-01 00", "1970-01-01 00:00",
        "1970-01-01 00:00:00+00x", "1970-01-01 00:00:00+", "99999999999999999999-01-01",
    ])
    func refusesAnythingElse(text: String) {
        #expect(TimestampText.milliseconds(text.utf8) == nil)
    }

    @Test(
        arguments: [
            (Int64.max, "infinity"), (Int64.min, "-infinity"), (9_224_318_016_000_000, "infinity"),
            (9_224_318_015_999_999, "294276-12-31 23:59:59.999+00"), (-210_866_803_200_001, "-infinity"),
            (-210_866_803_200_000, "4714-11-24 00:00:00.000+00 BC"),
        ] as [(Int64, String)]
    )
    func timesThatPostgresCannotHoldAreInfinite(milliseconds: Int64, text: String) {
        #expect(TimestampText.text(milliseconds: milliseconds) == text)
    }

    @Test func daysOfFourCenturiesFollowEachOther() {
        let day: Int64 = 86_400_000
        var last = ""
        for number in -80_000...80_000 as ClosedRange<Int64> {
            let text = TimestampText.text(milliseconds: number * day)
            guard text != last, TimestampText.milliseconds(text.utf8) == number * day else {
                Issue.record("day \(number): \(text)")
                return
            }
            last = text
        }
    }
}
