-- Indexes and figures for the reads of the HTTP API, and how figures learn of matches that were stored later.
--
-- Locks: every CREATE INDEX keeps writers of its table out, not readers, while it is built. On match_participant, the
-- largest of these tables, that is two to four seconds per million rows (100,000 matches); workers wait meanwhile, or
-- try again. Whoever has very many rows makes the index with the same name by hand before the upgrade, with
-- CREATE INDEX CONCURRENTLY, which cannot run inside a step: then nothing is left to be built here.

-- The match list and the activity: everything that they count or filter by stands in the index, but for the queue and
-- for whether the match is a remake, which it can only be where the participant has the flag. So a rare champion among
-- thousands of matches is found without reading their rows, which are a kilobyte each.
CREATE INDEX IF NOT EXISTS match_participant_player
    ON match_participant (summoner_id, started_at DESC, match_id DESC)
    INCLUDE (participant_id, win, game_ended_in_early_surrender, champion_id, time_played, team_position)
    WHERE summoner_id IS NOT NULL;

COMMENT ON INDEX match_participant_player IS 'A player''s matches, newest first, with what their list and the activity look at.';

-- What the list looks at in every match of a player when it is filtered by queue or by remakes. It is the primary key
-- itself that gets it: beside another index on the same column the planner takes either.
CREATE UNIQUE INDEX IF NOT EXISTS match_outline ON match (id) INCLUDE (queue_id, is_remake);
ALTER TABLE match DROP CONSTRAINT match_pkey, ADD CONSTRAINT match_pkey PRIMARY KEY USING INDEX match_outline;

COMMENT ON INDEX match_pkey IS 'The key, with what lists are filtered by, so that they need not look at the row.';

CREATE INDEX IF NOT EXISTS sync_task_succeeded ON sync_task (summoner_id, platform, finished_at DESC)
    WHERE state = 'SUCCESS';

COMMENT ON INDEX sync_task_succeeded IS 'When a player was synced last.';

-- Figures of a year ---------------------------------------------------------------------------------------------------

CREATE TABLE player_champion_stats (
    summoner_id     integer NOT NULL,
    year            integer NOT NULL,
    champion_id     integer NOT NULL,
    champion_name   text,
    games           integer NOT NULL,
    wins            integer NOT NULL,
    losses          integer NOT NULL,
    kills           bigint NOT NULL,
    deaths          bigint NOT NULL,
    assists         bigint NOT NULL,
    gold_earned     bigint NOT NULL,
    damage_to_champions bigint NOT NULL,
    minions_killed  bigint NOT NULL,
    vision_score    bigint NOT NULL,
    seconds_played  bigint NOT NULL,
    double_kills    integer NOT NULL,
    triple_kills    integer NOT NULL,
    quadra_kills    integer NOT NULL,
    penta_kills     integer NOT NULL,
    last_game_at    timestamptz NOT NULL,
    PRIMARY KEY (summoner_id, year, champion_id),
    FOREIGN KEY (summoner_id, year) REFERENCES player_year_stats ON DELETE CASCADE
);

COMMENT ON TABLE player_champion_stats IS 'A player''s year by champion, recomputed together with player_year_stats. Remakes and aborted games are left out.';
COMMENT ON COLUMN player_champion_stats.summoner_id IS 'The player.';
COMMENT ON COLUMN player_champion_stats.year IS 'Year of match.started_at in UTC.';
COMMENT ON COLUMN player_champion_stats.champion_id IS 'Riot''s number of the champion.';
COMMENT ON COLUMN player_champion_stats.champion_name IS 'Riot''s name of the champion.';
COMMENT ON COLUMN player_champion_stats.games IS 'Games with the champion; wins and losses may be fewer, where Riot did not say who won.';
COMMENT ON COLUMN player_champion_stats.wins IS 'Games that were won.';
COMMENT ON COLUMN player_champion_stats.losses IS 'Games that were lost.';
COMMENT ON COLUMN player_champion_stats.kills IS 'Sum of kills.';
COMMENT ON COLUMN player_champion_stats.deaths IS 'Sum of deaths.';
COMMENT ON COLUMN player_champion_stats.assists IS 'Sum of assists.';
COMMENT ON COLUMN player_champion_stats.gold_earned IS 'Sum of gold earned.';
COMMENT ON COLUMN player_champion_stats.damage_to_champions IS 'Sum of damage dealt to champions.';
COMMENT ON COLUMN player_champion_stats.minions_killed IS 'Sum of minions and monsters killed.';
COMMENT ON COLUMN player_champion_stats.vision_score IS 'Sum of vision scores.';
COMMENT ON COLUMN player_champion_stats.seconds_played IS 'Sum of time_played.';
COMMENT ON COLUMN player_champion_stats.double_kills IS 'Sum of double kills; as Riot counts, a triple kill is no double kill.';
COMMENT ON COLUMN player_champion_stats.triple_kills IS 'Sum of triple kills.';
COMMENT ON COLUMN player_champion_stats.quadra_kills IS 'Sum of quadra kills.';
COMMENT ON COLUMN player_champion_stats.penta_kills IS 'Sum of penta kills.';
COMMENT ON COLUMN player_champion_stats.last_game_at IS 'Start of the newest of these games.';

