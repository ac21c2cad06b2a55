-- Matches without a timeline, and those that Riot lists and are missing here
--
-- Of every queue, remakes and aborted games too: what is not here is not known. What Riot lists is known from the
-- player's syncs whose tasks are still kept; the queue and the minimum do not apply.
-- Columns: match; when it started, if known; what is missing (match, then its timeline too, or timeline); its state
-- in the last sync; the reason; HTTP status; when it is asked for again.
SELECT m.riot_id AS match, m.started_at, m.missing, m.state, m.reason, m.status, m.next_try_at
FROM missing_data m
WHERE m.summoner_id = $1 AND ($2::integer IS NULL OR m.year = $2) AND ($3::text IS NULL OR m.platform = lower($3))
ORDER BY m.missing, m.started_at DESC NULLS LAST, m.riot_id
