import ServiceRuntime

/// Minutes since 1970-01-01T00:00Z and the calendar in UTC, in integers.
enum CivilMinute {
    /// A day of the Gregorian calendar.
    struct Date: Equatable {
        let year: Int
        let month: Int
        let day: Int
        /// Sunday is 0.
        let weekday: Int
    }

    /// The minute in which an instant lies.
    static func floor(_ milliseconds: Int64) -> Int64 { divide(milliseconds, 60_000) }

    /// The day since 1970-01-01 in which a minute lies.
    static func day(ofMinute minute: Int64) -> Int64 { divide(minute, 1_440) }

    /// The date of a day since 1970-01-01.
    static func date(ofDay day: Int64) -> Date {
        let date = EpochTime.civilDate(days: day)
        let weekday = day + 4  // 1970-01-01 was a Thursday
        return Date(
            year: Int(date.year),
            month: Int(date.month),
            day: Int(date.day),
            weekday: Int(weekday - divide(weekday, 7) * 7)
        )
    }

    private static func divide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}
