import ServiceRuntime

/// The entries that this system runs, and the arithmetic of their ticks.
struct Schedule: Sendable {
    /// How far back a missed tick is still made up for.
    static let catchUpWindow = Duration.seconds(24 * 60 * 60)

    /// In the order in which they are listed.
    let entries: [ScheduleEntry]

    /// The entries in force.
    static func standard(_ orchestrator: OrchestratorCalls) throws(CronError) -> Schedule {
        Schedule(entries: [
            ScheduleEntry(
                name: "cleanup_old_data",
                summary: "Removes old data as CLEANUP_CLASSES says; by default tasks and unused names, no match.",
                cron: try CronExpression("17 4 * * *"),
                action: orchestrator.cleanUpOldData
            ),
            ScheduleEntry(
                name: "refresh_ranks",
                summary: "Asks for the ranks of players synced in the last 30 days, 50 at a time.",
                cron: try CronExpression("29 * * * *"),
                action: orchestrator.refreshRanks
            ),
            ScheduleEntry(
                name: "refresh_names",
                summary: "Asks for the names of known players that were last seen 25 days ago, 100 at a time.",
                cron: try CronExpression("41 * * * *"),
                action: orchestrator.refreshNames
            ),
            ScheduleEntry(
                name: "retry_unavailable",
                summary: "Tries young matches and timelines again that Riot listed and did not have.",
                cron: try CronExpression("*/15 * * * *"),
                action: orchestrator.retryUnavailable
            ),
        ])
    }

    /// The entry of a name.
    func entry(named name: String) -> ScheduleEntry? { entries.first { $0.name == name } }

    /// The next tick of all, and the entries that are due at it; nil without entries.
    func next(after milliseconds: Int64) -> (tick: Int64, entries: [ScheduleEntry])? {
        let ticks = entries.compactMap { entry in entry.cron.next(after: milliseconds).map { (entry, $0) } }
        guard let tick = ticks.map(\.1).min() else { return nil }
        return (tick, ticks.filter { $0.1 == tick }.map(\.0))
    }

    /// The tick that an entry missed while no beat ran: the newest one after its last run, if it is young enough.
    ///
    /// However many were missed, one is made up for. An entry that never ran has missed nothing.
    func missedTick(of entry: ScheduleEntry, lastTick: Int64?, now: Int64) -> Int64? {
        guard let lastTick else { return nil }
        let window = Self.catchUpWindow.components.seconds * 1_000
        var missed: Int64?
        var candidate = entry.cron.next(after: max(lastTick, now - window))
        while let tick = candidate, tick <= now {
            missed = tick
            candidate = entry.cron.next(after: tick)
        }
        return missed
    }
}
