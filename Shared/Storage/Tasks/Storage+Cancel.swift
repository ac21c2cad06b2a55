import Postgres

/// What `Storage.cancelTask` found and did.
public struct CancelledTask: Sendable {
    /// The task as it is now.
    public let task: SyncTask
    /// It was active, and this call has ended it.
    public let isNew: Bool
}

extension Storage {
    /// Longest reason that is kept for a cancelled task, in characters.
    public static let longestReason = 500
    /// How long after its jobs were withdrawn a cancelled task is looked after: Redis may come back as it was before.
    private static let withdrawalWatch = "1 minute"

    /// Ends an active task as `REVOKED`; nothing wants any more what it waited for.
    ///
    /// What is stored stays, and other tasks that wait for the same matches go on waiting. A task that has ended stays
    /// as it is. Safe to repeat.
    /// - Parameter reason: in the words of whoever cancels, cut after `longestReason` characters.
    /// - Returns: nil when there is no such task.
    public func cancelTask(_ id: TaskID, reason: String?) async throws -> CancelledTask? {
        let kept = reason.map { String($0.prefix(Self.longestReason)) }
        let isNew = try await withRetriedTransaction { connection in
            let cancelled = try await connection.query(
                """
                UPDATE sync_task
                SET state = 'REVOKED', finished_at = now(), reason = $2, retry_at = NULL,
                    waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL
                WHERE id = $1 AND state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
                """,
                [.text(id.text), kept.map(PostgresParameter.text) ?? .null]
            )
            guard cancelled.affectedRows == 1 else { return false }
            // A worker that settles a row at this moment is waited for, and its mark stays.
            _ = try await connection.query(
                """
                UPDATE sync_item
                SET match_state = CASE match_state WHEN 'open' THEN 'cancelled' ELSE match_state END,
                    timeline_state = CASE timeline_state WHEN 'open' THEN 'cancelled' ELSE timeline_state END
                WHERE task_id = $1 AND (match_state = 'open' OR timeline_state = 'open')
                """,
                [.text(id.text)]
            )
            return true
        }
        return try await task(id).map { CancelledTask(task: $0, isNew: isNew) }
    }

    /// Cancelled tasks whose jobs are to be withdrawn from the queue, oldest first, at most `limit`: those for which
    /// that was not done yet, and those for which it was done within the last minute.
    public func tasksToWithdraw(limit: Int) async throws -> [TaskID] {
        try await pool.query(Self.toWithdrawQuery, [.int(Int64(limit))]).compactMap { TaskID(try $0.string("id")) }
    }

    /// The jobs of a cancelled task were withdrawn from the queue.
    public func taskWasWithdrawn(_ id: TaskID) async throws {
        _ = try await pool.query(
            "UPDATE sync_task SET withdrawn_at = now() WHERE id = $1 AND state = 'REVOKED' AND withdrawn_at IS NULL",
            [.text(id.text)]
        )
    }

    private static let toWithdrawQuery = SQL(
        trusted: """
            SELECT id::text AS id FROM sync_task
            WHERE state = 'REVOKED'
                AND (withdrawn_at IS NULL OR withdrawn_at > now() - interval '\(withdrawalWatch)')
            ORDER BY finished_at, id LIMIT $1
            """
    )
}
