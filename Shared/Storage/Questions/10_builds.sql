-- Item and rune combinations
--
-- Keystone, second rune tree and the first two finished items in their order, by champion; games with a timeline in
-- which two items were finished. Minimum of games: 3.
-- Columns: champion; keystone, second tree, first and second item as Riot's ids; games, wins and their percentage.
SELECT max(g.champion_name) AS champion, g.keystone_id, g.secondary_style_id, i.items[1] AS first_item_id,
    i.items[2] AS second_item_id, count(*) AS games, count(*) FILTER (WHERE g.win) AS wins,
    percent(count(*) FILTER (WHERE g.win), count(*)) AS win_percent
FROM player_games($1, $2, $3, $4) g
CROSS JOIN LATERAL (
    SELECT array_agg(f.item_id ORDER BY f.place) AS items FROM finished_items(g.match_id, g.participant_id) f
) i
WHERE cardinality(i.items) >= 2
GROUP BY g.champion_id, g.keystone_id, g.secondary_style_id, i.items[1], i.items[2]
HAVING count(*) >= coalesce($5, 3)
ORDER BY games DESC, wins DESC, champion, g.keystone_id, g.secondary_style_id, first_item_id, second_item_id
