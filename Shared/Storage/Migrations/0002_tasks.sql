-- Tasks, the ledger of what each task wants, the schedule's memory and the figures of a player's year.

CREATE TABLE sync_task (
    id              uuid PRIMARY KEY,
    state           text NOT NULL DEFAULT 'PENDING'
                    CHECK (state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED')),
    step            text NOT NULL DEFAULT 'fetching_summoner'
                    CHECK (step IN ('fetching_summoner', 'fetching_matches', 'processing_matches', 'updating_stats',
                                    'completed')),
    game_name       text NOT NULL,
    tag_line        text NOT NULL,
    riot_id_key     text NOT NULL,
    platform        text NOT NULL,
    year            integer NOT NULL,
    recovery        boolean NOT NULL DEFAULT false,
    summoner_id     integer REFERENCES summoner,
    queued_at       timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    listed_at       timestamptz,
    finished_at     timestamptz,
    attempt         integer NOT NULL DEFAULT 0,
    retry_at        timestamptz,
    error           text,
    problem_type    text,
    retryable       boolean NOT NULL DEFAULT false,
    waiting_for     text,
    waiting_until   timestamptz,
    waiting_detail  text,
    list_requests   integer NOT NULL DEFAULT 0,
    capped          boolean NOT NULL DEFAULT false,
    reason          text
);

CREATE UNIQUE INDEX sync_task_active ON sync_task (platform, riot_id_key, year)
    WHERE state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY');
CREATE INDEX sync_task_queued ON sync_task (queued_at DESC, id DESC);
CREATE INDEX sync_task_finished ON sync_task (finished_at) WHERE finished_at IS NOT NULL;

COMMENT ON TABLE sync_task IS 'One request to fetch a player''s year. Its id is the task_id of the HTTP API and the run of the queue.';
COMMENT ON COLUMN sync_task.state IS 'Celery''s word for the state, as the HTTP API shows it.';
COMMENT ON COLUMN sync_task.riot_id_key IS 'Riot ID folded in case and spaces: what makes two requests the same player.';
COMMENT ON COLUMN sync_task.listed_at IS 'When the list of wanted matches stood in sync_item; null before.';
COMMENT ON COLUMN sync_task.list_requests IS 'Requests spent on account, summoner and id pages.';
COMMENT ON COLUMN sync_task.capped IS 'The list had 900 ids or more: Riot keeps about 1,000, so older matches may be missing.';
COMMENT ON COLUMN sync_task.waiting_for IS 'What the task waits for: quota, key, riot, worker or queue; null when it does not.';

CREATE TABLE sync_item (
    task_id         uuid NOT NULL REFERENCES sync_task ON DELETE CASCADE,
    match_id        text NOT NULL,
    position        integer NOT NULL,
    match_state     text NOT NULL DEFAULT 'open'
                    CHECK (match_state IN ('open', 'stored', 'existing', 'unavailable', 'failed', 'outside_year',
                                           'not_his')),
    timeline_state  text NOT NULL DEFAULT 'open'
                    CHECK (timeline_state IN ('open', 'stored', 'existing', 'unavailable', 'failed', 'none')),
    requests        integer NOT NULL DEFAULT 0,
    reason          text,
    settled_at      timestamptz,
    PRIMARY KEY (task_id, match_id)
);

CREATE INDEX sync_item_open ON sync_item (match_id) WHERE match_state = 'open' OR timeline_state = 'open';

COMMENT ON TABLE sync_item IS 'The ledger: a row for every match that a task wants. Its marks are written with the data.';
COMMENT ON COLUMN sync_item.position IS 'Place in Riot''s list, newest first.';
COMMENT ON COLUMN sync_item.requests IS 'Answers from Riot that settled the match and its timeline; a shared match counts in every task.';
COMMENT ON COLUMN sync_item.match_state IS 'open until settled; existing = held before this task; outside_year and not_his leave the total.';
COMMENT ON COLUMN sync_item.timeline_state IS 'open until settled; none = not wanted, because the match is not counted or not available.';

CREATE TABLE riot_key_state (
    key_scope       text PRIMARY KEY,
    rejected_at     timestamptz,
    status          integer,
    detail          text
);

COMMENT ON TABLE riot_key_state IS 'Whether Riot refuses the key at present (401 or 403), so that waiting tasks can say so.';

CREATE TABLE schedule_run (
    entry           text NOT NULL,
    tick            timestamptz NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    outcome         text,
    detail          text,
    PRIMARY KEY (entry, tick)
);

COMMENT ON TABLE schedule_run IS 'One row per schedule entry and tick: whoever inserts it runs it, so a tick fires once.';

CREATE TABLE player_year_stats (
    summoner_id     integer NOT NULL REFERENCES summoner,
    year            integer NOT NULL,
    games           integer NOT NULL,
    wins            integer NOT NULL,
    losses          integer NOT NULL,
    remakes         integer NOT NULL,
    kills           bigint NOT NULL,
    deaths          bigint NOT NULL,
    assists         bigint NOT NULL,
    gold_earned     bigint NOT NULL,
    damage_to_champions bigint NOT NULL,
    minions_killed  bigint NOT NULL,
    vision_score    bigint NOT NULL,
    seconds_played  bigint NOT NULL,
    first_game_at   timestamptz,
    last_game_at    timestamptz,
    computed_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (summoner_id, year)
);

COMMENT ON TABLE player_year_stats IS 'A player''s year, recomputed from match_participant, never incremented. Remakes and aborted games count only in remakes.';
