-- Kill participation, and deaths while ahead
--
-- Participation counts kills and assists of all games with two sides. A death while ahead is one at which the player
-- had more gold than his lane opponent in the frame before it; only games with a timeline and an opponent tell.
-- Minimum of games: 1.
-- Columns: role; games; percentage of the team's kills; games that tell; deaths in them, those while ahead and their
-- percentage.
SELECT g.role, count(*) AS games,
    percent(sum(g.kills + g.assists), sum(g.team_kills)::bigint) AS kill_participation_percent,
    count(d.deaths) AS games_with_opponent, sum(d.deaths)::bigint AS deaths, sum(d.ahead)::bigint AS deaths_ahead,
    percent(sum(d.ahead)::bigint, sum(d.deaths)::bigint) AS ahead_percent
FROM player_games($1, $2, $3, $4) g
LEFT JOIN lane_opponent l ON l.match_id = g.match_id AND l.participant_id = g.participant_id AND g.has_timeline
LEFT JOIN LATERAL (
    SELECT count(*) AS deaths, count(*) FILTER (WHERE own.total_gold > other.total_gold) AS ahead
    FROM champion_kill k
    LEFT JOIN participant_frame own
        ON own.match_id = k.match_id AND own.participant_id = k.victim_id AND own.frame = k.frame - 1
    LEFT JOIN participant_frame other
        ON other.match_id = k.match_id AND other.participant_id = l.opponent_id AND other.frame = k.frame - 1
    WHERE k.match_id = l.match_id AND k.victim_id = g.participant_id
) d ON l.match_id IS NOT NULL
WHERE g.side IS NOT NULL
GROUP BY g.role
HAVING count(*) >= coalesce($5, 1)
ORDER BY games DESC, g.role
