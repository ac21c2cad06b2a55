-- Ticks whose beat died are noticed, entries can be paused, and a sync can be one that nobody waits for.

ALTER TABLE schedule_run
    ADD COLUMN attempt     integer NOT NULL DEFAULT 1,
    ADD COLUMN by_hand     boolean NOT NULL DEFAULT false,
    ADD COLUMN runner      text COLLATE "C",
    ADD COLUMN lease_until timestamptz;

COMMENT ON COLUMN schedule_run.attempt IS 'How many beats have begun it; each but the last ended before the run did.';
COMMENT ON COLUMN schedule_run.by_hand IS 'Asked for by an operator: tick is then the moment of asking, and never a full minute.';
COMMENT ON COLUMN schedule_run.runner IS 'The beat that runs it or ran it last: host, instance and process.';
COMMENT ON COLUMN schedule_run.lease_until IS 'Until when its beat is taken to live; it renews this while it runs. Null in rows of older programs.';
COMMENT ON COLUMN schedule_run.outcome IS 'ok, failed, or lost: its beat ended before it did and it was not run again; null before.';

-- Scheduled ticks are full minutes; before this step nothing else told them from those that were asked for.
UPDATE schedule_run SET by_hand = true WHERE tick <> date_trunc('minute', tick);

UPDATE schedule_run
SET outcome = 'lost', finished_at = now(), detail = 'the beat that ran it ended before it did'
WHERE finished_at IS NULL AND started_at < now() - interval '1 hour';

CREATE INDEX schedule_run_unfinished ON schedule_run (started_at) WHERE finished_at IS NULL;

CREATE TABLE schedule_entry (
    entry           text COLLATE "C" PRIMARY KEY,
    known_since     timestamptz NOT NULL,
    paused_at       timestamptz,
    pause_reason    text,
    resumed_at      timestamptz
);

COMMENT ON TABLE schedule_entry IS 'What is remembered of an entry of the schedule beside its runs.';
COMMENT ON COLUMN schedule_entry.entry IS 'Name of the schedule''s entry.';
COMMENT ON COLUMN schedule_entry.known_since IS 'When a beat first had it in its schedule: a tick before that was not missed.';
COMMENT ON COLUMN schedule_entry.paused_at IS 'Since when an operator has it paused; null when it is not. Its ticks pass by until it is resumed.';
COMMENT ON COLUMN schedule_entry.pause_reason IS 'Why, in the operator''s words.';
COMMENT ON COLUMN schedule_entry.resumed_at IS 'When it was resumed last: a tick before that was not missed.';

ALTER TABLE sync_task ADD COLUMN is_background boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN sync_task.is_background IS 'Started by the refresh of followed players, and nobody has asked for the same since: its jobs come after those of others, and it makes nobody followed.';

ALTER TABLE summoner_profile ADD COLUMN refreshed_at timestamptz;

COMMENT ON COLUMN summoner_profile.refreshed_at IS 'When the refresh of followed players had its turn with him last; null before.';
