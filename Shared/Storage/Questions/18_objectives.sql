-- Objectives per game and the time between them
--
-- Epic monsters, turrets and inhibitors in games with a timeline and two sides. The time between is that from one to
-- the next of its kind in a game, whichever team took them. Minimum of objectives: 1.
-- Columns: objective; games with a timeline; taken by the own and by the enemy team per game; median minute of the
-- first; median minutes between two.
WITH game AS (
    SELECT * FROM player_games($1, $2, $3, $4) g WHERE g.side IS NOT NULL AND g.has_timeline
), taken AS (
    SELECT o.objective, o.team_id = g.team_id AS is_own, o.timestamp_ms / 60000.0 AS minute,
        lag(o.timestamp_ms) OVER (PARTITION BY g.match_id, o.objective ORDER BY o.timestamp_ms) / 60000.0 AS previous
    FROM game g
    CROSS JOIN LATERAL objectives_taken(g.match_id) o
)
SELECT t.objective, n.games, round(1.0 * count(*) FILTER (WHERE t.is_own) / n.games, 2) AS own_per_game,
    round(1.0 * count(*) FILTER (WHERE NOT t.is_own) / n.games, 2) AS enemy_per_game,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minute) FILTER (WHERE t.previous IS NULL))::numeric, 1)
        AS first_minute,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minute - t.previous))::numeric, 1) AS minutes_between
FROM taken t
CROSS JOIN (SELECT count(*) AS games FROM game) n
GROUP BY t.objective, n.games
HAVING count(*) >= coalesce($5, 1)
ORDER BY count(*) DESC, t.objective
