extension Schedule {
    /// The entries of this system.
    ///
    /// Those that come every few minutes make nothing up: the next tick does the same.
    static func standard(_ orchestrator: OrchestratorCalls, zone: TimeZoneRules = .utc) throws(CronError) -> Schedule {
        Schedule(
            entries: [
                ScheduleEntry(
                    name: "cleanup_old_data",
                    summary: "Removes old data as CLEANUP_CLASSES says; by default tasks and unused names, no match.",
                    cron: try CronExpression("17 4 * * *"),
                    missed: .newest(withinMinutes: 24 * 60),
                    interrupted: .runAgain,
                    action: orchestrator.cleanUpOldData
                ),
                ScheduleEntry(
                    name: "refresh_followed",
                    summary: "Syncs the present year of followed players once a day, behind what others wait for.",
                    cron: try CronExpression("*/10 * * * *"),
                    missed: .leftOut,
                    interrupted: .runAgain,
                    action: orchestrator.refreshFollowed
                ),
                ScheduleEntry(
                    name: "refresh_ranks",
                    summary: "Asks for the ranks of players synced in the last 30 days, 50 at a time.",
                    cron: try CronExpression("29 * * * *"),
                    missed: .newest(withinMinutes: 60),
                    interrupted: .runAgain,
                    action: orchestrator.refreshRanks
                ),
                ScheduleEntry(
                    name: "refresh_names",
                    summary: "Asks for the names of known players that were last seen 25 days ago, 100 at a time.",
                    cron: try CronExpression("41 * * * *"),
                    missed: .newest(withinMinutes: 60),
                    interrupted: .runAgain,
                    action: orchestrator.refreshNames
                ),
                ScheduleEntry(
                    name: "retry_unavailable",
                    summary: "Tries young matches and timelines again that Riot listed and did not have.",
                    cron: try CronExpression("*/15 * * * *"),
                    missed: .leftOut,
                    interrupted: .runAgain,
                    action: orchestrator.retryUnavailable
                ),
                ScheduleEntry(
                    name: "reconcile",
                    summary: "Puts back what PostgreSQL wants and Redis does not know; an orchestrator does so anyway.",
                    cron: try CronExpression("*/5 * * * *"),
                    missed: .leftOut,
                    interrupted: .tellLost,
                    action: orchestrator.reconcile
                ),
            ],
            zone: zone
        )
    }
}
