-- Where do I die, by minute band and role
--
-- Deaths on Summoner's Rift in games with a timeline, in bands of five minutes. Minimum of deaths: 1.
-- Columns: role; first minute of the band; area of the map as rift_area names it; deaths; share of the deaths in that
-- role and band.
SELECT g.role, k.timestamp_ms / 300000 * 5 AS from_minute, rift_area(k.position_x, k.position_y, g.team_id) AS area,
    count(*) AS deaths,
    percent(count(*), sum(count(*)) OVER (PARTITION BY g.role, k.timestamp_ms / 300000)::bigint) AS of_deaths_percent
FROM player_games($1, $2, $3, $4) g
JOIN champion_kill k ON k.match_id = g.match_id AND k.victim_id = g.participant_id
WHERE g.map_id = 11 AND g.role IS NOT NULL AND k.position_x IS NOT NULL AND k.position_y IS NOT NULL
GROUP BY g.role, k.timestamp_ms / 300000, area
HAVING count(*) >= coalesce($5, 1)
ORDER BY g.role, from_minute, deaths DESC, area
