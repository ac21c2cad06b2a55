import Logging
import Metrics
import Postgres
import Storage

/// Runs ticks: each once, whoever else tries, and to its end as long as any beat leads.
struct ScheduleRunner: Sendable {
    /// Attempts at a tick whose action fails, because an orchestrator may be on its way back.
    static let attempts = 5
    /// Between two attempts.
    static let pause = Duration.seconds(30)
    /// Tries to write down how a run ended, while PostgreSQL is away; after that the run counts as interrupted.
    static let recordAttempts = 5
    /// Between two of these.
    static let recordPause = Duration.seconds(5)
    /// How often a beat says that it lives while it runs a tick: three times in a lease.
    static let renewal = Duration.seconds(10)

    /// How a run ended.
    private enum End {
        case succeeded(String)
        case failed(String)
        /// This beat has to end; the run is another one's.
        case stopped
    }

    let storage: Storage
    /// What this beat is called in `schedule_run`.
    let name: String
    let logger: Logger
    /// Waits between attempts; a test passes its own.
    let sleep: @Sendable (Duration) async throws -> Void

    /// Claims the tick and runs the entry.
    ///
    /// The row is what makes it once: whoever inserts it runs the action. While it runs, its lease is renewed; a runner
    /// that dies is noticed by the leader when the lease is over (``InterruptedTicks``).
    ///
    /// - Returns: whether this call ran it; not when somebody else did, or the entry is paused.
    /// - Throws: what keeps the tick from being claimed or recorded; never what the action threw.
    @discardableResult
    func run(_ entry: ScheduleEntry, tick: Int64) async throws -> Bool {
        guard try await storage.claimTick(entry: entry.name, tick: tick, runner: name) else { return false }
        try await carryOut(entry, tick: tick, attempt: 1)
        return true
    }

    /// Begins a run again whose beat died; false when another one was faster.
    ///
    /// - Throws: as `run`.
    @discardableResult
    func runAgain(_ run: ScheduleRun, as entry: ScheduleEntry) async throws -> Bool {
        guard let attempt = try await storage.takeOverTick(run, runner: name) else { return false }
        logger.warning(
            "a run whose beat ended before it did is begun again",
            metadata: ["entry": "\(entry.name)", "attempt": "\(attempt)", "runner": "\(run.runner ?? "unknown")"]
        )
        try await carryOut(entry, tick: run.tick, attempt: attempt)
        return true
    }

    /// Keeps the lease of a claimed tick while `body` runs.
    func holding<Result: Sendable>(
        _ entry: ScheduleEntry,
        tick: Int64,
        attempt: Int,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        let renewing = Task { [storage, logger] in
            while true {
                try await Task.sleep(for: Self.renewal)
                do {
                    guard try await storage.renewTick(entry: entry.name, tick: tick, attempt: attempt) else { return }
                } catch {
                    logger.debug("a lease could not be renewed", metadata: ["error": "\(error)"])
                }
            }
        }
        defer { renewing.cancel() }
        return try await body()
    }

    private func carryOut(_ entry: ScheduleEntry, tick: Int64, attempt: Int) async throws {
        try await holding(entry, tick: tick, attempt: attempt) {
            let (succeeded, detail): (Bool, String)
            switch await perform(entry) {
            case .succeeded(let text): (succeeded, detail) = (true, text)
            case .failed(let text): (succeeded, detail) = (false, text)
            case .stopped: return try await handBack(entry, tick: tick, attempt: attempt)
            }
            Counter(label: "beat_runs", dimensions: [("entry", entry.name), ("outcome", succeeded ? "ok" : "failed")])
                .increment()
            logger.log(
                level: succeeded ? .info : .error,
                "schedule entry \(succeeded ? "ran" : "failed")",
                metadata: ["entry": "\(entry.name)", "detail": "\(detail)"]
            )
            try await record(entry, tick: tick, attempt: attempt, succeeded: succeeded, detail: detail)
        }
    }

    /// Writes down how a run ended, also for a beat that is told to stop.
    func record(_ entry: ScheduleEntry, tick: Int64, attempt: Int, succeeded: Bool, detail: String) async throws {
        for left in (0..<Self.recordAttempts).reversed() {
            do {
                // Shield: what was done is written down whoever goes away; the query has its own deadline.
                return try await Task { [storage] in
                    _ = try await storage.finishTick(
                        entry: entry.name,
                        tick: tick,
                        attempt: attempt,
                        succeeded: succeeded,
                        detail: detail
                    )
                }.value
            } catch let error as PostgresError where left > 0 {
                logger.warning("the end of a run waits for PostgreSQL", metadata: ["error": "\(error)"])
                try await sleep(Self.recordPause)
            }
        }
    }

    private func handBack(_ entry: ScheduleEntry, tick: Int64, attempt: Int) async throws {
        logger.notice("this beat ends; the run is the next leader's", metadata: ["entry": "\(entry.name)"])
        // Shield: giving it back is what a cancelled task must still do; the query has its own deadline.
        try await Task { [storage] in
            try await storage.handBackTick(entry: entry.name, tick: tick, attempt: attempt)
        }.value
    }

    private func perform(_ entry: ScheduleEntry) async -> End {
        var problem = ""
        for attempt in 1...Self.attempts {
            do {
                return .succeeded(try await entry.action(false))
            } catch {
                if Task.isCancelled { return .stopped }
                problem = String(describing: error)
                logger.warning(
                    "schedule entry will be tried again",
                    metadata: ["entry": "\(entry.name)", "attempt": .stringConvertible(attempt), "error": "\(error)"]
                )
            }
            guard attempt < Self.attempts else { break }
            do { try await sleep(Self.pause) } catch { return .stopped }
        }
        return .failed(problem)
    }
}
