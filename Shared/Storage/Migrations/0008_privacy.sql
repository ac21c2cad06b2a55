-- Retention and privacy: who was erased, hidden or followed, former names, bodies that are gone, and runs of the clean-up.

ALTER TABLE summoner
    ADD COLUMN IF NOT EXISTS hidden_at timestamptz,
    ADD COLUMN followed_at    timestamptz,
    ADD COLUMN name_asked_at  timestamptz,
    ADD COLUMN forgotten_at   timestamptz;

COMMENT ON COLUMN summoner.hidden_at IS 'Since when the player is kept and not shown: reads for frontends leave him out. Syncs go on.';
COMMENT ON COLUMN summoner.followed_at IS 'Since when an operator has him followed; who was synced lately is followed without it.';
COMMENT ON COLUMN summoner.name_asked_at IS 'When account-v1 was asked for the name last, whatever it answered.';
COMMENT ON COLUMN summoner.forgotten_at IS 'Since when account-v1 answers 404 to the puuid; null when it knows him, or was not asked.';

CREATE INDEX summoner_followed ON summoner (id) WHERE followed_at IS NOT NULL;
CREATE INDEX summoner_forgotten ON summoner (forgotten_at) WHERE forgotten_at IS NOT NULL;

-- Former names -------------------------------------------------------------------------------------------------------

CREATE TABLE summoner_name_history (
    summoner_id     integer NOT NULL REFERENCES summoner ON DELETE CASCADE,
    replaced_at     timestamptz NOT NULL,
    game_name       text NOT NULL,
    tag_line        text,
    folded_name     text COLLATE "C",
    named_at        timestamptz,
    PRIMARY KEY (summoner_id, replaced_at)
);

CREATE INDEX summoner_former_name ON summoner_name_history (folded_name) WHERE folded_name IS NOT NULL;

COMMENT ON TABLE summoner_name_history IS 'Names that a player had before the present one. Another spelling of the same name is no other name.';
COMMENT ON COLUMN summoner_name_history.replaced_at IS 'When the name after it was seen first: the start of a match, or the time of asking.';
COMMENT ON COLUMN summoner_name_history.named_at IS 'What summoner.named_at was then: a time at which he had this name.';

-- A trigger, because names change in several statements; its condition costs nothing where no name changes.
CREATE FUNCTION keep_former_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO summoner_name_history (summoner_id, replaced_at, game_name, tag_line, folded_name, named_at)
    VALUES (OLD.id, coalesce(NEW.named_at, now()), OLD.game_name, OLD.tag_line, OLD.folded_name, OLD.named_at)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_former_name AFTER UPDATE OF game_name, tag_line, folded_name ON summoner
    FOR EACH ROW
    WHEN (OLD.game_name IS NOT NULL AND NEW.game_name IS NOT NULL AND OLD.folded_name IS DISTINCT FROM NEW.folded_name)
    EXECUTE FUNCTION keep_former_name();

-- Erasure ------------------------------------------------------------------------------------------------------------

CREATE TABLE erasure (
    key_scope       text COLLATE "C" NOT NULL,
    kind            text COLLATE "C" NOT NULL CHECK (kind IN ('puuid', 'riot_id')),
    hash            bytea NOT NULL,
    cause           text COLLATE "C" NOT NULL CHECK (cause IN ('request', 'forgotten')),
    erased_at       timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    PRIMARY KEY (key_scope, kind, hash)
);

COMMENT ON TABLE erasure IS 'Who was erased, as keyed hashes of puuid and Riot ID: enough to know him when he comes again, too little to find him. His figures stay in the matches without him. Bodies that hold him are not kept (match.body_gone), so the rows of such a match cannot be derived again.';
COMMENT ON COLUMN erasure.hash IS 'HMAC-SHA-256 of scope, kind and value, see erasure_hash().';
COMMENT ON COLUMN erasure.cause IS 'request: he asked for it. forgotten: Riot does not know the account any more; his name is then free for others and is not here.';
COMMENT ON COLUMN erasure.finished_at IS 'When the last row that held him was gone; null while it runs, or when it must be run again.';

CREATE TABLE erasure_key (
    only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    inner_pad       bytea NOT NULL,
    outer_pad       bytea NOT NULL
);

COMMENT ON TABLE erasure_key IS 'The key of erasure.hash as RFC 2104 uses it: XORed with its two pads. Drawn once per database, where every process of every host finds it and a backup keeps it beside the hashes; a setting that differs on one host would let the erased come back there. Only the owner of the tables sees the row.';

-- Two random UUIDs hold 244 random bits; gen_random_uuid() is the server's only strong random generator without an extension.
DO $$
DECLARE
    secret bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) || decode(repeat('00', 32), 'hex');
    inner_pad bytea := secret;
    outer_pad bytea := secret;
