-- Gold, experience and CS difference to the lane opponent at 10 and 15 minutes
--
-- Games with a timeline and a human opponent in the same role that lasted to that minute. Averages per game, by role.
-- Minimum of games: 1.
-- Columns: role; minute; games; gold, experience, CS and level that the player has more than his opponent.
SELECT g.role, t.minute, count(*) AS games, round(avg(own.gold - other.gold)) AS gold,
    round(avg(own.xp - other.xp)) AS xp, round(avg(own.cs - other.cs), 1) AS cs,
    round(avg(own.level - other.level), 1) AS level
FROM player_games($1, $2, $3, $4) g
JOIN lane_opponent l ON l.match_id = g.match_id AND l.participant_id = g.participant_id
CROSS JOIN (VALUES (10), (15)) AS t (minute)
CROSS JOIN LATERAL frame_at(g.match_id, g.participant_id, t.minute) own
CROSS JOIN LATERAL frame_at(g.match_id, l.opponent_id, t.minute) other
GROUP BY g.role, t.minute
HAVING count(*) >= coalesce($5, 1)
ORDER BY g.role, t.minute
