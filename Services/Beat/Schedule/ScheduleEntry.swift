/// One line of the schedule: when something is done, and what.
struct ScheduleEntry: Sendable {
    /// The name by which operators and `schedule_run` know it.
    let name: String
    /// What it does, in a sentence.
    let summary: String
    /// When it is due, in UTC.
    let cron: CronExpression
    /// Does it, or with `dryRun` only tells what it would do; returns a sentence for the record.
    let action: @Sendable (_ dryRun: Bool) async throws -> String
}
