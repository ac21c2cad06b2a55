-- How a player stands among all of the same champion, role and patch
--
-- His averages beside those of every other person who played the same champion in the same role on the same patch, in
-- the same year and queues and, when one is named, on the same platform; and the share of these people, each measured
-- by his own average, who are below him. Minimum of own games: 3.
-- Columns: champion; role; patch; own games; others; then for win rate, KDA, CS, gold, damage and vision score per
-- minute: his own, and the percentage of the others below it.
WITH mine AS MATERIALIZED (
    SELECT g.champion_id, g.role, array_agg(g.patch) AS patches
    FROM (
        SELECT g.champion_id, g.role, g.patch FROM player_games($1, $2, $3, $4) g
        GROUP BY g.champion_id, g.role, g.patch
        HAVING count(*) >= coalesce($5, 3)
    ) g
    GROUP BY g.champion_id, g.role
), average AS (
    SELECT a.champion_id, max(a.champion_name) AS champion, a.role, a.patch_major, a.patch_minor, a.patch,
        a.summoner_id, count(*) AS games, percent(count(*) FILTER (WHERE a.win), count(*)) AS win_percent,
        kda(sum(a.kills), sum(a.deaths), sum(a.assists)) AS kda, round(sum(a.cs) / sum(a.minutes), 1) AS cs,
        round(sum(a.gold) / sum(a.minutes)) AS gold, round(sum(a.damage) / sum(a.minutes)) AS damage,
        round(sum(a.vision_score) / sum(a.minutes), 2) AS vision
    FROM mine m
    JOIN player_game a ON a.champion_id = m.champion_id AND a.role = m.role AND a.patch = ANY (m.patches)
    WHERE a.summoner_id IS NOT NULL AND a.minutes > 0 AND ($2 IS NULL OR a.year = $2)
        AND ($3 IS NULL OR a.platform = lower($3))
        AND (queue_list($4) IS NULL OR a.queue_id = ANY (queue_list($4)))
    GROUP BY a.champion_id, a.role, a.patch_major, a.patch_minor, a.patch, a.summoner_id
), ranked AS ( -- a rank is one more than the number of those below
    SELECT a.*, count(*) OVER peers - 1 AS others, rank() OVER (peers ORDER BY a.win_percent) - 1 AS below_win,
        rank() OVER (peers ORDER BY a.kda) - 1 AS below_kda, rank() OVER (peers ORDER BY a.cs) - 1 AS below_cs,
        rank() OVER (peers ORDER BY a.gold) - 1 AS below_gold,
        rank() OVER (peers ORDER BY a.damage) - 1 AS below_damage,
        rank() OVER (peers ORDER BY a.vision) - 1 AS below_vision
    FROM average a
    WINDOW peers AS (PARTITION BY a.champion_id, a.role, a.patch_major, a.patch_minor)
)
SELECT r.champion, r.role, r.patch, r.games, r.others, r.win_percent,
    percent(r.below_win, r.others) AS win_above_percent,
    r.kda, percent(r.below_kda, r.others) AS kda_above_percent, r.cs AS cs_per_minute,
    percent(r.below_cs, r.others) AS cs_above_percent, r.gold AS gold_per_minute,
    percent(r.below_gold, r.others) AS gold_above_percent, r.damage AS damage_per_minute,
    percent(r.below_damage, r.others) AS damage_above_percent, r.vision AS vision_per_minute,
    percent(r.below_vision, r.others) AS vision_above_percent
FROM ranked r
WHERE r.summoner_id = $1
ORDER BY r.games DESC, r.champion, r.role, r.patch_major, r.patch_minor
