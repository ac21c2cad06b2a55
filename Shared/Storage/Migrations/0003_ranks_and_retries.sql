-- A player's rank over time, the platform he plays on, and when what Riot did not have is asked for again.

ALTER TABLE summoner
    ADD COLUMN active_platform text COLLATE "C",
    ADD COLUMN active_platform_seen_at timestamptz;

COMMENT ON COLUMN summoner.active_platform IS 'Where account-v1 says that the player plays now; null until it was asked, or when it knows nothing.';
COMMENT ON COLUMN summoner.active_platform_seen_at IS 'When account-v1 was asked for it last.';

ALTER TABLE summoner_profile ADD COLUMN ranks_seen_at timestamptz;

COMMENT ON COLUMN summoner_profile.ranks_seen_at IS 'When league-v4 was asked last; a player without a rank has no row in summoner_rank.';

CREATE TABLE summoner_rank (
    summoner_id     integer NOT NULL REFERENCES summoner ON DELETE CASCADE,
    platform        text COLLATE "C" NOT NULL,
    queue_type      text COLLATE "C" NOT NULL,
    observed_at     timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    is_listed       boolean NOT NULL,
    tier            text COLLATE "C",
    division        text COLLATE "C",
    league_points   integer,
    wins            integer,
    losses          integer,
    hot_streak      boolean,
    veteran         boolean,
    fresh_blood     boolean,
    inactive        boolean,
    league_id       text COLLATE "C",
    series_progress text COLLATE "C",
    series_target   integer,
    series_wins     integer,
    series_losses   integer,
    PRIMARY KEY (summoner_id, platform, queue_type, observed_at),
    CHECK (last_seen_at >= observed_at)
);

COMMENT ON TABLE summoner_rank IS 'A player''s rank in one queue of one platform: a row for every change that was seen. Riot tells only the present one.';
COMMENT ON COLUMN summoner_rank.queue_type IS 'Riot''s word, for example RANKED_SOLO_5x5.';
COMMENT ON COLUMN summoner_rank.observed_at IS 'When the rank was seen first as it is here.';
COMMENT ON COLUMN summoner_rank.last_seen_at IS 'When it was seen last like that.';
COMMENT ON COLUMN summoner_rank.is_listed IS 'false: league-v4 had an entry for this queue before and has none now, as after the end of a season.';
COMMENT ON COLUMN summoner_rank.tier IS 'Null in queues without tiers, such as Arena.';
COMMENT ON COLUMN summoner_rank.division IS 'IV to I; I in the tiers above diamond.';

ALTER TABLE fetch_failure ADD COLUMN retries integer NOT NULL DEFAULT 0;

COMMENT ON COLUMN fetch_failure.retries IS 'How often it was tried again because next_try_at had come.';
COMMENT ON COLUMN fetch_failure.next_try_at IS 'When it is tried again by itself; null with status 404: Riot does not have it, and only a recovery asks again.';

-- A match's number counts up on its platform, so it tells the age of a match that is not held.
CREATE INDEX match_key_number ON match_key (split_part(riot_id, '_', 1), (split_part(riot_id, '_', 2)::bigint));
CREATE INDEX match_platform_started ON match (platform, started_at);
CREATE INDEX sync_item_unavailable ON sync_item (match_id) WHERE match_state = 'unavailable';
