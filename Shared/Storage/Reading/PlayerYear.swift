import Postgres

/// A player's figures of a year: sums over his games, remakes and aborted games left out.
public struct PlayerYear: Sendable, Equatable, Encodable {
    /// The year, in UTC.
    public let year: Int
    /// Games that count; wins and losses may be fewer together, where Riot did not say who won.
    public let games: Int
    /// Games won; in Arena, in the upper half of the places.
    public let wins: Int
    /// Games lost.
    public let losses: Int
    /// Games that do not count: ended by the early vote, or broken off.
    public let remakes: Int
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
    /// Start of the first match, remakes included, epoch milliseconds; nil when there is none.
    public let firstGameAt: Int64?
    /// Start of the last match, remakes included, epoch milliseconds; nil when there is none.
    public let lastGameAt: Int64?
    /// When the figures were computed, epoch milliseconds.
    public let computedAt: Int64
    /// A match has come that they lack; they will be computed again soon.
    public let isStale: Bool
}

extension Storage {
    /// A player's figures of a year; nil when that year of his was never synced.
    ///
    /// - Throws: `ReadRefusal` for a year that cannot be; `PostgresError`.
    public func playerYear(_ summonerID: Int, year: Int) async throws -> PlayerYear? {
        try ReadLimits.check(summonerID, "player")
        try ReadLimits.check(year: year)
        let rows = try await pool.query(
            """
            SELECT s.*, s.stale_since IS NOT NULL AS is_stale FROM player_year_stats s
            WHERE s.summoner_id = $1 AND s.year = $2
            """,
            [.int(Int64(summonerID)), .int(Int64(year))]
        )
        return try rows.first.map { row in
            PlayerYear(
                year: year,
                games: try row.int("games"),
                wins: try row.int("wins"),
                losses: try row.int("losses"),
                remakes: try row.int("remakes"),
                kills: try row.int("kills"),
                deaths: try row.int("deaths"),
                assists: try row.int("assists"),
                goldEarned: try row.int("gold_earned"),
                damageToChampions: try row.int("damage_to_champions"),
                minionsKilled: try row.int("minions_killed"),
                visionScore: try row.int("vision_score"),
                secondsPlayed: try row.int("seconds_played"),
                firstGameAt: try row.optionalTimestampMilliseconds("first_game_at"),
                lastGameAt: try row.optionalTimestampMilliseconds("last_game_at"),
                computedAt: try row.timestampMilliseconds("computed_at"),
                isStale: try row.bool("is_stale")
            )
        }
    }
}
