-- With whom do I win most
--
-- People of the same team; in Arena of the same small team. Minimum of games together: 5.
-- Columns: summoner; name; games together, wins and their percentage; when last.
WITH game AS MATERIALIZED (
    SELECT g.match_id, g.participant_id, g.team, g.win, g.started_at FROM player_games($1, $2, $3, $4) g
)
SELECT t.summoner_id, (SELECT p.name FROM player p WHERE p.summoner_id = t.summoner_id) AS name, count(*) AS games,
    count(*) FILTER (WHERE g.win) AS wins, percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent,
    max(g.started_at) AS last_game_at
FROM game g
JOIN player_game t ON t.match_id = g.match_id AND t.team = g.team AND t.participant_id <> g.participant_id
WHERE t.summoner_id IS NOT NULL
GROUP BY t.summoner_id
HAVING count(*) >= coalesce($5, 5)
ORDER BY win_percent DESC, games DESC, t.summoner_id
