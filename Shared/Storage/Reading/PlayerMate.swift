import Postgres

/// Somebody with whom a player was on one side at least twice in a year; remakes and bots are left out.
public struct PlayerMate: Sendable, Equatable, Encodable {
    /// The mate's `summoner_id`.
    public let summonerID: Int
    /// The mate's id at Riot.
    public let puuid: String
    /// The mate's newest known name.
    public let gameName: String?
    /// The mate's newest known tag.
    public let tagLine: String?
    /// Games on one side; wins and losses may be fewer together, where Riot did not say who won.
    public let games: Int
    /// Those that the player won.
    public let wins: Int
    /// Those that the player lost.
    public let losses: Int
    /// Start of the newest of these games, epoch milliseconds.
    public let lastGameAt: Int64
}

extension Storage {
    /// With whom a player played in a year, the one with most games first; empty when that year was never synced.
    ///
    /// One side is one team, in Arena one subteam; a player met once by chance is no mate.
    /// - Throws: `ReadRefusal` for a year or a limit that cannot be; `PostgresError`.
    public func playerMates(_ summonerID: Int, year: Int, limit: Int = 20) async throws -> [PlayerMate] {
        try ReadLimits.check(summonerID, "player")
        try ReadLimits.check(year: year)
        try ReadLimits.check(limit: limit, ReadLimits.playerRows)
        let rows = try await pool.query(
            """
            SELECT m.mate_id, s.puuid, s.game_name, s.tag_line, m.games, m.wins, m.losses, m.last_game_at
            FROM (
                SELECT * FROM player_mate_stats WHERE summoner_id = $1 AND year = $2
                ORDER BY games DESC, last_game_at DESC, mate_id LIMIT $3) m
            JOIN summoner s ON s.id = m.mate_id AND s.hidden_at IS NULL
            ORDER BY m.games DESC, m.last_game_at DESC, m.mate_id
            """,
            [.int(Int64(summonerID)), .int(Int64(year)), .int(Int64(limit))]
        )
        return try rows.map { row in
            PlayerMate(
                summonerID: try row.int("mate_id"),
                puuid: try row.string("puuid"),
                gameName: try row.optionalString("game_name"),
                tagLine: try row.optionalString("tag_line"),
                games: try row.int("games"),
                wins: try row.int("wins"),
                losses: try row.int("losses"),
                lastGameAt: try row.timestampMilliseconds("last_game_at")
            )
        }
    }
}
