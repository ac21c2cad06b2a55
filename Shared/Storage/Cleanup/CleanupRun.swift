import Logging
import Postgres

/// One kind of old data: counts it, and removes it a batch at a time.
protocol CleanupStep: Sendable {
    /// How much there is; changes nothing.
    func found(_ connection: PostgresConnection) async throws -> CleanupAmount
    /// Removes one batch in a transaction of its own; nil when there was nothing left to look at.
    mutating func removeBatch(_ connection: PostgresConnection) async throws -> CleanupAmount?
}

/// A run of the clean-up on a session that holds its lock.
struct CleanupRun: Sendable {
    /// Makes it one at a time; it goes with its session.
    static let lockKey = AdvisoryLock.cleanup.rawValue
    /// How long one statement may take, as a count over everything.
    static let timeout = Duration.seconds(300)

    let storage: Storage
    let rules: [CleanupRule]
    let isDryRun: Bool
    let end: ContinuousClock.Instant

    /// Does the work; what goes wrong is on record before it comes out of here.
    ///
    /// - Throws: `CleanupIsRunning`, `PostgresError`, `CancellationError`. Batches that were removed stay removed.
    func run() async throws {
        try await storage.pool.withConnection { connection in
            let rows = try await connection.query("SELECT pg_try_advisory_lock($1) AS held", [.int(Self.lockKey)])
            guard try rows.first?.bool("held") == true else { throw CleanupIsRunning() }
            do {
                try await work(connection)
                await unlock(connection)
            } catch {
                await unlock(connection)
                throw error
            }
        }
    }

    private func work(_ connection: PostgresConnection) async throws {
        let run = try await begin(connection)
        do {
            var steps = rules.map(step)
            for (place, step) in steps.enumerated() {
                try await keep("found", step.found(connection), of: run, place, connection)
            }
            var isComplete = true
            if !isDryRun {
                for place in steps.indices where isComplete {
                    isComplete = try await removeAll(&steps[place], of: run, place, connection)
                }
            }
            try await finish(run, isComplete ? .done : .stopped, isComplete ? nil : "Its time was over.")
        } catch {
            let isStop = Task.isCancelled || error is CancellationError
            // Shield: a run that is told to stop still writes down where it was.
            await Task {
                do {
                    try await finish(run, isStop ? .stopped : .failed, isStop ? "It was told to stop." : "\(error)")
                } catch {
                    storage.logger.warning("the end of a clean-up is not on record", metadata: ["error": "\(error)"])
                }
            }.value
            throw error
        }
    }

    /// False when time was over first.
    private func removeAll(
        _ step: inout any CleanupStep,
        of run: Int,
        _ place: Int,
        _ connection: PostgresConnection
    ) async throws -> Bool {
        var sum = CleanupAmount()
        while true {
            try Task.checkCancellation()
            guard ContinuousClock.now < end else { return false }
            guard let removed = try await step.removeBatch(connection) else { return true }
            if removed == CleanupAmount() { continue }
            sum += removed
            try await keep("removed", sum, of: run, place, connection)
        }
    }

    private func step(_ rule: CleanupRule) -> any CleanupStep {
        switch (rule.subject, rule.limit) {
        case (.tasks, .days(let days)): TaskCleanup(days: days, isFailure: false)
        case (.failedTasks, .days(let days)): TaskCleanup(days: days, isFailure: true)
        case (.timelines, .days(let days)): TimelineBodyCleanup(days: days)
        case (.names, .days(let days)): NameCleanup(days: days)
        case (.forgotten, .days(let days)): ForgottenCleanup(storage: storage, days: days)
        case (_, .before(let date)): GameCleanup(date: date)
        case (.games, .days): preconditionFailure("games have a date")
        }
    }

    // MARK: The record

    private func begin(_ connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query(
            """
            WITH dead AS (
                UPDATE cleanup_run SET state = 'stopped', finished_at = now(), error = 'Its process died.'
                WHERE state = 'running'
            ), run AS (
                INSERT INTO cleanup_run (dry_run, state) VALUES ($1, 'running') RETURNING id
            ), tallies AS (
                INSERT INTO cleanup_tally (run_id, place, rule)
                SELECT run.id, r.place, r.rule FROM run, unnest($2::text[]) WITH ORDINALITY AS r (rule, place)
            )
            SELECT id FROM run
            """,
            [.bool(isDryRun), .textArray(rules.map(\.description))]
        )
        guard let id = try rows.first?.int("id") else { throw PostgresError.unexpectedResult("no run") }
        return id
    }

    private func keep(
        _ kind: String,
        _ amount: CleanupAmount,
        of run: Int,
        _ place: Int,
        _ connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            SQL(
                trusted: """
                    WITH run AS (UPDATE cleanup_run SET updated_at = now() WHERE id = $1)
                    UPDATE cleanup_tally SET \(kind)_things = $3, \(kind)_rows = $4, \(kind)_bytes = $5
                    WHERE run_id = $1 AND place = $2
                    """
            ),
            [
                .int(Int64(run)), .int(Int64(place + 1)), .int(Int64(amount.things)), .int(Int64(amount.rows)),
                .int(amount.bytes),
            ]
        )
    }

    private func finish(_ run: Int, _ state: CleanupReport.State, _ error: String?) async throws {
        _ = try await storage.pool.query(
            "UPDATE cleanup_run SET state = $2, finished_at = now(), updated_at = now(), error = $3 WHERE id = $1",
            [.int(Int64(run)), .text(state.rawValue), PostgresParameter(error)]
        )
    }

    private func unlock(_ connection: PostgresConnection) async {
        // Shield: a cancelled run frees the lock too. A connection that broke has freed it already.
        await Task {
            _ = try? await connection.query("SELECT pg_advisory_unlock($1)", [.int(Self.lockKey)], timeout: .seconds(1))
        }.value
    }
}

extension Storage {
    /// Removes old data by `rules`, or with `dryRun` only counts it; in small batches, each a transaction of its own.
    ///
    /// `lastCleanup()` shows the progress from every process. A run that is cancelled, killed or out of time leaves
    /// whole things, and the next one goes on with the rest.
    /// - Parameter end: no batch begins after it.
    /// - Throws: `CleanupIsRunning`; `PostgresError`; `CancellationError`.
    public func cleanUp(
        _ rules: [CleanupRule],
        dryRun: Bool,
        until end: ContinuousClock.Instant
    ) async throws -> CleanupReport {
        try await CleanupRun(storage: self, rules: rules, isDryRun: dryRun, end: end).run()
        if let report = try await lastCleanup() { return report }
        throw PostgresError.unexpectedResult("no run of the clean-up")
    }
}
