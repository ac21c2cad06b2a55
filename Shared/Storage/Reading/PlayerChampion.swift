import Postgres

/// A player's figures with one champion in a year: sums over his games, remakes and aborted games left out.
public struct PlayerChampion: Sendable, Equatable, Encodable {
    /// Riot's number of the champion.
    public let championID: Int
    /// Riot's name of the champion.
    public let championName: String?
    /// Games; wins and losses may be fewer together, where Riot did not say who won.
    public let games: Int
    /// Games won; in Arena, in the upper half of the places.
    public let wins: Int
    /// Games lost.
    public let losses: Int
    /// Kills.
    public let kills: Int
    /// Deaths.
    public let deaths: Int
    /// Assists.
    public let assists: Int
    /// Gold earned.
    public let goldEarned: Int
    /// Damage dealt to champions.
    public let damageToChampions: Int
    /// Minions and monsters killed.
    public let minionsKilled: Int
    /// Vision scores.
    public let visionScore: Int
    /// Seconds played.
    public let secondsPlayed: Int
    /// Double kills; as Riot counts, a triple kill is no double kill.
    public let doubleKills: Int
    /// Triple kills.
    public let tripleKills: Int
    /// Quadra kills.
    public let quadraKills: Int
    /// Penta kills.
    public let pentaKills: Int
    /// Start of the newest of these games, epoch milliseconds.
    public let lastGameAt: Int64
}

extension Storage {
    /// A player's champions of a year, the one with most games first; empty when that year of his was never synced.
    ///
    /// All of them: there are about 170 champions.
    /// - Throws: `ReadRefusal` for a year that cannot be; `PostgresError`.
    public func playerChampions(_ summonerID: Int, year: Int) async throws -> [PlayerChampion] {
        try ReadLimits.check(summonerID, "player")
        try ReadLimits.check(year: year)
        let rows = try await pool.query(
            """
            SELECT * FROM player_champion_stats WHERE summoner_id = $1 AND year = $2
            ORDER BY games DESC, last_game_at DESC, champion_id
            """,
            [.int(Int64(summonerID)), .int(Int64(year))]
        )
        return try rows.map { row in
            PlayerChampion(
                championID: try row.int("champion_id"),
                championName: try row.optionalString("champion_name"),
                games: try row.int("games"),
                wins: try row.int("wins"),
                losses: try row.int("losses"),
                kills: try row.int("kills"),
                deaths: try row.int("deaths"),
                assists: try row.int("assists"),
                goldEarned: try row.int("gold_earned"),
                damageToChampions: try row.int("damage_to_champions"),
                minionsKilled: try row.int("minions_killed"),
                visionScore: try row.int("vision_score"),
                secondsPlayed: try row.int("seconds_played"),
                doubleKills: try row.int("double_kills"),
                tripleKills: try row.int("triple_kills"),
                quadraKills: try row.int("quadra_kills"),
                pentaKills: try row.int("penta_kills"),
                lastGameAt: try row.timestampMilliseconds("last_game_at")
            )
        }
    }
}
