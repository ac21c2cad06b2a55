-- Win rate by length, side, hour, weekday and n-th game of a session
--
-- Lengths in steps of five minutes; times in UTC; sessions as session_games makes them, of the games of all queues.
-- Minimum of games: 1.
-- Columns: what it is by; the value (first minute of the step, side, hour, weekday, number of the game); games, wins
-- and their percentage.
SELECT b.by, b.value, count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent
FROM player_games($1, $2, $3, $4) g
JOIN session_games($1) s ON s.match_id = g.match_id
CROSS JOIN LATERAL (
    VALUES (1, 'length', g.duration_seconds / 300 * 5, (g.duration_seconds / 300 * 5)::text),
        (2, 'side', g.team_id, g.side),
        (3, 'hour', extract(hour FROM g.started_at AT TIME ZONE 'UTC'),
            extract(hour FROM g.started_at AT TIME ZONE 'UTC')::text),
        (4, 'weekday', extract(isodow FROM g.started_at AT TIME ZONE 'UTC'),
            to_char(g.started_at AT TIME ZONE 'UTC', 'FMDay')),
        (5, 'game of session', s.game_of_session, s.game_of_session::text)
) AS b (place, by, rank, value)
WHERE b.value IS NOT NULL
GROUP BY b.place, b.by, b.rank, b.value
HAVING count(*) >= coalesce($5, 1)
ORDER BY b.place, b.rank
