-- How a player stands among all of the same champion, role and patch
--
-- His averages beside those of every other person who played the same champion in the same role on the same patch, in
-- the same year and queues and, when one is named, on the same platform; and the share of these people, each measured
-- by his own average, who are below him. Minimum of own games: 3.
-- Columns: champion; role; patch; own games; others; then for win rate, KDA, CS, gold, damage and vision score per
-- minute: his own, and the percentage of the others below it.
WITH average AS (
    SELECT a.champion_id, max(a.champion_name) AS champion_name, a.role, a.patch_major, a.patch_minor, a.patch,
        a.summoner_id, count(*) AS games, percent(count(*) FILTER (WHERE a.win), count(*)) AS win_percent,
        kda(sum(a.kills), sum(a.deaths), sum(a.assists)) AS kda, round(sum(a.cs) / sum(a.minutes), 1) AS cs,
        round(sum(a.gold) / sum(a.minutes)) AS gold, round(sum(a.damage) / sum(a.minutes)) AS damage,
        round(sum(a.vision_score) / sum(a.minutes), 2) AS vision
    FROM (
        SELECT DISTINCT g.champion_id, g.role, g.patch_major, g.patch_minor FROM player_games($1, $2, $3, $4) g
    ) mine
    JOIN player_game a USING (champion_id, role, patch_major, patch_minor)
    WHERE a.summoner_id IS NOT NULL AND a.minutes > 0 AND ($2 IS NULL OR a.year = $2)
        AND ($3 IS NULL OR a.platform = lower($3))
        AND (queue_list($4) IS NULL OR a.queue_id = ANY (queue_list($4)))
    GROUP BY a.champion_id, a.role, a.patch_major, a.patch_minor, a.patch, a.summoner_id
)
SELECT p.champion_name AS champion, p.role, p.patch, p.games, count(o.games) AS others, p.win_percent,
    percent(count(*) FILTER (WHERE o.win_percent < p.win_percent), count(o.games)) AS win_above_percent,
    p.kda, percent(count(*) FILTER (WHERE o.kda < p.kda), count(o.games)) AS kda_above_percent,
    p.cs AS cs_per_minute, percent(count(*) FILTER (WHERE o.cs < p.cs), count(o.games)) AS cs_above_percent,
    p.gold AS gold_per_minute, percent(count(*) FILTER (WHERE o.gold < p.gold), count(o.games)) AS gold_above_percent,
    p.damage AS damage_per_minute,
    percent(count(*) FILTER (WHERE o.damage < p.damage), count(o.games)) AS damage_above_percent,
    p.vision AS vision_per_minute,
    percent(count(*) FILTER (WHERE o.vision < p.vision), count(o.games)) AS vision_above_percent
FROM average p
LEFT JOIN average o ON o.summoner_id <> p.summoner_id AND o.champion_id = p.champion_id AND o.role = p.role
    AND o.patch_major = p.patch_major AND o.patch_minor = p.patch_minor
WHERE p.summoner_id = $1 AND p.games >= coalesce($5, 3)
GROUP BY p.champion_id, p.champion_name, p.role, p.patch_major, p.patch_minor, p.patch, p.games, p.win_percent, p.kda,
    p.cs, p.gold, p.damage, p.vision
ORDER BY p.games DESC, champion, p.role, p.patch_major, p.patch_minor
