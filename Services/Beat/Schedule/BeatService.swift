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

    /// One term: what was missed, then every tick as it comes.
    func lead() async throws {
        var last = now()
        try await catchUp(to: last)
        while let (tick, entries) = schedule.next(after: last) {
            while now() < tick {
                let left = Duration.milliseconds(tick - now())
                try await sleep(min(left, Self.longestSleep))
            }
            for entry in entries { try await fire(entry, tick) }
            // After a long run, ticks that passed meanwhile are not made up for one by one.
            last = max(tick, now() - 60_000)
        }
        logger.warning("the schedule is empty")
        while true { try await sleep(Self.longestSleep) }
    }

    private func catchUp(to moment: Int64) async throws {
        let runs = try await keepingAtIt { try await storage.lastScheduleRuns() }
        for entry in schedule.entries {
            let lastTick = runs.first { $0.entry == entry.name }?.tick
            guard let tick = schedule.missedTick(of: entry, lastTick: lastTick, now: moment) else { continue }
            logger.notice("making up for a missed run", metadata: ["entry": "\(entry.name)"])
            try await fire(entry, tick)
        }
    }

    private func fire(_ entry: ScheduleEntry, _ tick: Int64) async throws {
        try await keepingAtIt { try await runner.run(entry, tick: tick) }
    }

    /// Repeats `body` until the database answers; a tick claimed meanwhile by a repeated call stays claimed once.
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
