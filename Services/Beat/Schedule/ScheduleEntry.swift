/// One line of the schedule: when something is done, what, and what is done about ticks that went wrong.
struct ScheduleEntry: Sendable {
    /// What is done about ticks that passed while no beat ran.
    ///
    /// However many were missed, at most the newest is made up for: entries do all that is due, not a portion per tick.
    enum MissedTicks: Sendable, Equatable, CustomStringConvertible {
        /// The newest is run late, if it is not older than so many minutes.
        case newest(withinMinutes: Int64)
        /// They are left out; the next tick comes soon enough.
        case leftOut

        /// How late a tick may be run that should not be run late: a change of the leading beat takes some seconds.
        private static let graceMinutes: Int64 = 2

        /// How late a tick may be run, in milliseconds.
        var longestDelay: Int64 {
            switch self {
            case .newest(let minutes): minutes * 60_000
            case .leftOut: Self.graceMinutes * 60_000
            }
        }

        var description: String {
            switch self {
            case .newest(let minutes) where minutes % 60 == 0: "the newest is run late, within \(minutes / 60) h"
            case .newest(let minutes): "the newest is run late, within \(minutes) min"
            case .leftOut: "left out after \(Self.graceMinutes) min"
            }
        }
    }

    /// What is done about a run whose beat ended before it did.
    enum InterruptedRuns: String, Sendable {
        /// It is begun again, unless a later tick has been begun since.
        case runAgain = "run again"
        /// It is told to be lost; the next tick does its work.
        case tellLost = "told as lost"
    }

    /// The name by which operators and `schedule_run` know it.
    let name: String
    /// What it does, in a sentence.
    let summary: String
    /// When it is due, in the schedule's zone; nil when it is switched off.
    var cron: CronExpression?
    var missed = MissedTicks.newest(withinMinutes: 24 * 60)
    var interrupted = InterruptedRuns.runAgain
    /// Does it, or with `dryRun` only tells what it would do; returns a sentence for the record.
    ///
    /// To do it twice, or at the same time as somebody else, does no harm.
    let action: @Sendable (_ dryRun: Bool) async throws -> String
}
