import Postgres
import RiotModels

/// A day on which a player played, remakes and aborted games left out.
public struct PlayerDay: Sendable, Equatable, Encodable {
    /// The day in UTC, `2025-03-31`.
    public let day: String
    /// Games that began on that day; wins and losses may be fewer together, where Riot did not say who won.
    public let games: Int
    /// Games won.
    public let wins: Int
    /// Games lost.
    public let losses: Int
    /// Seconds played in these games.
    public let secondsPlayed: Int
}

extension Storage {
    /// The days of a year on which a player played, first to last; days without a game are left out.
    ///
    /// Counted from the matches that are held at this moment, for every player, synced or not.
    /// - Throws: `ReadRefusal` for a year that cannot be; `PostgresError`.
    public func playerActivity(_ summonerID: Int, year: Int) async throws -> [PlayerDay] {
        try ReadLimits.check(summonerID, "player")
        try ReadLimits.check(year: year)
        let bounds = CivilYear.bounds(year)
        let rows = try await pool.query(
            Self.playerActivityQuery,
            [
                .int(Int64(summonerID)), .timestamp(milliseconds: bounds.startMilliseconds),
                .timestamp(milliseconds: bounds.endMilliseconds),
            ]
        )
        return try rows.map { row in
            PlayerDay(
                day: try row.string("day"),
                games: try row.int("games"),
                wins: try row.int("wins"),
                losses: try row.int("losses"),
                secondsPlayed: try row.int("seconds_played")
            )
        }
    }

    private static let playerActivityQuery = SQL(
        trusted: """
            SELECT to_char(day, 'YYYY-MM-DD') AS day, games, wins, losses, seconds_played
            FROM (
                SELECT date_trunc('day', p.started_at AT TIME ZONE 'UTC') AS day, count(*) AS games,
                    count(*) FILTER (WHERE p.win) AS wins, count(*) FILTER (WHERE NOT p.win) AS losses,
                    coalesce(sum(p.time_played), 0) AS seconds_played
                FROM match_participant p
                WHERE p.summoner_id = $1 AND p.started_at >= $2 AND p.started_at < $3
                    AND NOT \(MatchSide.isRemake("p"))
                GROUP BY 1) days
            ORDER BY days.day
            """
    )
}
