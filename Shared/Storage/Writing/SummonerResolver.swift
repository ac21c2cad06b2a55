import Postgres
import RiotModels

/// Finds the numbers of players, and creates rows for those who are not known yet.
///
/// Known players are read without a lock, because the one whose year is synced is in every match; new ones are
/// inserted in the order of their puuids, so that two transactions that share some wait for each other and never in a
/// circle.
struct SummonerResolver: Sendable {
    /// The name that a player had at some time.
    struct Name: Sendable, Equatable {
        let gameName: String
        let tagLine: String
        let foldedName: String
        /// When he had it, epoch milliseconds.
        let time: Int64

        /// Nil when it cannot be a Riot ID; bodies before patch 13.23 have none.
        init?(gameName: String?, tagLine: String?, time: Int64) {
            guard let gameName, let tagLine, let id = try? RiotID(gameName: gameName, tagLine: tagLine) else {
                return nil
            }
            self.gameName = id.gameName
            self.tagLine = id.tagLine
            foldedName = id.foldedKey
            self.time = time
        }
    }

    private static let attempts = 3

    let keyScope: String

    /// The numbers of all `puuids`; who was erased is missing, and gets no row.
    ///
    /// - Parameter names: what the bodies call the players; where newer than what is known, it replaces that.
    func resolve(
        _ puuids: Set<String>,
        names: [String: Name] = [:],
        on connection: PostgresConnection
    ) async throws(PostgresError) -> [String: Int32] {
        if puuids.isEmpty { return [:] }
        let sorted = puuids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let wanted = sorted.map { names[$0] }
        let parameters: [PostgresParameter] = [
            .text(keyScope), .textArray(sorted), .textArray(wanted.map { $0?.gameName }),
            .textArray(wanted.map { $0?.tagLine }), .textArray(wanted.map { $0?.foldedName }),
            .timestampArray(milliseconds: wanted.map { $0?.time }),
        ]
        // Rows that another transaction commits during the statement are seen by the next one.
        for _ in 0..<Self.attempts {
            let rows = try await connection.query(Self.query, parameters)
            guard rows.count == sorted.count else { continue }
            var ids: [String: Int32] = [:]
            var renamed: [Int64?] = []
            for row in rows {
                guard let id = try row.optionalInt("id") else { continue }
                ids[try row.string("puuid")] = Int32(clamping: id)
                if try row.bool("is_renamed") { renamed.append(Int64(id)) }
            }
            if !renamed.isEmpty { _ = try await connection.query(Self.rename, parameters + [.intArray(renamed)]) }
            return ids
        }
        throw PostgresError.unexpectedResult("the players of some bodies change too fast")
    }

    /// That it inserts, if only in principle, is what an erasure's lock of the table waits for.
    private static let query = SQL(
        trusted: """
            WITH wanted AS MATERIALIZED (
                SELECT w.*, \(Storage.erasureCondition(scope: "$1", kind: "'puuid'", value: "w.puuid")) AS is_erased
                FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
                    AS w (puuid, game_name, tag_line, folded_name, named_at)
            ), created AS (
                INSERT INTO summoner (puuid, key_scope, game_name, tag_line, folded_name, named_at)
                SELECT w.puuid, $1, w.game_name, w.tag_line, w.folded_name, w.named_at
                FROM wanted w
                WHERE NOT w.is_erased
                    AND NOT EXISTS (SELECT 1 FROM summoner s WHERE s.puuid = w.puuid AND s.key_scope = $1)
                ORDER BY w.puuid COLLATE "C"
                ON CONFLICT (puuid, key_scope) DO NOTHING
                RETURNING id, puuid
            )
            SELECT id, puuid, false AS is_renamed FROM created
            UNION ALL
            SELECT s.id, s.puuid,
                w.game_name IS NOT NULL AND (s.named_at IS NULL OR s.named_at < w.named_at)
                    AND (s.game_name, s.tag_line) IS DISTINCT FROM (w.game_name, w.tag_line)
            FROM wanted w JOIN summoner s ON s.puuid = w.puuid AND s.key_scope = $1
            WHERE NOT w.is_erased
            UNION ALL
            SELECT NULL, w.puuid, false FROM wanted w WHERE w.is_erased
            """
    )

    /// Whoever holds such a row is writing a name too; waiting for him could be waiting in a circle.
    ///
    /// `named_at` does not move while a player keeps his name, which would cost a write per match: so a later match of
    /// his that is held says that he has the known name still.
    private static let rename: SQL = """
        UPDATE summoner s
        SET game_name = w.game_name, tag_line = w.tag_line, folded_name = w.folded_name, named_at = w.named_at
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
            AS w (puuid, game_name, tag_line, folded_name, named_at)
        WHERE s.puuid = w.puuid AND s.key_scope = $1
            AND (s.named_at IS NULL OR NOT EXISTS (
                SELECT 1 FROM match_participant p
                WHERE p.summoner_id = s.id AND p.started_at > w.named_at AND p.riot_id_game_name <> ''))
            AND s.id IN (SELECT id FROM summoner WHERE id = ANY ($7::integer[]) FOR NO KEY UPDATE SKIP LOCKED)
        """
}
