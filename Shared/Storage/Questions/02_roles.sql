-- Win rate, games and KDA by role
--
-- The role is Riot's teamPosition; games without roles, such as ARAM, are left out. Minimum of games: 1.
-- Columns: role (TOP, JUNGLE, MIDDLE, BOTTOM, UTILITY); the rest as for champions.
SELECT g.role, count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent, round(avg(g.kills), 1) AS kills,
    round(avg(g.deaths), 1) AS deaths, round(avg(g.assists), 1) AS assists,
    kda(sum(g.kills), sum(g.deaths), sum(g.assists)) AS kda
FROM player_games($1, $2, $3, $4) g
WHERE g.role IS NOT NULL
GROUP BY g.role
HAVING count(*) >= coalesce($5, 1)
ORDER BY games DESC, wins DESC, g.role
