-- Win rate, games and KDA by patch, as a trend
--
-- Patches in their order, the change to the patch before with at least the minimum of games (1), and the share won of
-- all games up to and with the patch.
-- Columns: patch; games, wins and their percentage; change of the percentage; percentage so far; KDA of all games
-- together.
SELECT g.patch, count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent,
    percent(count(*) FILTER (WHERE g.win), count(*))
        - lag(percent(count(*) FILTER (WHERE g.win), count(*))) OVER by_patch AS change,
    percent((sum(count(*) FILTER (WHERE g.win)) OVER by_patch)::bigint, (sum(count(*)) OVER by_patch)::bigint)
        AS win_percent_so_far,
    kda(sum(g.kills), sum(g.deaths), sum(g.assists)) AS kda
FROM player_games($1, $2, $3, $4) g
WHERE g.patch IS NOT NULL
GROUP BY g.patch_major, g.patch_minor, g.patch
HAVING count(*) >= coalesce($5, 1)
WINDOW by_patch AS (ORDER BY g.patch_major, g.patch_minor)
ORDER BY g.patch_major, g.patch_minor
