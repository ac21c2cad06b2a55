import Postgres

/// What `cleanup_old_data` removed, or would remove.
public struct CleanupCounts: Sendable, Codable, Equatable {
    /// Finished tasks, with their ledger.
    public var tasks: Int
    /// Rows of the ledger that went with them.
    public var items: Int
    /// Nothing was removed: it was only counted.
    public var dryRun: Bool

    /// Creates counts.
    public init(tasks: Int, items: Int, dryRun: Bool) {
        self.tasks = tasks
        self.items = items
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey {
        case tasks, items
        case dryRun = "dry_run"
    }
}

extension Storage {
    /// Tasks removed in one transaction by `cleanUpTasks`.
    static let cleanupBatch = 100

    /// Removes tasks that ended more than `days` ago, failed ones three times as long ago, with their ledger.
    ///
    /// Matches and timelines stay: they are never removed by the time of their insertion. Runs in batches, so that no
    /// lock is held for long; cancellation between two batches leaves whole tasks.
    public func cleanUpTasks(olderThanDays days: Int, dryRun: Bool) async throws -> CleanupCounts {
        if dryRun {
            let rows = try await pool.query(
                """
                SELECT count(*) AS tasks, coalesce(sum(items), 0) AS items FROM (
                    SELECT (SELECT count(*) FROM sync_item i WHERE i.task_id = t.id) AS items FROM sync_task t
                    WHERE finished_at < now() - make_interval(
                        days => CASE WHEN state = 'FAILURE' THEN 3 * $1::integer ELSE $1::integer END)) old
                """,
                [.int(Int64(days))],
                timeout: .seconds(60)
            )
            guard let row = rows.first else { throw PostgresError.unexpectedResult("no counts") }
            return CleanupCounts(tasks: try row.int("tasks"), items: try row.int("items"), dryRun: true)
        }
        var counts = CleanupCounts(tasks: 0, items: 0, dryRun: false)
        while true {
            try Task.checkCancellation()
            let rows = try await pool.query(
                """
                WITH old AS (
                    SELECT id FROM sync_task
                    WHERE finished_at < now() - make_interval(
                        days => CASE WHEN state = 'FAILURE' THEN 3 * $1::integer ELSE $1::integer END)
                    ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED),
                items AS (DELETE FROM sync_item i USING old WHERE i.task_id = old.id RETURNING 1),
                tasks AS (DELETE FROM sync_task t USING old WHERE t.id = old.id RETURNING 1)
                SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM items) AS items
                """,
                [.int(Int64(days)), .int(Int64(Self.cleanupBatch))],
                timeout: .seconds(60)
            )
            guard let row = rows.first else { throw PostgresError.unexpectedResult("no counts") }
            let removed = try row.int("tasks")
            counts.tasks += removed
            counts.items += try row.int("items")
            if removed == 0 { return counts }
        }
    }
}
