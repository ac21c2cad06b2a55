-- Against which lane champions do I lose
--
-- Champions of human opponents in the same role, those lost to most first. Minimum of games: 3.
-- Columns: role; champion of the opponent; games, losses and their percentage; own KDA of all games together.
SELECT g.role, max(l.opponent_champion_name) AS opponent, count(*) AS games,
    count(*) FILTER (WHERE NOT g.win) AS losses, percent(count(*) FILTER (WHERE NOT g.win), count(*)) AS loss_percent,
    kda(sum(g.kills), sum(g.deaths), sum(g.assists)) AS kda
FROM player_games($1, $2, $3, $4) g
JOIN lane_opponent l ON l.match_id = g.match_id AND l.participant_id = g.participant_id
GROUP BY g.role, l.opponent_champion_id
HAVING count(*) >= coalesce($5, 3)
ORDER BY loss_percent DESC, games DESC, opponent, g.role
