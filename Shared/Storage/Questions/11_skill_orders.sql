-- Skill order and win rate
--
-- The first three skills and the order in which the basic ones were maxed, by champion; games with a timeline.
-- Minimum of games: 1.
-- Columns: champion; first three; max order; games, wins and their percentage.
SELECT max(g.champion_name) AS champion, s.first_three, s.max_order, count(*) AS games,
    count(*) FILTER (WHERE g.win) AS wins, percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent
FROM player_games($1, $2, $3, $4) g
CROSS JOIN LATERAL skill_order(g.match_id, g.participant_id) s
WHERE s.first_three IS NOT NULL
GROUP BY g.champion_id, s.first_three, s.max_order
HAVING count(*) >= coalesce($5, 1)
ORDER BY champion, games DESC, wins DESC, s.first_three, s.max_order
