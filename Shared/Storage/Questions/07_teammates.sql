-- With whom do I win most
--
-- People of the same team; in Arena of the same small team. Minimum of games together: 5.
-- Columns: summoner; name; games together, wins and their percentage; when last.
SELECT t.summoner_id, p.name, count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent, max(g.started_at) AS last_game_at
FROM player_games($1, $2, $3, $4) g
JOIN player_game t ON t.match_id = g.match_id AND t.team = g.team AND t.participant_id <> g.participant_id
JOIN player p ON p.summoner_id = t.summoner_id
GROUP BY t.summoner_id, p.name
HAVING count(*) >= coalesce($5, 5)
ORDER BY win_percent DESC, games DESC, t.summoner_id
