/// A cron line of five fields: minute, hour, day of month, month, day of week.
///
/// Each field is a list of `*`, numbers, ranges `a-b` and steps `/n`; months and weekdays may be named (`jan`, `mon`),
/// and Sunday is 0 or 7. As in crontab(5), when both day fields are restricted a day that fits either of them fires.
/// Times are UTC. A parsed expression fires at least once in eight years, or is refused.
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
    /// Goes by days and then within the day, so it takes at most some thousand steps. Nil when there is none within
    /// eight years: the longest way between two leap days.
    func next(after milliseconds: Int64) -> Int64? {
        let firstMinute = CivilMinute.floor(milliseconds) + 1
        let firstDay = CivilMinute.day(ofMinute: firstMinute)
        for day in firstDay...(firstDay + 8 * 366) where fires(onDay: day) {
            let earliest = day == firstDay ? Int(firstMinute - day * 1_440) : 0
            for hour in (earliest / 60)..<24 where hours.contains(hour) {
                let firstInHour = hour == earliest / 60 ? earliest % 60 : 0
                if let minute = (firstInHour..<60).first(where: minutes.contains) {
                    return (day * 1_440 + Int64(hour * 60 + minute)) * 60_000
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
