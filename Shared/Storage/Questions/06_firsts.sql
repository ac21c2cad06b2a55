-- First blood, tower, dragon and herald, and the win rate with and without
--
-- Games with two sides. In some games nobody takes an objective. Minimum of games: 1.
-- Columns: objective; whose team had it first (own, enemy, nobody); games, and of all games; wins and their
-- percentage.
SELECT f.objective, CASE WHEN f.own THEN 'own' WHEN f.enemy THEN 'enemy' ELSE 'nobody' END AS first,
    count(*) AS games, percent(count(*), sum(count(*)) OVER (PARTITION BY f.objective)::bigint) AS of_games_percent,
    count(*) FILTER (WHERE g.win) AS wins, percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent
FROM player_games($1, $2, $3, $4) g
JOIN team_game own ON own.match_id = g.match_id AND own.team_id = g.team_id
JOIN team_game enemy ON enemy.match_id = g.match_id AND enemy.team_id <> g.team_id
CROSS JOIN LATERAL (
    VALUES (1, 'blood', own.first_blood, enemy.first_blood), (2, 'tower', own.first_tower, enemy.first_tower),
        (3, 'dragon', own.first_dragon, enemy.first_dragon), (4, 'herald', own.first_herald, enemy.first_herald)
) AS f (place, objective, own, enemy)
GROUP BY f.place, f.objective, first
HAVING count(*) >= coalesce($5, 1)
ORDER BY f.place, first DESC
