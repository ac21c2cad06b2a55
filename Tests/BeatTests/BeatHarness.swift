import Logging
import Postgres
import Reactor
import Storage
import TestSupport

@testable import beat

/// A wall clock that moves only when somebody sleeps on it.
final class ManualTime: Sendable {
    private let state: Lock<Int64>
    private let end: Int64

    init(_ start: Int64, end: Int64) {
        state = Lock(start)
        self.end = end
    }

    var now: Int64 { state.withLock { $0 } }

    /// Moves the clock; sleeping past the end of the test is what stops the service.
    func sleep(_ duration: Duration) throws {
        let now = state.withLock { state in
            state += duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
            return state
        }
        if now > end { throw CancellationError() }
    }

    /// Whether a sleep would last beyond the end.
    func ends(within duration: Duration) -> Bool { now + Int64(duration / .milliseconds(1)) > end }

    func set(_ milliseconds: Int64) { state.withLock { $0 = milliseconds } }
}

/// Beats on a database of their own.
struct BeatHarness: Sendable {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// The instant 2026-11-23T00:00:00Z.
    static let midnight: Int64 = 1_795_392_000_000
    static let hour: Int64 = 3_600_000

    let storage: Storage
    let configuration: PostgresConfiguration

    static func run(_ body: @Sendable (BeatHarness) async throws -> Void) async throws {
        try await withTestDatabase { url in
            let configuration = try PostgresConfiguration(url: url, applicationName: "test")
            let pool = PostgresPool(configuration: configuration, logger: logger)
            let harness = BeatHarness(
                storage: Storage(pool: pool, keyScope: "default", logger: logger),
                configuration: configuration
            )
            do {
                try await harness.storage.migrate()
                try await body(harness)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    static func entry(
        _ name: String = "entry",
        _ line: String,
        missed: ScheduleEntry.MissedTicks = .newest(withinMinutes: 24 * 60),
        interrupted: ScheduleEntry.InterruptedRuns = .runAgain,
        action: @escaping @Sendable (Bool) async throws -> String
    ) throws -> ScheduleEntry {
        ScheduleEntry(
            name: name,
            summary: "An entry.",
            cron: try CronExpression(line),
            missed: missed,
            interrupted: interrupted,
            action: action
        )
    }

    func runner(_ name: String = "a", _ time: ManualTime, storage: Storage? = nil) -> ScheduleRunner {
        ScheduleRunner(storage: storage ?? self.storage, name: name, logger: Self.logger) { try time.sleep($0) }
    }

    /// A beat that takes itself for the leader; it looks for interrupted runs once, at its start.
    ///
    /// - Parameter mayEnd: asked before an entry that has nothing more to do ends all others with the clock.
    func service(
        _ time: ManualTime,
        _ entries: [ScheduleEntry],
        name: String = "a",
        storage: Storage? = nil,
        mayEnd: @escaping @Sendable () async throws -> Bool = { true }
    ) -> BeatService {
        let schedule = Schedule(entries: entries)
        let runner = runner(name, time, storage: storage)
        return BeatService(
            schedule: schedule,
            runner: runner,
            interrupted: interrupted(schedule, runner),
            storage: storage ?? self.storage,
            logger: Self.logger,
            now: { time.now },
            sleep: { duration in
                if time.ends(within: duration), try await !mayEnd() { return await Task.yield() }
                try time.sleep(duration)
            },
            whileLeader: { try await $0() }
        )
    }

    func interrupted(_ schedule: Schedule, _ runner: ScheduleRunner) -> InterruptedTicks {
        InterruptedTicks(
            schedule: schedule,
            runner: runner,
            storage: runner.storage,
            logger: Self.logger,
            // Until the term ends: a test looks by itself.
            sleep: { _ in try await Task.sleep(for: .seconds(3_600)) }
        )
    }

    /// As if the beats that hold unfinished runs had been dead for a lease.
    func endLeases() async throws {
        _ = try await storage.pool.query(
            "UPDATE schedule_run SET lease_until = now() - interval '1 second' WHERE finished_at IS NULL"
        )
    }

    /// One integer.
    func count(_ query: String) async throws -> Int {
        try await storage.pool.query(SQL(trusted: "SELECT (\(query))::bigint AS n")).first?.int("n") ?? -1
    }
}
