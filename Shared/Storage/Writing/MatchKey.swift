import Postgres
import RiotModels

/// The short key of a match, and whether a body is held under it.
struct MatchKey: Sendable {
    /// The tables that a body has its first row in.
    enum Table: Sendable {
        case match, timeline
    }

    private static let attempts = 3

    let id: Int32
    let isHeld: Bool

    /// Finds the key, or creates it.
    ///
    /// Whoever creates it makes others who want it wait until the end of his transaction; so it comes before all locks.
    static func find(
        _ id: MatchID,
        table: Table,
        on connection: PostgresConnection
    ) async throws(PostgresError) -> MatchKey {
        // A row that another transaction commits during the statement is seen by the next one.
        for _ in 0..<attempts {
            let rows = try await connection.query(table == .match ? matchQuery : timelineQuery, [.text(id.text)])
            guard let row = rows.first else { continue }
            return MatchKey(id: Int32(clamping: try row.int("id")), isHeld: try row.bool("is_held"))
        }
        throw PostgresError.unexpectedResult("the key of a match is there and cannot be seen")
    }

    private static let matchQuery: SQL = """
        WITH created AS (
            INSERT INTO match_key (riot_id)
            SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM match_key WHERE riot_id = $1)
            ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT id, false AS is_held FROM created
        UNION ALL
        SELECT k.id, EXISTS (SELECT 1 FROM match m WHERE m.id = k.id) FROM match_key k WHERE k.riot_id = $1
        """

    private static let timelineQuery: SQL = """
        WITH created AS (
            INSERT INTO match_key (riot_id)
            SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM match_key WHERE riot_id = $1)
            ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT id, false AS is_held FROM created
        UNION ALL
        SELECT k.id, EXISTS (SELECT 1 FROM timeline t WHERE t.match_id = k.id) FROM match_key k WHERE k.riot_id = $1
        """
}
