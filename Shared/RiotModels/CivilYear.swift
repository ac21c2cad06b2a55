/// Years of the Gregorian calendar in UTC, by integer arithmetic: no calendar, no time zone data.
public enum CivilYear {
    /// The first year that can be asked for; League of Legends opened at the end of 2009.
    public static let earliest = 2010

    private static let millisecondsPerDay: Int64 = 86_400_000

    /// The years that a request may name, given the present moment in epoch milliseconds.
    public static func accepted(nowMilliseconds: Int64) -> ClosedRange<Int> {
        earliest...max(earliest, year(ofMilliseconds: nowMilliseconds))
    }

    /// The first millisecond of `year` (1…9999), and the first one after it.
    public static func bounds(_ year: Int) -> (startMilliseconds: Int64, endMilliseconds: Int64) {
        precondition((1...9999).contains(year), "a year outside the calendar: \(year)")
        return (dayOfNewYear(Int64(year)) * millisecondsPerDay, dayOfNewYear(Int64(year) + 1) * millisecondsPerDay)
    }

    /// The year in which an instant lies, for every value of the type.
    public static func year(ofMilliseconds milliseconds: Int64) -> Int {
        let day = floorDivide(milliseconds, millisecondsPerDay)
        // 400 Gregorian years have 146,097 days. The estimate is at most one off, and is corrected by comparing.
        var year = floorDivide(day * 400, 146_097) + 1970
        while dayOfNewYear(year) > day { year -= 1 }
        while dayOfNewYear(year + 1) <= day { year += 1 }
        return Int(year)
    }

    /// Days from 1970-01-01 to January 1 of `year`.
    private static func dayOfNewYear(_ year: Int64) -> Int64 {
        let before = year - 1
        let leapDays = floorDivide(before, 4) - floorDivide(before, 100) + floorDivide(before, 400)
        return (year - 1970) * 365 + leapDays - 477  // 477 leap days lie before 1970
    }

    private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}
