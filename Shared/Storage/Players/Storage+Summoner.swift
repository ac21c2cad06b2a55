import Postgres
import RiotModels

extension Storage {
    /// Keeps what account-v1 and summoner-v4 say of a player, now.
    ///
    /// - Returns: the summoner's id, the `summoner_id` of the HTTP API.
    /// - Throws: `PlayerIsErased`, and nothing is kept.
    static func upsertSummoner(
        _ connection: PostgresConnection,
        puuid: String,
        keyScope: String,
        gameName: String,
        tagLine: String,
        platform: String,
        summoner: RiotSummoner
    ) async throws -> Int {
        let folded = (try? RiotID(gameName: gameName, tagLine: tagLine))?.foldedKey
        let rows = try await connection.query(
            insertQuery,
            [.text(puuid), .text(keyScope), .text(gameName), .text(tagLine), PostgresParameter(folded)]
        )
        guard let id = try rows.first?.int("id") else { throw PlayerIsErased() }
        _ = try await connection.query(
            """
            INSERT INTO summoner_profile (summoner_id, platform, level, icon_id, revised_at)
            VALUES ($1, $2, $3, $4, to_timestamp(nullif($5::bigint, 0) / 1000.0))
            ON CONFLICT (summoner_id, platform) DO UPDATE
                SET level = excluded.level, icon_id = excluded.icon_id, revised_at = excluded.revised_at,
                    seen_at = now()
            """,
            [
                .int(Int64(id)), .text(platform), .int(Int64(summoner.summonerLevel)),
                .int(Int64(summoner.profileIconId)), .int(summoner.revisionDate),
            ]
        )
        return id
    }
    private static let insertQuery = SQL(
        trusted: """
            INSERT INTO summoner (puuid, key_scope, game_name, tag_line, folded_name, named_at, name_asked_at)
            SELECT w.puuid, $2, $3, $4, $5, now(), now() FROM (SELECT $1::text AS puuid) w
            WHERE NOT \(erasureCondition(scope: "$2", kind: "'puuid'", value: "w.puuid"))
            ON CONFLICT (puuid, key_scope) DO UPDATE
                SET game_name = $3, tag_line = $4, folded_name = $5, named_at = now(), name_asked_at = now(),
                    forgotten_at = NULL
            RETURNING id
            """
    )
}
