import Postgres

extension Storage {
    /// Computes the figures of a player's year from the rows and replaces what stood there.
    ///
    /// Inside the caller's transaction. The figures hold every match that was stored before the call; one that is
    /// stored later is noticed by `recomputeStaleStats`. Two calls for one year come one after the other.
    static func recomputeYear(_ connection: PostgresConnection, summonerID: Int, year: Int) async throws {
        let key: [PostgresParameter] = [.int(Int64(summonerID)), .int(Int64(year))]
        // First the row, then what is counted: its lock is what others wait for who compute the same year or find it
        // stale, and only a statement that begins after it sees everything that they have seen.
        _ = try await connection.query(claimYearQuery, key)
        try await replaceFigures(connection, key)
    }

    /// Fills a year's row that the transaction holds, and the rows of its champions and mates.
    static func replaceFigures(_ connection: PostgresConnection, _ key: [PostgresParameter]) async throws {
        _ = try await connection.query(yearQuery, key)
        _ = try await connection.query(
            "DELETE FROM player_champion_stats WHERE summoner_id = $1 AND year = $2",
            key
        )
        _ = try await connection.query(championsQuery, key)
        _ = try await connection.query("DELETE FROM player_mate_stats WHERE summoner_id = $1 AND year = $2", key)
        _ = try await connection.query(matesQuery, key)
    }

    // MARK: Statements

    private static let claimYearQuery: SQL = """
        INSERT INTO player_year_stats (summoner_id, year, games, wins, losses, remakes, kills, deaths, assists,
            gold_earned, damage_to_champions, minions_killed, vision_score, seconds_played)
        VALUES ($1, $2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        ON CONFLICT (summoner_id, year) DO UPDATE SET stale_since = NULL
        """

    /// The player's participations in the year with their matches, as `p` and `m`.
    ///
    /// A match that was played is neither a remake nor aborted.
    private static let participations = """
        match_participant p
        JOIN (SELECT *, NOT is_remake AND NOT is_aborted AS played FROM match) m ON m.id = p.match_id
        WHERE p.summoner_id = $1
            AND p.started_at >= make_timestamptz($2, 1, 1, 0, 0, 0, 'UTC')
            AND p.started_at < make_timestamptz($2 + 1, 1, 1, 0, 0, 0, 'UTC')
        """

    private static let yearQuery = SQL(
        trusted: """
            UPDATE player_year_stats s SET
                games = c.games, wins = c.wins, losses = c.losses, remakes = c.remakes, kills = c.kills,
                deaths = c.deaths, assists = c.assists, gold_earned = c.gold_earned,
                damage_to_champions = c.damage_to_champions, minions_killed = c.minions_killed,
                vision_score = c.vision_score, seconds_played = c.seconds_played, first_game_at = c.first_game_at,
                last_game_at = c.last_game_at, computed_at = now(), computed_in = pg_current_snapshot(),
                stale_since = NULL
            FROM (
                SELECT count(*) FILTER (WHERE played) AS games, count(*) FILTER (WHERE played AND p.win) AS wins,
                    count(*) FILTER (WHERE played AND NOT p.win) AS losses,
                    count(*) FILTER (WHERE NOT played) AS remakes,
                    coalesce(sum(p.kills) FILTER (WHERE played), 0) AS kills,
                    coalesce(sum(p.deaths) FILTER (WHERE played), 0) AS deaths,
                    coalesce(sum(p.assists) FILTER (WHERE played), 0) AS assists,
                    coalesce(sum(p.gold_earned) FILTER (WHERE played), 0) AS gold_earned,
                    coalesce(sum(p.total_damage_dealt_to_champions) FILTER (WHERE played), 0) AS damage_to_champions,
                    coalesce(sum(p.total_minions_killed::bigint + p.neutral_minions_killed) FILTER (WHERE played), 0)
                        AS minions_killed,
                    coalesce(sum(p.vision_score) FILTER (WHERE played), 0) AS vision_score,
                    coalesce(sum(p.time_played) FILTER (WHERE played), 0) AS seconds_played,
                    min(p.started_at) AS first_game_at, max(p.started_at) AS last_game_at
                FROM \(participations)) c
            WHERE s.summoner_id = $1 AND s.year = $2
            """
    )

    private static let championsQuery = SQL(
        trusted: """
            INSERT INTO player_champion_stats (summoner_id, year, champion_id, champion_name, games, wins, losses,
                kills, deaths, assists, gold_earned, damage_to_champions, minions_killed, vision_score,
                seconds_played, double_kills, triple_kills, quadra_kills, penta_kills, last_game_at)
            SELECT $1::integer, $2::integer, p.champion_id, max(p.champion_name), count(*),
                count(*) FILTER (WHERE p.win), count(*) FILTER (WHERE NOT p.win), coalesce(sum(p.kills), 0),
                coalesce(sum(p.deaths), 0), coalesce(sum(p.assists), 0), coalesce(sum(p.gold_earned), 0),
                coalesce(sum(p.total_damage_dealt_to_champions), 0),
                coalesce(sum(p.total_minions_killed::bigint + p.neutral_minions_killed), 0),
                coalesce(sum(p.vision_score), 0), coalesce(sum(p.time_played), 0), coalesce(sum(p.double_kills), 0),
                coalesce(sum(p.triple_kills), 0), coalesce(sum(p.quadra_kills), 0), coalesce(sum(p.penta_kills), 0),
                max(p.started_at)
            FROM \(participations) AND m.played AND p.champion_id IS NOT NULL
            GROUP BY p.champion_id
            """
    )

    private static let matesQuery = SQL(
        trusted: """
            INSERT INTO player_mate_stats (summoner_id, year, mate_id, games, wins, losses, last_game_at)
            SELECT $1::integer, $2::integer, o.summoner_id, count(*), count(*) FILTER (WHERE p.win),
                count(*) FILTER (WHERE NOT p.win), max(p.started_at)
            FROM match_participant o
            JOIN (
                SELECT p.match_id, p.started_at, p.win, p.team_id, p.player_subteam_id, m.game_mode
                FROM \(participations) AND m.played) p ON p.match_id = o.match_id
            WHERE o.summoner_id <> $1 AND \(MatchSide.isShared("p", "o", gameMode: "p.game_mode"))
            GROUP BY o.summoner_id HAVING count(*) >= 2
            """
    )
}
