-- Dead letters that operators have tried again or forget, and the kinds of jobs that they pause.

ALTER TABLE fetch_failure ADD COLUMN retry_asked_at timestamptz;

COMMENT ON COLUMN fetch_failure.retry_asked_at IS 'When an operator asked for another try; null again once the try was made. Until then the job is put on the lists whenever Redis does not know it.';

CREATE INDEX fetch_failure_asked ON fetch_failure (retry_asked_at) WHERE retry_asked_at IS NOT NULL;

ALTER TABLE sync_task ADD COLUMN letter_closed_at timestamptz;

COMMENT ON COLUMN sync_task.letter_closed_at IS 'When the failed task left the dead letters, because an operator dropped it or had the sync started again.';

-- Whether a later task of the same player followed a failed one.
CREATE INDEX sync_task_year ON sync_task (riot_id_key, platform, year);

CREATE TABLE queue_pause (
    kind            text COLLATE "C" NOT NULL,
    lane            text COLLATE "C" NOT NULL,
    paused_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, lane)
);

COMMENT ON TABLE queue_pause IS 'Kinds of jobs that nobody claims in a lane until an operator resumes them; a switch in Redis mirrors each row.';
COMMENT ON COLUMN queue_pause.kind IS 'player, match or timeline.';
COMMENT ON COLUMN queue_pause.paused_at IS 'Since when.';
COMMENT ON COLUMN queue_pause.lane IS 'A route of match-v5: americas, asia, europe or sea.';
