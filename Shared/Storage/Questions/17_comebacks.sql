-- Biggest comebacks and thrown leads
--
-- Won games with the largest deficit of gold at any minute, and lost ones with the largest lead, ten of each; games
-- with a timeline and two sides. Leave out smaller ones than the minimum of gold (1).
-- Columns: comeback or thrown; gold of the team behind or ahead; minute of it; match; time; champion; length in
-- minutes.
SELECT r.kind, r.gold, r.minute, r.match, r.started_at, r.champion, r.minutes
FROM (
    SELECT CASE WHEN g.win THEN 'comeback' ELSE 'thrown' END AS kind, w.gold, w.frame AS minute, g.riot_id AS match,
        g.started_at, g.champion_name AS champion, round(g.minutes, 1) AS minutes,
        row_number() OVER (PARTITION BY g.win ORDER BY w.gold DESC, g.started_at DESC) AS place
    FROM player_games($1, $2, $3, $4) g
    CROSS JOIN LATERAL (
        SELECT CASE WHEN g.win THEN -l.lead ELSE l.lead END AS gold, l.frame
        FROM gold_lead(g.match_id, g.team_id) l
        ORDER BY gold DESC, l.frame
        LIMIT 1
    ) w
    WHERE g.side IS NOT NULL AND w.gold >= coalesce($5, 1)
) r
WHERE r.place <= 10
ORDER BY r.kind, r.place
