-- Win rate when 1,000 gold ahead or behind at 15 minutes
--
-- Once for the player against his lane opponent and once for his team against the other one, in games with a timeline
-- that lasted to minute 15. Exactly 1,000 counts as ahead or behind. Minimum of games: 1.
-- Columns: whose gold (lane or team); ahead, even or behind; games, wins and their percentage; average difference of
-- gold.
SELECT d.whose, CASE WHEN d.gold >= 1000 THEN 'ahead' WHEN d.gold <= -1000 THEN 'behind' ELSE 'even' END AS standing,
    count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent, round(avg(d.gold)) AS gold
FROM player_games($1, $2, $3, $4) g
CROSS JOIN LATERAL (
    SELECT 'lane' AS whose, own.gold - other.gold AS gold
    FROM lane_opponent l
    CROSS JOIN frame_at(g.match_id, g.participant_id, 15) own
    CROSS JOIN LATERAL frame_at(g.match_id, l.opponent_id, 15) other
    WHERE l.match_id = g.match_id AND l.participant_id = g.participant_id
    UNION ALL
    SELECT 'team', t.lead FROM gold_lead(g.match_id, g.team_id) t WHERE t.frame = 15 AND t.timestamp_ms >= 15 * 60000
) d
WHERE g.side IS NOT NULL
GROUP BY d.whose, standing
HAVING count(*) >= coalesce($5, 1)
ORDER BY d.whose, standing
