import Postgres
import RiotModels

/// The short keys of some matches, locked until the end of the transaction.
///
/// Whoever wants one of them too waits for that end and then sees what was written under it. So the keys come before
/// all other locks, new ones in the order of Riot's ids and then those that exist in the same order: two transactions
/// that share some wait for each other and never in a circle.
struct MatchKeys: Sendable {
    private static let attempts = 3

    /// The key of each match.
    private(set) var keys: [MatchID: Int32] = [:]
    /// Keys that were created just now: nothing can be held under them.
    private var fresh: Set<Int32> = []

    /// Finds the keys of `ids`, or creates them.
    static func lock(
        _ ids: some Sequence<MatchID>,
        on connection: PostgresConnection
    ) async throws(PostgresError)
        -> MatchKeys
    {
        let ids = Dictionary(ids.map { ($0.text, $0) }) { first, _ in first }
        let parameters: [PostgresParameter] = [.textArray(Array(ids.keys))]
        var locked = MatchKeys()
        // A row that another transaction commits during the statement is seen by the next one.
        for _ in 0..<attempts {
            for row in try await connection.query(query, parameters) {
                guard let id = ids[try row.string("riot_id")] else { continue }
                let key = Int32(clamping: try row.int("id"))
                locked.keys[id] = key
                if try row.bool("is_new") { locked.fresh.insert(key) }
            }
            if locked.keys.count == ids.count { return locked }
        }
        throw PostgresError.unexpectedResult("the key of a match is there and cannot be seen")
    }

    /// Those keys under which a body of that kind is held.
    func held(_ kind: FetchKind, on connection: PostgresConnection) async throws(PostgresError) -> Set<Int32> {
        let known = keys.values.filter { !fresh.contains($0) }
        if known.isEmpty { return [] }
        let rows = try await connection.query(
            kind == .match ? Self.heldMatches : Self.heldTimelines,
            [.intArray(known.map(Int64.init))]
        )
        var held: Set<Int32> = []
        for row in rows { held.insert(Int32(clamping: try row.int("id"))) }
        return held
    }

    /// What exists is locked after everything that is new was inserted: `UNION ALL` reads its parts one after the other.
    private static let query: SQL = """
        WITH created AS (
            INSERT INTO match_key (riot_id)
            SELECT w.riot_id FROM unnest($1::text[]) AS w (riot_id)
            WHERE NOT EXISTS (SELECT 1 FROM match_key k WHERE k.riot_id = w.riot_id)
            ORDER BY w.riot_id COLLATE "C"
            ON CONFLICT DO NOTHING RETURNING id, riot_id
        ), locked AS (
            SELECT k.id, k.riot_id FROM match_key k WHERE k.riot_id = ANY ($1::text[])
            ORDER BY k.riot_id FOR NO KEY UPDATE
        )
        SELECT id, riot_id, true AS is_new FROM created
        UNION ALL
        SELECT id, riot_id, false FROM locked
        """

    private static let heldMatches: SQL = "SELECT id FROM match WHERE id = ANY ($1::integer[])"
    private static let heldTimelines: SQL = "SELECT match_id AS id FROM timeline WHERE match_id = ANY ($1::integer[])"
}
