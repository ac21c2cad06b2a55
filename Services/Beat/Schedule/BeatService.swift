import Logging
import Postgres
import ServiceLifecycle
import Storage

/// Fires the schedule's ticks while this process leads.
struct BeatService: Service {
    /// The longest sleep: a clock that was set is noticed within this.
    static let longestSleep = Duration.seconds(60)
    /// Between two tries when the database is away.
    static let databasePause = Duration.seconds(5)

    let schedule: Schedule
    let runner: ScheduleRunner
    let interrupted: InterruptedTicks
    let storage: Storage
    let logger: Logger
    /// Epoch milliseconds; a test passes its own.
    let now: @Sendable () -> Int64
    /// Waits; a test passes its own.
    let sleep: @Sendable (Duration) async throws -> Void
    /// Runs its argument while this process leads, once per term.
    let whileLeader: @Sendable (@escaping @Sendable () async throws -> Void) async throws -> Void

    /// Stands for leadership until the process is told to stop.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await whileLeader { try await lead() }
            } catch is CancellationError {
                return
            }
        }
    }

    /// One term.
    ///
    /// Each entry goes its own way, so that a long run delays no other entry.
    func lead() async throws {
        let known = try await keepingAtIt {
            try await storage.noteScheduleEntries(schedule.entries.map(\.name), at: now())
            return try await storage.scheduleEntries()
        }
        try await withThrowingDiscardingTaskGroup { group in
            for entry in schedule.entries where entry.cron != nil {
                // Without a memory nothing was missed.
                let settled = known.first { $0.entry == entry.name }?.settledUntil ?? now()
                group.addTask { try await keep(entry, settledUntil: settled) }
            }
            group.addTask { try await interrupted.watch() }
        }
    }

    /// Runs what an entry has missed and then every tick as it comes.
    ///
    /// Ticks that pass during a long run are missed ones: the newest is made up for, by the entry's policy.
    private func keep(_ entry: ScheduleEntry, settledUntil moment: Int64) async throws {
        var settled = moment
        while true {
            let present = now()
            // After a clock that was set back: a tick that is come to again is known by its row.
            settled = min(settled, present)
            if let tick = schedule.due(entry, after: settled, now: present) {
                if present - tick > 60_000 {
                    logger.notice("making up for a missed run", metadata: ["entry": "\(entry.name)"])
                }
                try await keepingAtIt { try await runner.run(entry, tick: tick) }
                settled = tick
                continue
            }
            guard let next = schedule.next(of: entry, after: settled) else {
                logger.warning("an entry has no further tick", metadata: ["entry": "\(entry.name)"])
                return
            }
            if next > present {
                try await sleep(min(.milliseconds(next - present), Self.longestSleep))
            } else {
                logger.notice("missed ticks are too old to be made up for", metadata: ["entry": "\(entry.name)"])
                settled = present
            }
        }
    }

    /// Repeats `body` until the database answers.
    ///
    /// A tick claimed by a call whose answer was lost stays claimed: it is found as an interrupted one.
    @discardableResult
    private func keepingAtIt<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        while true {
            do {
                return try await body()
            } catch let error as PostgresError {
                try Task.checkCancellation()
                logger.warning("the schedule waits for PostgreSQL", metadata: ["error": "\(error)"])
                try await sleep(Self.databasePause)
            }
        }
    }
}
