-- Win rate, games and KDA by champion
--
-- Games that count: no remakes, no aborted games. Champions with fewer games than the minimum (1) are left out.
-- Columns: champion; games, wins and their percentage; kills, deaths and assists per game; KDA of all games together.
SELECT max(g.champion_name) AS champion, count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent, round(avg(g.kills), 1) AS kills,
    round(avg(g.deaths), 1) AS deaths, round(avg(g.assists), 1) AS assists,
    kda(sum(g.kills), sum(g.deaths), sum(g.assists)) AS kda
FROM player_games($1, $2, $3, $4) g
GROUP BY g.champion_id
HAVING count(*) >= coalesce($5, 1)
ORDER BY games DESC, wins DESC, champion
