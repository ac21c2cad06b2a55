import ServiceRuntime

/// The footer of a zone's file: a TZ string of POSIX, for all time after the last transition of the table.
///
/// `CET-1CEST,M3.5.0,M10.5.0/3`; RFC 8536 (3.3.1) lets hours of a change go from -167 to 167.
struct PosixZoneRule: Sendable, Equatable {
    /// A day of the year.
    enum Day: Sendable, Equatable {
        /// 1 to 365; February 29 is never counted.
        case julian(Int64)
        /// 0 to 365; February 29 is counted.
        case zeroBased(Int64)
        /// The `week`-th `weekday` (0 is Sunday) of a month; the 5th is the last.
        case weekday(month: Int64, week: Int64, weekday: Int64)
    }

    /// When the clocks are changed, by the clock that holds before.
    struct Change: Sendable, Equatable {
        let day: Day
        /// Seconds after local midnight.
        let time: Int64
    }

    struct DaylightSaving: Sendable, Equatable {
        let offset: Int64
        let start: Change
        let end: Change
    }

    /// Seconds ahead of UTC outside daylight saving.
    let standardOffset: Int64
    let daylightSaving: DaylightSaving?

    /// The changes of the year in which an instant lies and of the years beside it, in order; none without daylight
    /// saving.
    func changes(around second: Int64) -> [(second: Int64, offset: Int64)] {
        guard let saving = daylightSaving else { return [] }
        let year = EpochTime.civilDate(days: CivilMinute.divide(second, 86_400)).year
        var changes: [(second: Int64, offset: Int64)] = []
        for year in (year - 1)...(year + 1) {
            // An end comes before a start at the same instant: that is daylight saving all year.
            changes.append((Self.second(saving.end, year) - saving.offset, standardOffset))
            changes.append((Self.second(saving.start, year) - standardOffset, saving.offset))
        }
        return changes.enumerated()
            .sorted { ($0.element.second, $0.offset) < ($1.element.second, $1.offset) }
            .map(\.element)
    }

    /// Local seconds since 1970.
    private static func second(_ change: Change, _ year: Int64) -> Int64 {
        let newYear = CivilMinute.day(year: year, month: 1, day: 1)
        let isLeap = CivilMinute.day(year: year + 1, month: 1, day: 1) - newYear == 366
        let day: Int64 =
            switch change.day {
            case .julian(let number): newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .zeroBased(let number): newYear + number
            case .weekday(let month, let week, let weekday): dayOf(weekday, week, month, year)
            }
        return day * 86_400 + change.time
    }

    /// The `week`-th `weekday` of a month; the last one if it has only four.
    private static func dayOf(_ weekday: Int64, _ week: Int64, _ month: Int64, _ year: Int64) -> Int64 {
        let first = CivilMinute.day(year: year, month: month, day: 1)
        let after =
            month == 12
            ? CivilMinute.day(year: year + 1, month: 1, day: 1) : CivilMinute.day(year: year, month: month + 1, day: 1)
        let day = first + (weekday - CivilMinute.weekday(ofDay: first) + 7) % 7 + (week - 1) * 7
        return day < after ? day : day - 7
    }
}
