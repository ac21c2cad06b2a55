/// The entries that this system runs, and the arithmetic of their ticks.
struct Schedule: Sendable {
    /// In the order in which they are listed.
    let entries: [ScheduleEntry]
    /// Where their times of day are meant.
    var zone = TimeZoneRules.utc

    /// The entry of a name.
    func entry(named name: String) -> ScheduleEntry? { entries.first { $0.name == name } }

    /// The first tick of an entry later than `milliseconds`; nil when it is switched off.
    func next(of entry: ScheduleEntry, after milliseconds: Int64) -> Int64? {
        entry.cron?.next(after: milliseconds, in: zone)
    }

    /// The tick that is to be run now, if one is: the newest that came after `settled`, unless it is too old.
    ///
    /// All in epoch milliseconds. A tick on time and one that is made up for are the same here.
    func due(_ entry: ScheduleEntry, after settled: Int64, now: Int64) -> Int64? {
        var due: Int64?
        // A tick that is exactly as old as it may be still counts.
        var candidate = next(of: entry, after: max(settled, now - entry.missed.longestDelay - 1))
        while let tick = candidate, tick <= now {
            due = tick
            candidate = next(of: entry, after: tick)
        }
        return due
    }

    /// These entries with other cron lines, as a setting names them.
    ///
    /// - Throws: ``ScheduleSettingError`` for an entry that there is not.
    func overridden(by setting: ScheduleSetting) throws(ScheduleSettingError) -> Schedule {
        var entries = entries
        for (name, cron) in setting.lines {
            guard let index = entries.firstIndex(where: { $0.name == name }) else {
                let known = entries.map(\.name).joined(separator: ", ")
                throw ScheduleSettingError("there is no entry \"\(name.prefix(64))\"; there are \(known)")
            }
            entries[index].cron = cron
        }
        return Schedule(entries: entries, zone: zone)
    }
}
