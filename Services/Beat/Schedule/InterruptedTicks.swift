import Logging
import Metrics
import Storage

/// Notices runs whose beat died before they ended, and has them run again or tells that they are lost.
///
/// The leader looks; runs by hand, which any beat carries out, are among them. So no row of `schedule_run` stays
/// unfinished for longer than a lease and a look.
struct InterruptedTicks: Sendable {
    /// Between two looks.
    static let interval = Duration.seconds(5)
    /// Beats that may end in one run: what kills them every time is not begun for ever.
    static let mostAttempts = 5

    let schedule: Schedule
    let runner: ScheduleRunner
    let storage: Storage
    let logger: Logger
    /// Waits between looks; a test passes its own.
    let sleep: @Sendable (Duration) async throws -> Void

    /// Looks again and again until it is cancelled; a run that is begun again delays no look.
    func watch() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            var isAway = false
            while true {
                do {
                    for (run, entry) in try await settle() {
                        group.addTask { try await again(run, entry) }
                    }
                    isAway = false
                } catch {
                    try Task.checkCancellation()
                    if !isAway { logger.warning("unfinished runs cannot be seen", metadata: ["error": "\(error)"]) }
                    isAway = true
                }
                try await sleep(Self.interval)
            }
        }
    }

    /// Tells of those that are lost; returns those that are to be run again.
    func settle() async throws -> [(run: ScheduleRun, entry: ScheduleEntry)] {
        var again: [(run: ScheduleRun, entry: ScheduleEntry)] = []
        for interrupted in try await storage.interruptedRuns() {
            let entry = schedule.entry(named: interrupted.run.entry)
            if let entry, reasonToLose(interrupted, entry) == nil {
                again.append((interrupted.run, entry))
            } else {
                let reason = entry.flatMap { reasonToLose(interrupted, $0) } ?? "there is no such entry any more"
                try await lose(interrupted.run, reason)
            }
        }
        return again
    }

    private func reasonToLose(_ interrupted: Storage.InterruptedRun, _ entry: ScheduleEntry) -> String? {
        let run = interrupted.run
        if run.isByHand { return "it was asked for by hand and can be asked for again" }
        if entry.cron == nil { return "the entry is switched off" }
        if interrupted.isPaused { return "the entry is paused" }
        if interrupted.isOutdated { return "a later tick does its work" }
        if entry.interrupted == .tellLost { return "the next tick does its work" }
        if run.attempt >= Self.mostAttempts { return "\(run.attempt) beats have ended in it" }
        return nil
    }

    private func lose(_ run: ScheduleRun, _ reason: String) async throws {
        let detail = "the beat that ran it (\(run.runner ?? "unknown")) ended before it did; \(reason)"
        guard try await storage.loseTick(run, detail: detail) else { return }
        Counter(label: "beat_runs", dimensions: [("entry", run.entry), ("outcome", "lost")]).increment()
        logger.error("a run is lost", metadata: ["entry": "\(run.entry)", "detail": "\(detail)"])
    }

    /// A database that is away leaves the run to the next look.
    private func again(_ run: ScheduleRun, _ entry: ScheduleEntry) async throws {
        do {
            try await runner.runAgain(run, as: entry)
        } catch {
            try Task.checkCancellation()
            logger.warning(
                "a run could not be begun again or recorded",
                metadata: ["entry": "\(entry.name)", "error": "\(error)"]
            )
        }
    }
}
