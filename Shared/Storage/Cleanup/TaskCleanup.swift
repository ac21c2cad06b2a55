import Postgres

/// Tasks that ended so many days ago, with their ledger, and old records of what was tried.
///
/// Beside finished tasks go the records of runs of the schedule and of the clean-up; beside failed ones the fetches
/// that failed and will not be tried again. What Riot does not have (404) stays known, so that nobody asks for it.
struct TaskCleanup: CleanupStep {
    /// Tasks, and records of each kind, in one transaction.
    static let batch = 100

    let days: Int
    let isFailure: Bool

    func found(_ connection: PostgresConnection) async throws -> CleanupAmount {
        try CleanupAmount(
            try await connection.query(
                isFailure ? Self.countFailures : Self.countTasks,
                [.int(Int64(days))],
                timeout: CleanupRun.timeout
            )
        )
    }

    mutating func removeBatch(_ connection: PostgresConnection) async throws -> CleanupAmount? {
        // One statement is a transaction.
        let removed = try CleanupAmount(
            try await connection.query(
                isFailure ? Self.removeFailures : Self.removeTasks,
                [.int(Int64(days)), .int(Int64(Self.batch))],
                timeout: CleanupRun.timeout
            )
        )
        return removed == CleanupAmount() ? nil : removed
    }

    // MARK: Statements

    private static let cutoff = "now() - make_interval(days => $1::integer)"
    private static let oldTasks = """
        FROM sync_task t WHERE t.state IN ('SUCCESS', 'REVOKED') AND t.finished_at < \(cutoff)
        """
    private static let failedTasks = "FROM sync_task t WHERE t.state = 'FAILURE' AND t.finished_at < \(cutoff)"
    /// The newest run of an entry tells from when on ticks were missed.
    private static let oldTicks = """
        FROM schedule_run r WHERE r.started_at < \(cutoff)
            AND EXISTS (SELECT 1 FROM schedule_run n WHERE n.entry = r.entry AND n.tick > r.tick)
        """
    private static let oldRuns = "FROM cleanup_run c WHERE c.finished_at < \(cutoff)"
    private static let oldFailures = """
        FROM fetch_failure f
        WHERE f.last_seen_at < \(cutoff) AND f.next_try_at IS NULL AND f.status IS DISTINCT FROM 404
        """

    private static let countTasks = SQL(
        trusted: """
            SELECT count(*) AS things, 0 AS bytes,
                coalesce(sum((SELECT count(*) FROM sync_item i WHERE i.task_id = t.id)), 0)::bigint
                    + (SELECT count(*) \(oldTicks)) + (SELECT count(*) \(oldRuns)) AS rows
            \(oldTasks)
            """
    )

    private static let countFailures = SQL(
        trusted: """
            SELECT count(*) AS things, 0 AS bytes,
                coalesce(sum((SELECT count(*) FROM sync_item i WHERE i.task_id = t.id)), 0)::bigint
                    + (SELECT count(*) \(oldFailures)) AS rows
            \(failedTasks)
            """
    )

    private static func removal(of tasks: String) -> String {
        """
        WITH old AS (SELECT t.id \(tasks) ORDER BY t.finished_at LIMIT $2 FOR UPDATE SKIP LOCKED),
        items AS (DELETE FROM sync_item i USING old WHERE i.task_id = old.id RETURNING 1),
        tasks AS (DELETE FROM sync_task t USING old WHERE t.id = old.id RETURNING 1)
        """
    }

    private static let removeTasks = SQL(
        trusted: """
            \(removal(of: oldTasks)),
            ticks AS (
                DELETE FROM schedule_run d USING (SELECT r.entry, r.tick \(oldTicks) LIMIT $2) o
                WHERE d.entry = o.entry AND d.tick = o.tick RETURNING 1),
            runs AS (DELETE FROM cleanup_run d USING (SELECT c.id \(oldRuns) LIMIT $2) o WHERE d.id = o.id RETURNING 1)
            SELECT (SELECT count(*) FROM tasks) AS things, 0 AS bytes,
                (SELECT count(*) FROM items) + (SELECT count(*) FROM ticks) + (SELECT count(*) FROM runs) AS rows
            """
    )

    private static let removeFailures = SQL(
        trusted: """
            \(removal(of: failedTasks)),
            failures AS (
                DELETE FROM fetch_failure d USING (SELECT f.kind, f.subject \(oldFailures) LIMIT $2) o
                WHERE d.kind = o.kind AND d.subject = o.subject RETURNING 1)
            SELECT (SELECT count(*) FROM tasks) AS things, 0 AS bytes,
                (SELECT count(*) FROM items) + (SELECT count(*) FROM failures) AS rows
            """
    )
}
