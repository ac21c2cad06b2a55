import Postgres

/// Names of players whom nobody asked for, and who were in no match for so many days.
///
/// Who was synced, looked up or followed keeps his. What a match's page calls its players belongs to the match and
/// stays; nobody is found by it.
struct NameCleanup: CleanupStep {
    /// Players looked at in one transaction.
    static let batch = 2_000

    let days: Int
    private var last: Int64 = 0

    init(days: Int) { self.days = days }

    func found(_ connection: PostgresConnection) async throws -> CleanupAmount {
        try CleanupAmount(
            try await connection.query(Self.count, [.int(Int64(days))], timeout: CleanupRun.timeout)
        )
    }

    mutating func removeBatch(_ connection: PostgresConnection) async throws -> CleanupAmount? {
        let rows = try await connection.query(
            Self.remove,
            [.int(Int64(days)), .int(last), .int(Int64(Self.batch))],
            timeout: CleanupRun.timeout
        )
        guard let next = try rows.first?.optionalInt64("last") else { return nil }
        last = next
        return try CleanupAmount(rows)
    }

    /// `named_at` is when the name was seen first, or asked for: a later match under the same name does not move it.
    private static let isStale = """
        s.game_name IS NOT NULL AND s.followed_at IS NULL
            AND s.named_at < now() - make_interval(days => $1::integer)
            AND NOT EXISTS (SELECT 1 FROM summoner_profile f WHERE f.summoner_id = s.id)
            AND NOT EXISTS (
                SELECT 1 FROM match_participant p
                WHERE p.summoner_id = s.id AND p.started_at >= now() - make_interval(days => $1::integer))
        """

    private static let count = SQL(
        trusted: """
            SELECT count(*) AS things, 0 AS bytes,
                coalesce(sum((SELECT count(*) FROM summoner_name_history h WHERE h.summoner_id = s.id)), 0)::bigint AS rows
            FROM summoner s WHERE \(isStale)
            """
    )

    private static let remove = SQL(
        trusted: """
            WITH slice AS MATERIALIZED (SELECT id FROM summoner WHERE id > $2::integer ORDER BY id LIMIT $3),
            stale AS MATERIALIZED (SELECT s.id FROM slice JOIN summoner s ON s.id = slice.id WHERE \(isStale)),
            former AS (DELETE FROM summoner_name_history h USING stale WHERE h.summoner_id = stale.id RETURNING 1),
            cleared AS (
                UPDATE summoner s SET game_name = NULL, tag_line = NULL, folded_name = NULL, named_at = NULL
                FROM stale WHERE s.id = stale.id RETURNING 1)
            SELECT (SELECT count(*) FROM cleared) AS things, (SELECT count(*) FROM former) AS rows, 0 AS bytes,
                (SELECT max(id) FROM slice) AS last
            """
    )
}
