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
    /// Length of these games, in seconds.
    public let seconds: Int
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
                seconds: try row.int("seconds")
            )
        }
    }

    /// From two indexes alone; OFFSET 0 as in the match list.
    private static let playerActivityQuery: SQL = """
        SELECT to_char(day, 'YYYY-MM-DD') AS day, games, wins, losses, seconds
        FROM (
            SELECT date_trunc('day', p.started_at AT TIME ZONE 'UTC') AS day, count(*) AS games,
                count(*) FILTER (WHERE p.win) AS wins, count(*) FILTER (WHERE NOT p.win) AS losses,
                coalesce(sum(m.duration_seconds), 0) AS seconds
            FROM match_participant p
            CROSS JOIN LATERAL (
                SELECT m.is_remake, m.is_aborted, m.duration_seconds FROM match m WHERE m.id = p.match_id OFFSET 0) m
            WHERE p.summoner_id = $1 AND p.started_at >= $2 AND p.started_at < $3
                AND NOT m.is_remake AND NOT m.is_aborted
            GROUP BY 1) days
        ORDER BY days.day
        """
}
