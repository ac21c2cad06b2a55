-- Minute of the first recall purchase and of each finished item, by champion
--
-- Medians over games with a timeline: see first_recall_purchase and finished_items for what counts. A game without
-- the item says nothing about its time. Minimum of games: 1.
-- Columns: champion; what (recall or item); item id; games; median minute.
SELECT max(g.champion_name) AS champion, w.what, w.item_id, count(*) AS games,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY w.timestamp_ms) / 60000)::numeric, 1) AS median_minute
FROM player_games($1, $2, $3, $4) g
CROSS JOIN LATERAL (
    SELECT 'recall' AS what, NULL AS item_id, r.timestamp_ms FROM first_recall_purchase(g.match_id, g.participant_id) r
    UNION ALL
    SELECT 'item', i.item_id, i.timestamp_ms FROM finished_items(g.match_id, g.participant_id) i
) w
GROUP BY g.champion_id, w.what, w.item_id
HAVING count(*) >= coalesce($5, 1)
ORDER BY champion, w.what DESC, median_minute, w.item_id
