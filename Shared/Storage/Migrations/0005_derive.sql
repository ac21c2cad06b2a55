-- Refusals of bodies that are held: a later parser can refuse what an earlier one made rows of. And what is tried again
-- after a refusal is found by its match.

ALTER TABLE rejected_body ALTER COLUMN bytes DROP NOT NULL;

COMMENT ON TABLE rejected_body IS 'Bodies that could not be understood, with the reason; gone when they are.';
COMMENT ON COLUMN rejected_body.bytes IS 'The body as received; null when it is in raw_body, and the rows of an earlier parser stay.';
COMMENT ON COLUMN rejected_body.parser_version IS 'The decoder that refused it last.';
COMMENT ON COLUMN rejected_body.last_seen_at IS 'When it was received last; of a body in raw_body, when it was refused last.';
COMMENT ON COLUMN rejected_body.attempts IS 'How often it was refused.';

CREATE INDEX sync_item_failed ON sync_item (match_id) WHERE match_state = 'failed' OR timeline_state = 'failed';
-- Matches that were understood after their task had ended; their timelines are still to be asked for.
CREATE INDEX sync_item_understood ON sync_item (match_id) WHERE match_state = 'stored' AND timeline_state = 'none';
