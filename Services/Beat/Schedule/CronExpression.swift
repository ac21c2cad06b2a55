/// A cron line of five fields: minute, hour, day of month, month, day of week.
///
/// Each field is a list of `*`, numbers, ranges `a-b` and steps `/n`; months and weekdays may be named (`jan`, `mon`),
/// and Sunday is 0 or 7. As in crontab(5), when both day fields are restricted a day that fits either of them fires.
/// A parsed expression fires at least once in eight years, or is refused.
///
/// When the clocks are changed, cron(8) is followed. A line with a fixed time of day, that is one whose minute and hour
/// do not begin with `*`, fires once on that day too: for a time that the day does not have, at the moment at which the
/// clocks go forward; for a time that comes twice, at the first of the two. Any other line fires whenever a clock on
/// the wall shows a minute that fits: not for minutes that are left out, and twice for those that come twice.
struct CronExpression: Sendable, Equatable, CustomStringConvertible {
    /// The line as it was written.
    let description: String

    private let minutes: CronField
    private let hours: CronField
    private let daysOfMonth: CronField
    private let months: CronField
    private let daysOfWeek: CronField

    /// Reads a line.
    ///
    /// - Throws: ``CronError`` that names the field, what is wrong and what would be right.
    init(_ line: String) throws(CronError) {
        let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard fields.count == 5 else {
            throw CronError(
                "\"\(line)\" has \(fields.count) fields; a cron line has five: minute, hour, day of month, month, "
                    + "day of week"
            )
        }
        description = fields.joined(separator: " ")
        minutes = try CronField(fields[0], .minute)
        hours = try CronField(fields[1], .hour)
        daysOfMonth = try CronField(fields[2], .dayOfMonth)
        months = try CronField(fields[3], .month)
        daysOfWeek = try CronField(fields[4], .dayOfWeek)
        guard next(after: 0) != nil else { throw CronError("\"\(line)\" never fires: no month has that day") }
    }

    /// The first instant that fits, later than `milliseconds`; all in epoch milliseconds.
    ///
    /// Goes by stretches of the same offset, within them by days and then within the day, so it takes at most some
    /// thousand steps. Nil when there is none within eight years: the longest way between two leap days.
    func next(after milliseconds: Int64, in zone: TimeZoneRules = .utc) -> Int64? {
        var second = CivilMinute.divide(milliseconds, 1_000) + 1
        let horizon = second + 8 * 366 * 86_400
        while second < horizon {
            let span = zone.span(at: second)
            let end = min(span.end ?? horizon, horizon)
            if let tick = next(from: second, until: end, in: span) { return tick * 1_000 }
            second = end
        }
        return nil
    }

    /// The first second that fits within a span.
    private func next(from second: Int64, until end: Int64, in span: TimeZoneRules.Span) -> Int64? {
        var local = second + span.offset
        if isFixedTime, let start = span.start {
            let last = start + span.offsetBefore
            let first = start + span.offset
            if second == start, last < first, firstFit(from: last, until: first) != nil { return start }
            local = max(local, last)  // clocks that go back show again what has been
        }
        return firstFit(from: local, until: end + span.offset).map { $0 - span.offset }
    }

    /// It means a time of day, not a rhythm.
    private var isFixedTime: Bool { minutes.isRestricted && hours.isRestricted }

    /// The first local second of a fitting minute, from one local second to before another.
    private func firstFit(from first: Int64, until end: Int64) -> Int64? {
        let firstMinute = CivilMinute.divide(first + 59, 60)
        let firstDay = CivilMinute.divide(firstMinute, 1_440)
        var day = firstDay
        while day * 86_400 < end {
            defer { day += 1 }
            guard fires(onDay: day) else { continue }
            let earliest = day == firstDay ? Int(firstMinute - day * 1_440) : 0
            for hour in (earliest / 60)..<24 where hours.contains(hour) {
                let firstInHour = hour == earliest / 60 ? earliest % 60 : 0
                if let minute = (firstInHour..<60).first(where: minutes.contains) {
                    let fit = day * 86_400 + Int64(hour * 60 + minute) * 60
                    return fit < end ? fit : nil
                }
            }
        }
        return nil
    }

    private func fires(onDay day: Int64) -> Bool {
        let date = CivilMinute.date(ofDay: day)
        guard months.contains(date.month) else { return false }
        let fitsMonth = daysOfMonth.contains(date.day)
        let fitsWeek = daysOfWeek.contains(date.weekday)
        if daysOfMonth.isRestricted, daysOfWeek.isRestricted { return fitsMonth || fitsWeek }
        return fitsMonth && fitsWeek
    }
}

/// Why a cron line is none.
struct CronError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
