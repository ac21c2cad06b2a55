-- Wards and vision per minute against the lane opponent
--
-- Totals per minute of all games with a human opponent in the same role. Minimum of games: 1.
-- Columns: role; games; wards placed, control wards, wards killed and vision score per minute, each of the player and
-- of his opponents.
SELECT g.role, count(*) AS games, round(sum(g.wards_placed) / sum(g.minutes), 2) AS wards_placed,
    round(sum(o.wards_placed) / sum(g.minutes), 2) AS opponent_wards_placed,
    round(sum(g.control_wards_placed) / sum(g.minutes), 2) AS control_wards,
    round(sum(o.control_wards_placed) / sum(g.minutes), 2) AS opponent_control_wards,
    round(sum(g.wards_killed) / sum(g.minutes), 2) AS wards_killed,
    round(sum(o.wards_killed) / sum(g.minutes), 2) AS opponent_wards_killed,
    round(sum(g.vision_score) / sum(g.minutes), 2) AS vision_score,
    round(sum(o.vision_score) / sum(g.minutes), 2) AS opponent_vision_score
FROM player_games($1, $2, $3, $4) g
JOIN lane_opponent l ON l.match_id = g.match_id AND l.participant_id = g.participant_id
JOIN player_game o ON o.match_id = l.match_id AND o.participant_id = l.opponent_id
WHERE g.minutes > 0
GROUP BY g.role
HAVING count(*) >= coalesce($5, 1)
ORDER BY games DESC, g.role
