-- Cancelled tasks, and the history of tasks by player and state.

ALTER TABLE sync_item
    DROP CONSTRAINT sync_item_match_state_check,
    DROP CONSTRAINT sync_item_timeline_state_check,
    ADD CONSTRAINT sync_item_match_state_check CHECK (match_state IN ('open', 'stored', 'existing', 'unavailable',
        'failed', 'outside_year', 'not_his', 'cancelled')),
    ADD CONSTRAINT sync_item_timeline_state_check CHECK (timeline_state IN ('open', 'stored', 'existing', 'unavailable',
        'failed', 'none', 'cancelled'));

COMMENT ON COLUMN sync_item.match_state IS 'open until settled; existing = held before this task; outside_year and not_his leave the total; cancelled = still open when the task was cancelled.';
COMMENT ON COLUMN sync_item.timeline_state IS 'open until settled; none = not wanted, because the match is not counted or not available; cancelled = still open when the task was cancelled.';

ALTER TABLE sync_task ADD COLUMN withdrawn_at timestamptz;

COMMENT ON COLUMN sync_task.withdrawn_at IS 'When the jobs of a cancelled task were first taken off the lists; null while that is still to be done.';
COMMENT ON COLUMN sync_task.reason IS 'Why the task was cancelled, in the words of whoever did it.';

CREATE INDEX sync_task_withdrawn ON sync_task (withdrawn_at) WHERE state = 'REVOKED';
CREATE INDEX sync_task_player ON sync_task (riot_id_key, queued_at DESC, id DESC);
CREATE INDEX sync_task_state ON sync_task (state, queued_at DESC, id DESC);
