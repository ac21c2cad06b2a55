import Postgres
import RiotModels

/// Marks for what was counted as failed and is understood now.
extension Ledger {
    /// Takes a match that is held now out of the failed ones of every task that counted it there.
    ///
    /// A task that still runs fetches its timeline as usual. One that has ended stays ended: the match counts as new,
    /// and `Storage.dueRetries` names the timeline.
    /// - Returns: whether some task wants the match's timeline, which is not held.
    static func settleUnderstoodMatch(
        _ connection: PostgresConnection,
        id: MatchID
    ) async throws(PostgresError) -> Bool {
        // A task must not end while one of its matches comes back to life.
        _ = try await connection.query(
            """
            SELECT t.id FROM sync_task t
            WHERE t.id IN (SELECT i.task_id FROM sync_item i WHERE i.match_id = $1 AND i.match_state = 'failed')
            ORDER BY t.id FOR NO KEY UPDATE
            """,
            [.text(id.text)]
        )
        _ = try await connection.query(understoodMatchQuery, [.text(id.text)])
        let wanted = try await connection.query(
            """
            SELECT EXISTS (SELECT 1 FROM sync_item i JOIN sync_task t ON t.id = i.task_id
                    WHERE i.match_id = $1 AND i.match_state IN ('stored', 'existing')
                        AND i.timeline_state IN ('open', 'none') AND t.state <> 'REVOKED')
                AND NOT EXISTS (SELECT 1 FROM timeline l JOIN match_key k ON k.id = l.match_id WHERE k.riot_id = $1)
                AS wanted
            """,
            [.text(id.text)]
        )
        return try wanted.first?.bool("wanted") == true
    }

    /// Takes a match out of the failed ones of every task that counted it there for its timeline, which is held now.
    static func settleUnderstoodTimeline(
        _ connection: PostgresConnection,
        id: MatchID
    ) async throws(PostgresError) {
        _ = try await connection.query(
            """
            UPDATE sync_item
            SET timeline_state = 'stored', reason = CASE WHEN match_state = 'failed' THEN reason END
            WHERE match_id = $1 AND timeline_state = 'failed'
            """,
            [.text(id.text)]
        )
    }

    private static let understoodMatchQuery: SQL = """
        UPDATE sync_item i
        SET match_state = v.match_state, reason = CASE WHEN i.timeline_state = 'failed' THEN i.reason END,
            timeline_state = CASE
                WHEN v.match_state <> 'stored' THEN 'none'
                WHEN i.timeline_state NOT IN ('open', 'none') THEN i.timeline_state
                WHEN v.has_timeline THEN 'existing'
                WHEN v.is_active THEN 'open'
                ELSE 'none' END
        FROM (
            SELECT o.task_id, t.state = 'PROGRESS' AND t.step = 'processing_matches' AS is_active,
                EXISTS (SELECT 1 FROM timeline l WHERE l.match_id = k.id) AS has_timeline,
                CASE WHEN (t.summoner_id = ANY (m.summoner_ids)) IS NOT TRUE THEN 'not_his'
                     WHEN extract(year FROM m.started_at AT TIME ZONE 'UTC') <> t.year THEN 'outside_year'
                     ELSE 'stored' END AS match_state
            FROM match_key k
            JOIN match m ON m.id = k.id
            JOIN sync_item o ON o.match_id = k.riot_id
            JOIN sync_task t ON t.id = o.task_id
            WHERE k.riot_id = $1 AND o.match_state = 'failed') v
        WHERE i.task_id = v.task_id AND i.match_id = $1 AND i.match_state = 'failed'
        """
}
