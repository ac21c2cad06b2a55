import Postgres
import RiotModels

/// The marks of `sync_item`, written in the transaction that writes the data they speak of.
enum Ledger {
    /// Settles a match for every task that waits for it.
    ///
    /// A task whose player was not in the match, or whose year is another, stops counting it and needs no timeline.
    /// - Parameters:
    ///   - participants: the puuids of the body's metadata: they decide whether it is the player's match.
    ///   - startedAt: epoch milliseconds of the match's own time; nil when the body has none.
    ///   - alreadyHeld: the data was there before; the task then counts it as existing.
    /// - Returns: whether some task still waits for the match's timeline.
    static func settleMatch(
        _ connection: PostgresConnection,
        id: MatchID,
        participants: [String],
        startedAt: Int64?,
        alreadyHeld: Bool
    ) async throws(PostgresError) -> Bool {
        let year = startedAt.map { Int64(CivilYear.year(ofMilliseconds: $0)) }
        _ = try await connection.query(
            """
            UPDATE sync_item i
            SET match_state = v.match_state,
                timeline_state = CASE
                    WHEN v.match_state IN ('not_his', 'outside_year') THEN 'none'
                    WHEN i.timeline_state = 'open' AND EXISTS (
                        SELECT 1 FROM timeline l JOIN match_key k ON k.id = l.match_id WHERE k.riot_id = i.match_id)
                        THEN 'existing'
                    ELSE i.timeline_state END,
                requests = i.requests + CASE WHEN $4 = 'stored' THEN 1 ELSE 0 END,
                settled_at = now()
            FROM (
                SELECT t.id AS task_id,
                    CASE WHEN NOT (s.puuid = ANY ($2::text[])) THEN 'not_his'
                         WHEN $3::integer IS NOT NULL AND $3::integer <> t.year THEN 'outside_year'
                         ELSE $4 END AS match_state
                FROM sync_task t JOIN summoner s ON s.id = t.summoner_id) v
            WHERE i.task_id = v.task_id AND i.match_id = $1 AND i.match_state = 'open'
            """,
            [
                .text(id.text), .textArray(participants), year.map(PostgresParameter.int) ?? .null,
                .text(alreadyHeld ? "existing" : "stored"),
            ]
        )
        return try await timelineIsWanted(connection, id: id)
    }

    /// Settles a timeline for every task that waits for it.
    static func settleTimeline(
        _ connection: PostgresConnection,
        id: MatchID,
        alreadyHeld: Bool
    ) async throws(PostgresError) {
        _ = try await connection.query(
            """
            UPDATE sync_item
            SET timeline_state = $2, requests = requests + CASE WHEN $2 = 'stored' THEN 1 ELSE 0 END,
                settled_at = now()
            WHERE match_id = $1 AND timeline_state = 'open'
            """,
            [.text(id.text), .text(alreadyHeld ? "existing" : "stored")]
        )
    }

    /// Whether some task waits for the timeline of a match that it counts.
    static func timelineIsWanted(
        _ connection: PostgresConnection,
        id: MatchID
    ) async throws(PostgresError) -> Bool {
        let rows = try await connection.query(
            """
            SELECT EXISTS (
                SELECT 1 FROM sync_item
                WHERE match_id = $1 AND timeline_state = 'open' AND match_state IN ('stored', 'existing')) AS wanted
            """,
            [.text(id.text)]
        )
        guard let row = rows.first else { return false }
        return try row.bool("wanted")
    }
}
