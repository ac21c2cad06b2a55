import Postgres
import RiotModels

/// The marks of `sync_item`, written in the transaction that writes the data they speak of.
enum Ledger {
    /// Settles matches that are held for every task that waits for them.
    ///
    /// A task whose player was not in the match, or whose year is another, stops counting it and needs no timeline.
    /// - Parameters:
    ///   - keys: the matches; their rows are there.
    ///   - stored: those that this transaction brought; the others count as existing.
    /// - Returns: those whose timeline some task still waits for.
    static func settleMatches(
        _ connection: PostgresConnection,
        keys: [MatchID: Int32],
        stored: Set<MatchID>
    ) async throws(PostgresError) -> Set<MatchID> {
        let ids = Array(keys.keys)
        _ = try await connection.query(
            settleMatchesQuery,
            [
                .textArray(ids.map(\.text)), .intArray(ids.map { keys[$0].map(Int64.init) }),
                .textArray(ids.map { stored.contains($0) ? "stored" : "existing" }),
            ]
        )
        return try await timelinesWanted(connection, of: ids)
    }

    /// Settles timelines for every task that waits for them.
    ///
    /// - Parameter stored: those that this transaction brought; the others count as existing.
    static func settleTimelines(
        _ connection: PostgresConnection,
        _ ids: Set<MatchID>,
        stored: Set<MatchID>
    ) async throws(PostgresError) {
        let ids = Array(ids)
        _ = try await connection.query(
            """
            UPDATE sync_item i
            SET timeline_state = w.state, requests = i.requests + CASE WHEN w.state = 'stored' THEN 1 ELSE 0 END,
                settled_at = now()
            FROM unnest($1::text[], $2::text[]) AS w (match_id, state)
            WHERE i.match_id = w.match_id AND i.timeline_state = 'open'
            """,
            [.textArray(ids.map(\.text)), .textArray(ids.map { stored.contains($0) ? "stored" : "existing" })]
        )
    }

    /// Which of the matches have a timeline that some task waits for and counts.
    static func timelinesWanted(
        _ connection: PostgresConnection,
        of ids: [MatchID]
    ) async throws(PostgresError) -> Set<MatchID> {
        let rows = try await connection.query(
            """
            SELECT DISTINCT match_id FROM sync_item
            WHERE match_id = ANY ($1::text[]) AND timeline_state = 'open' AND match_state IN ('stored', 'existing')
            """,
            [.textArray(ids.map(\.text))]
        )
        var texts: Set<String> = []
        for row in rows { texts.insert(try row.string("match_id")) }
        return Set(ids.filter { texts.contains($0.text) })
    }

    private static let settleMatchesQuery: SQL = """
        UPDATE sync_item i
        SET match_state = v.match_state,
            timeline_state = CASE
                WHEN v.match_state IN ('not_his', 'outside_year') THEN 'none'
                WHEN i.timeline_state = 'open' AND EXISTS (SELECT 1 FROM timeline l WHERE l.match_id = v.key)
                    THEN 'existing'
                ELSE i.timeline_state END,
            requests = i.requests + CASE WHEN v.state = 'stored' THEN 1 ELSE 0 END,
            settled_at = now()
        FROM (
            SELECT o.task_id, o.match_id, w.key, w.state,
                CASE WHEN (t.summoner_id = ANY (m.summoner_ids)) IS NOT TRUE THEN 'not_his'
                     WHEN extract(year FROM m.started_at AT TIME ZONE 'UTC') <> t.year THEN 'outside_year'
                     ELSE w.state END AS match_state
            FROM unnest($1::text[], $2::integer[], $3::text[]) AS w (match_id, key, state)
            JOIN match m ON m.id = w.key
            JOIN sync_item o ON o.match_id = w.match_id
            JOIN sync_task t ON t.id = o.task_id
            WHERE o.match_state = 'open') v
        WHERE i.task_id = v.task_id AND i.match_id = v.match_id AND i.match_state = 'open'
        """
}