-- No foreign key for the mate: readers join summoner, and a player who is gone is nobody's mate.
CREATE TABLE player_mate_stats (
    summoner_id     integer NOT NULL,
    year            integer NOT NULL,
    mate_id         integer NOT NULL,
    games           integer NOT NULL,
    wins            integer NOT NULL,
    losses          integer NOT NULL,
    last_game_at    timestamptz NOT NULL,
    PRIMARY KEY (summoner_id, year, mate_id),
    FOREIGN KEY (summoner_id, year) REFERENCES player_year_stats ON DELETE CASCADE
);

COMMENT ON TABLE player_mate_stats IS 'With whom a player was on one side at least twice in a year, recomputed together with player_year_stats. Remakes, aborted games and bots are left out.';
COMMENT ON COLUMN player_mate_stats.summoner_id IS 'The player.';
COMMENT ON COLUMN player_mate_stats.year IS 'Year of match.started_at in UTC.';
COMMENT ON COLUMN player_mate_stats.mate_id IS 'The other player. One side is one team_id; in Arena, where that says nothing, one player_subteam_id.';
COMMENT ON COLUMN player_mate_stats.games IS 'Games on one side.';
COMMENT ON COLUMN player_mate_stats.wins IS 'Those that the player won.';
COMMENT ON COLUMN player_mate_stats.losses IS 'Those that the player lost.';
COMMENT ON COLUMN player_mate_stats.last_game_at IS 'Start of the newest of these games.';

-- What makes figures stale --------------------------------------------------------------------------------------------
--
-- Each match carries the number of the transaction that stored it, and each year of figures the snapshot that it was
-- computed from. So which matches the figures lack is known exactly, whatever the clocks say and however late a
-- transaction commits; and writers never wait for each other, as they would for marks in a table. Measured: 5 to 10
-- microseconds of CPU per match for the number and its entry at the end of an index, where a statement trigger that
-- marks players costs about 100.

ALTER TABLE match ADD COLUMN stored_in xid8;
ALTER TABLE match ALTER COLUMN stored_in SET DEFAULT pg_current_xact_id();

CREATE INDEX match_stored_in ON match (stored_in) WHERE stored_in IS NOT NULL;

COMMENT ON COLUMN match.stored_in IS 'The transaction that stored the match; null for those from before this column. Rows that are made again get a new one (SET stored_in = DEFAULT), or the figures of their players would not notice.';
COMMENT ON INDEX match_stored_in IS 'Matches that came after a snapshot.';

-- All figures that are there were computed before champions and mates had a table: they are due.
ALTER TABLE player_year_stats
    ADD COLUMN computed_in pg_snapshot,
    ADD COLUMN stale_since timestamptz DEFAULT now();
ALTER TABLE player_year_stats ALTER COLUMN stale_since DROP DEFAULT;

CREATE INDEX player_year_stats_stale ON player_year_stats (stale_since) WHERE stale_since IS NOT NULL;

COMMENT ON COLUMN player_year_stats.computed_in IS 'What the figures were computed from: a match whose stored_in is not visible in it is missing from them.';
COMMENT ON COLUMN player_year_stats.stale_since IS 'When a match was noticed that the figures lack; null when they are complete as far as is known.';
COMMENT ON INDEX player_year_stats_stale IS 'Figures that are due to be computed again.';

CREATE TABLE stats_sweep (
    only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seen            pg_snapshot NOT NULL,
    swept_at        timestamptz NOT NULL DEFAULT now()
);

INSERT INTO stats_sweep (seen) VALUES (pg_current_snapshot());

COMMENT ON TABLE stats_sweep IS 'How far the search for matches that figures lack has come.';
COMMENT ON COLUMN stats_sweep.only_row IS 'True: there is one row.';
COMMENT ON COLUMN stats_sweep.seen IS 'Matches visible in this snapshot were looked at.';
COMMENT ON COLUMN stats_sweep.swept_at IS 'When that was.';

-- match_participant_player serves what this one did. Last, because it waits for readers, and nothing comes after it.
DROP INDEX match_participant_summoner;
