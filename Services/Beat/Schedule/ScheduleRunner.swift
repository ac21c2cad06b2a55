import Logging
import Metrics
import Storage

/// Runs one tick of one entry, once, whoever else tries.
struct ScheduleRunner: Sendable {
    /// Attempts at a tick whose action fails, because an orchestrator may be on its way back.
    static let attempts = 5
    /// Between two attempts.
    static let pause = Duration.seconds(30)

    let storage: Storage
    let logger: Logger
    /// Waits between attempts; a test passes its own.
    let sleep: @Sendable (Duration) async throws -> Void

    /// Claims the tick and runs the entry.
    ///
    /// The row is what makes it once: whoever inserts it runs the action, and a runner that dies leaves an unfinished
    /// row behind, which `schedule.list` shows; entries are made so that the next tick does what this one did not.
    ///
    /// - Returns: whether this call ran it.
    /// - Throws: what keeps the tick from being claimed or recorded; never what the action threw.
    @discardableResult
    func run(_ entry: ScheduleEntry, tick: Int64) async throws -> Bool {
        guard try await storage.claimTick(entry: entry.name, tick: tick) else { return false }
        let (succeeded, detail) = await perform(entry)
        Counter(label: "beat_runs", dimensions: [("entry", entry.name), ("outcome", succeeded ? "ok" : "failed")])
            .increment()
        logger.log(
            level: succeeded ? .info : .error,
            "schedule entry \(succeeded ? "ran" : "failed")",
            metadata: ["entry": "\(entry.name)", "detail": "\(detail)"]
        )
        // Shield: a beat that is told to stop still writes down what it did; the query has its own deadline.
        try await Task { [storage] in
            try await storage.finishTick(entry: entry.name, tick: tick, succeeded: succeeded, detail: detail)
        }.value
        return true
    }

    private func perform(_ entry: ScheduleEntry) async -> (Bool, String) {
        var problem = ""
        for attempt in 1...Self.attempts {
            do {
                return (true, try await entry.action(false))
            } catch {
                problem = String(describing: error)
                logger.warning(
                    "schedule entry will be tried again",
                    metadata: ["entry": "\(entry.name)", "attempt": .stringConvertible(attempt), "error": "\(error)"]
                )
            }
            guard attempt < Self.attempts else { break }
            do { try await sleep(Self.pause) } catch {
                return (false, "stopped while it waited to try again: \(problem)")
            }
        }
        return (false, problem)
    }
}