BEGIN
    FOR i IN 0..63 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(secret, i) # x'36'::integer);
        outer_pad := set_byte(outer_pad, i, get_byte(secret, i) # x'5c'::integer);
    END LOOP;
    INSERT INTO erasure_key (inner_pad, outer_pad) VALUES (inner_pad, outer_pad);
END
$$;

-- Whatever is granted on all tables now or later: without a policy nobody but the owner sees a row.
ALTER TABLE erasure_key ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON erasure_key FROM PUBLIC;

CREATE FUNCTION erasure_hash(scope text, kind text, value text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(k.outer_pad || sha256(k.inner_pad || convert_to(scope || E'\n' || kind || E'\n' || value, 'UTF8')))
    FROM erasure_key k
$$;

COMMENT ON FUNCTION erasure_hash IS 'HMAC-SHA-256 (RFC 2104) with the key of erasure_key, for its owner.';

CREATE FUNCTION erasure_scrub(document jsonb, puuids text[], names text[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    CASE jsonb_typeof(document)
        WHEN 'object' THEN
            RETURN (SELECT coalesce(jsonb_object_agg(m.key, erasure_scrub(m.value, puuids, names)), '{}')
                    FROM jsonb_each(document) AS m
                    WHERE NOT EXISTS (SELECT 1 FROM unnest(puuids) AS p WHERE strpos(m.key, p) > 0));
        WHEN 'array' THEN
            RETURN (SELECT coalesce(jsonb_agg(erasure_scrub(e.value, puuids, names) ORDER BY e.place), '[]')
                    FROM jsonb_array_elements(document) WITH ORDINALITY AS e (value, place));
        WHEN 'string' THEN
            IF document #>> '{}' = ANY (names)
                OR EXISTS (SELECT 1 FROM unnest(puuids) AS p WHERE strpos(document #>> '{}', p) > 0) THEN
                RETURN 'null';
            END IF;
            RETURN document;
        ELSE
            RETURN document;
    END CASE;
END
$$;

COMMENT ON FUNCTION erasure_scrub IS 'The document with null for every string that is one of the names or holds one of the puuids.';

ALTER TABLE match ADD COLUMN body_gone text COLLATE "C" CHECK (body_gone IN ('erasure', 'cleanup'));
ALTER TABLE timeline ADD COLUMN body_gone text COLLATE "C" CHECK (body_gone IN ('erasure', 'cleanup'));

COMMENT ON COLUMN match.body_gone IS 'Why raw_body does not have the body: a player of the match was erased, or the clean-up removed it. Null: it is there. The rows cannot be derived again without it.';
COMMENT ON COLUMN timeline.body_gone IS 'As match.body_gone.';
COMMENT ON COLUMN match_participant.summoner_id IS 'Null for bots, and for players who were erased: their names are null too, their figures stay.';

-- Clean-up -----------------------------------------------------------------------------------------------------------

CREATE TABLE cleanup_run (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dry_run         boolean NOT NULL,
    state           text COLLATE "C" NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed')),
    started_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    error           text
);

COMMENT ON TABLE cleanup_run IS 'Runs of cleanup_old_data, one at a time; one that was stopped or killed is gone on with by the next.';
COMMENT ON COLUMN cleanup_run.state IS 'running says so for ever after a crash; the advisory lock tells whether it does.';

CREATE TABLE cleanup_tally (
    run_id          integer NOT NULL REFERENCES cleanup_run ON DELETE CASCADE,
    place           smallint NOT NULL,
    rule            text COLLATE "C" NOT NULL,
    found_things    bigint NOT NULL DEFAULT 0,
    found_rows      bigint NOT NULL DEFAULT 0,
    found_bytes     bigint NOT NULL DEFAULT 0,
    removed_things  bigint NOT NULL DEFAULT 0,
    removed_rows    bigint NOT NULL DEFAULT 0,
    removed_bytes   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, place)
);

COMMENT ON TABLE cleanup_tally IS 'What a run of the clean-up found by each rule, and what it has removed so far.';
COMMENT ON COLUMN cleanup_tally.rule IS 'Class and age, such as tasks:30, or class and date.';
COMMENT ON COLUMN cleanup_tally.found_things IS 'Tasks, bodies, names, games or accounts.';
COMMENT ON COLUMN cleanup_tally.found_rows IS 'Rows that hang on them.';
COMMENT ON COLUMN cleanup_tally.found_bytes IS 'Bytes of raw bodies.';

-- The rest of the dictionary -----------------------------------------------------------------------------------------

COMMENT ON COLUMN summoner_name_history.summoner_id IS 'The player.';
COMMENT ON COLUMN summoner_name_history.game_name IS 'The former name.';
COMMENT ON COLUMN summoner_name_history.tag_line IS 'The former tag.';
COMMENT ON COLUMN summoner_name_history.folded_name IS 'As summoner.folded_name.';
COMMENT ON FUNCTION keep_former_name IS 'Puts a name into summoner_name_history when another one takes its place.';
COMMENT ON COLUMN erasure.key_scope IS 'As summoner.key_scope: another application''s puuid is another person.';
COMMENT ON COLUMN erasure.kind IS 'What was hashed: the puuid, or the Riot ID without case and spaces.';
COMMENT ON COLUMN erasure.erased_at IS 'When it began.';
COMMENT ON COLUMN erasure_key.only_row IS 'Makes it one row.';
COMMENT ON COLUMN erasure_key.inner_pad IS 'The key, filled up to 64 bytes, XOR 0x36.';
COMMENT ON COLUMN erasure_key.outer_pad IS 'The same XOR 0x5c.';
COMMENT ON COLUMN cleanup_run.id IS 'Counts up.';
COMMENT ON COLUMN cleanup_run.dry_run IS 'Only counted.';
COMMENT ON COLUMN cleanup_run.started_at IS 'When it began.';
COMMENT ON COLUMN cleanup_run.updated_at IS 'When it was last seen to get on.';
COMMENT ON COLUMN cleanup_run.finished_at IS 'When it ended; null while it runs, and after a crash until the next run.';
COMMENT ON COLUMN cleanup_run.error IS 'Why it failed or stopped.';
COMMENT ON COLUMN cleanup_tally.run_id IS 'The run.';
COMMENT ON COLUMN cleanup_tally.place IS 'Place of the rule in the run, from 1.';
COMMENT ON COLUMN cleanup_tally.removed_things IS 'How many of found_things have gone so far.';
COMMENT ON COLUMN cleanup_tally.removed_rows IS 'How many of found_rows.';
COMMENT ON COLUMN cleanup_tally.removed_bytes IS 'How many of found_bytes.';
