-- Damage and gold share in the team
--
-- The player's part of what his team dealt to champions and earned, in games with two sides: the average of the
-- games, by role (null without roles). Minimum of games: 1.
-- Columns: role; games; percentage of the team's damage, in wins and in losses; percentage of the team's gold.
SELECT g.role, count(*) AS games, round(avg(100.0 * g.damage / nullif(g.team_damage, 0)), 1) AS damage_percent,
    round(avg(100.0 * g.damage / nullif(g.team_damage, 0)) FILTER (WHERE g.win), 1) AS damage_percent_in_wins,
    round(avg(100.0 * g.damage / nullif(g.team_damage, 0)) FILTER (WHERE NOT g.win), 1) AS damage_percent_in_losses,
    round(avg(100.0 * g.gold / nullif(g.team_gold, 0)), 1) AS gold_percent
FROM player_games($1, $2, $3, $4) g
WHERE g.side IS NOT NULL
GROUP BY g.role
HAVING count(*) >= coalesce($5, 1)
ORDER BY games DESC, g.role
