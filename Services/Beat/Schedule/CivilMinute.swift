import ServiceRuntime

/// The Gregorian calendar in integers, without a zone: days and minutes since 1970-01-01T00:00.
enum CivilMinute {
    /// A day of the Gregorian calendar.
    struct Date: Equatable {
        let year: Int
        let month: Int
        let day: Int
        /// Sunday is 0.
        let weekday: Int
    }

    /// The date of a day since 1970-01-01.
    static func date(ofDay day: Int64) -> Date {
        let date = EpochTime.civilDate(days: day)
        return Date(
            year: Int(date.year),
            month: Int(date.month),
            day: Int(date.day),
            weekday: Int(weekday(ofDay: day))
        )
    }

    /// The weekday of a day since 1970-01-01, which was a Thursday; Sunday is 0.
    static func weekday(ofDay day: Int64) -> Int64 {
        let shifted = day + 4
        return shifted - divide(shifted, 7) * 7
    }

    /// The day since 1970-01-01 of a date: the inverse of `EpochTime.civilDate`.
    static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years are reckoned from March 1, so that a leap day is the last of its year.
        let shifted = month > 2 ? year : year - 1
        let era = divide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Division that rounds down, also below zero.
    static func divide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}
