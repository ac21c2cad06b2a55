import Postgres
public import RiotModels

/// How names are kept fresh.
public enum NameRefresh {
    /// Days after which a name is asked for again.
    ///
    /// Riot's terms want none shown that is older than 30 days; the margin is for days on which nobody could ask.
    static let pauseDays = 25
}

/// A player whose name is to be asked for.
public struct StaleName: Sendable, Equatable {
    /// His row.
    public let summonerID: Int
    /// His id at Riot.
    public let puuid: String
    /// Where he plays, as far as that is known: it decides whom to ask.
    public let platform: Platform
}

extension Storage {
    /// Players that somebody asked for or follows and whose name was not seen for long, the longest first.
    ///
    /// Whom Riot has forgotten is among them when it is time to ask again.
    public func playersToName(limit: Int) async throws -> [StaleName] {
        let rows = try await pool.query(Self.staleNamesQuery, [.text(keyScope), .int(Int64(limit))])
        return try rows.map { row in
            StaleName(
                summonerID: try row.int("id"),
                puuid: try row.string("puuid"),
                platform: try row.optionalString("platform").flatMap { Platform(rawValue: $0) } ?? .na1
            )
        }
    }

    /// Keeps what account-v1 calls a player now.
    ///
    /// Without a name in the answer only that he was asked for.
    /// - Returns: whether he is called otherwise than before.
    public func keepName(_ account: RiotAccount, of summonerID: Int) async throws -> Bool {
        let id = account.gameName.flatMap { name in
            account.tagLine.flatMap { try? RiotID(gameName: name, tagLine: $0) }
        }
        let rows = try await pool.query(
            """
            WITH old AS (SELECT id, folded_name FROM summoner WHERE id = $1 FOR NO KEY UPDATE)
            UPDATE summoner s
            SET game_name = coalesce($2, game_name), tag_line = coalesce($3, tag_line),
                folded_name = coalesce($4, s.folded_name), named_at = CASE WHEN $2::text IS NULL THEN named_at ELSE now() END,
                name_asked_at = now(), forgotten_at = NULL
            FROM old WHERE s.id = old.id
            RETURNING s.folded_name IS DISTINCT FROM old.folded_name AS is_renamed
            """,
            [
                .int(Int64(summonerID)), PostgresParameter(id?.gameName), PostgresParameter(id?.tagLine),
                PostgresParameter(id?.foldedKey),
            ]
        )
        return try rows.first?.bool("is_renamed") ?? false
    }

    /// account-v1 was asked for a player's name and gave none.
    ///
    /// - Parameter isForgotten: it does not know him (404).
    public func nameWasAsked(of summonerID: Int, isForgotten: Bool) async throws {
        _ = try await pool.query(
            """
            UPDATE summoner
            SET name_asked_at = now(),
                forgotten_at = CASE WHEN $2::boolean THEN coalesce(forgotten_at, now()) ELSE forgotten_at END
            WHERE id = $1
            """,
            [.int(Int64(summonerID)), .bool(isForgotten)]
        )
    }

    private static let staleNamesQuery = SQL(
        trusted: """
            SELECT s.id, s.puuid, coalesce(s.active_platform, (
                SELECT f.platform FROM summoner_profile f WHERE f.summoner_id = s.id ORDER BY f.seen_at DESC LIMIT 1))
                AS platform
            FROM summoner s
            WHERE s.key_scope = $1
                AND s.id IN (
                    SELECT summoner_id FROM summoner_profile
                    UNION ALL
                    SELECT id FROM summoner WHERE followed_at IS NOT NULL)
                AND greatest(coalesce(s.named_at, '-infinity'), coalesce(s.name_asked_at, '-infinity'))
                    < now() - interval '\(NameRefresh.pauseDays) days'
            ORDER BY greatest(coalesce(s.named_at, '-infinity'), coalesce(s.name_asked_at, '-infinity')), s.id
            LIMIT $2
            """
    )
}
