import Postgres

extension Storage {
    /// Computes the figures of a player's year from the rows and replaces what stood there.
    static func recomputeYear(_ connection: PostgresConnection, summonerID: Int, year: Int) async throws {
        _ = try await connection.query(
            """
            INSERT INTO player_year_stats (summoner_id, year, games, wins, losses, remakes, kills, deaths, assists,
                gold_earned, damage_to_champions, minions_killed, vision_score, seconds_played, first_game_at,
                last_game_at)
            SELECT $1::integer, $2::integer,
                count(*) FILTER (WHERE played), count(*) FILTER (WHERE played AND p.win),
                count(*) FILTER (WHERE played AND NOT p.win), count(*) FILTER (WHERE NOT played),
                coalesce(sum(p.kills) FILTER (WHERE played), 0), coalesce(sum(p.deaths) FILTER (WHERE played), 0),
                coalesce(sum(p.assists) FILTER (WHERE played), 0),
                coalesce(sum(p.gold_earned) FILTER (WHERE played), 0),
                coalesce(sum(p.total_damage_dealt_to_champions) FILTER (WHERE played), 0),
                coalesce(sum(p.total_minions_killed + p.neutral_minions_killed) FILTER (WHERE played), 0),
                coalesce(sum(p.vision_score) FILTER (WHERE played), 0),
                coalesce(sum(p.time_played) FILTER (WHERE played), 0), min(m.started_at), max(m.started_at)
            FROM match_participant p
            JOIN (SELECT *, NOT is_remake AND NOT is_aborted AS played FROM match) m ON m.id = p.match_id
            WHERE p.summoner_id = $1
                AND m.started_at >= make_timestamptz($2, 1, 1, 0, 0, 0, 'UTC')
                AND m.started_at < make_timestamptz($2 + 1, 1, 1, 0, 0, 0, 'UTC')
            ON CONFLICT (summoner_id, year) DO UPDATE SET
                games = excluded.games, wins = excluded.wins, losses = excluded.losses, remakes = excluded.remakes,
                kills = excluded.kills, deaths = excluded.deaths, assists = excluded.assists,
                gold_earned = excluded.gold_earned, damage_to_champions = excluded.damage_to_champions,
                minions_killed = excluded.minions_killed, vision_score = excluded.vision_score,
                seconds_played = excluded.seconds_played, first_game_at = excluded.first_game_at,
                last_game_at = excluded.last_game_at, computed_at = now()
            """,
            [.int(Int64(summonerID)), .int(Int64(year))]
        )
    }
}
