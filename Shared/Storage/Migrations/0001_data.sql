-- Players, matches, timelines, the bodies they came from, and what could not be had.
--
-- What Riot sends is kept in typed columns. A value that does not fit its column (another type, out of range, null, a
-- name that is not known yet) stands under Riot's name in the row's `extra`, so nothing is lost and no match fails.

CREATE TABLE data_origin (
    only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    origin          text NOT NULL,
    stamped_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE data_origin IS 'Where all data of this database comes from. Real and simulated data never mix.';
COMMENT ON COLUMN data_origin.origin IS 'riot, or simulator: and its address.';

-- Players ------------------------------------------------------------------------------------------------------------

CREATE TABLE summoner (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    puuid           text COLLATE "C" NOT NULL,
    key_scope       text COLLATE "C" NOT NULL,
    game_name       text,
    tag_line        text,
    folded_name     text COLLATE "C",
    named_at        timestamptz,
    first_seen_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT summoner_puuid UNIQUE (puuid, key_scope)
);

CREATE INDEX summoner_folded_name ON summoner (folded_name) WHERE folded_name IS NOT NULL;

COMMENT ON TABLE summoner IS 'A player. The integer id is the summoner_id of the HTTP API.';
COMMENT ON COLUMN summoner.puuid IS 'Riot''s id of the player, encrypted for the application whose key was used.';
COMMENT ON COLUMN summoner.key_scope IS 'Which application that was (RIOT_KEY_SCOPE).';
COMMENT ON COLUMN summoner.game_name IS 'The newest known name; null until one was seen.';
COMMENT ON COLUMN summoner.folded_name IS 'name#tag without case and spaces: two spellings that Riot takes for one are equal here.';
COMMENT ON COLUMN summoner.named_at IS 'When the player had that name: the start of a match, or the time of asking.';

CREATE TABLE summoner_profile (
    summoner_id     integer NOT NULL REFERENCES summoner ON DELETE CASCADE,
    platform        text COLLATE "C" NOT NULL,
    level           integer,
    icon_id         integer,
    revised_at      timestamptz,
    seen_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (summoner_id, platform)
);

COMMENT ON TABLE summoner_profile IS 'What belongs to a player on one platform: one account can have profiles on several.';
COMMENT ON COLUMN summoner_profile.revised_at IS 'Riot''s revisionDate: moves with a finished game, a new icon or a new name.';
COMMENT ON COLUMN summoner_profile.seen_at IS 'When summoner-v4 was asked last.';

-- Matches ------------------------------------------------------------------------------------------------------------

CREATE TABLE match_key (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    riot_id         text COLLATE "C" NOT NULL UNIQUE
);

COMMENT ON TABLE match_key IS 'Short keys for Riot''s match ids. A timeline can be here without its match, and the other way round.';
COMMENT ON COLUMN match_key.riot_id IS 'Riot''s id, for example EUW1_6852390800.';

CREATE TABLE match (
    id              integer PRIMARY KEY REFERENCES match_key,
    received_at     timestamptz NOT NULL,
    started_at      timestamptz,
    created_at      timestamptz,
    game_started_at timestamptz,
    ended_at        timestamptz,
    game_id         bigint,
    duration_seconds integer,
    queue_id        integer,
    map_id          integer,
    patch_major     smallint,
    patch_minor     smallint,
    parser_version  smallint NOT NULL,
    is_aborted      boolean NOT NULL,
    is_remake       boolean NOT NULL,
    platform        text COLLATE "C" NOT NULL,
    platform_id     text,
    game_mode       text,
    game_type       text,
    game_name       text,
    game_version    text,
    end_of_game_result text,
    tournament_code text,
    data_version    text,
    game_mode_mutators text[],
    summoner_ids    integer[] NOT NULL,
    extra           jsonb
);

CREATE INDEX match_started ON match (started_at DESC, id DESC);

COMMENT ON TABLE match IS 'One row per match body.';
COMMENT ON COLUMN match.started_at IS 'The match''s own time, which decides its year: game_started_at, else created_at, else ended_at.';
COMMENT ON COLUMN match.created_at IS 'gameCreation: when the loading screen began.';
COMMENT ON COLUMN match.game_started_at IS 'gameStartTimestamp: when the game''s clock stood at 0.';
COMMENT ON COLUMN match.duration_seconds IS 'gameDuration in seconds, whatever unit Riot used; null when absurd.';
COMMENT ON COLUMN match.patch_major IS 'First number of game_version.';
COMMENT ON COLUMN match.patch_minor IS 'Second number of game_version.';
COMMENT ON COLUMN match.parser_version IS 'The decoder that made the rows of this match.';
COMMENT ON COLUMN match.is_aborted IS 'The body has no participants. Riot''s Abort_Unexpected also stands on complete games and decides nothing.';
COMMENT ON COLUMN match.is_remake IS 'Ended by the early vote: the flag stands on every participant and the game was shorter than five minutes.';
COMMENT ON COLUMN match.platform IS 'Platform of the match id, lower case.';
COMMENT ON COLUMN match.platform_id IS 'platformId as Riot wrote it; empty in aborted games.';
COMMENT ON COLUMN match.summoner_ids IS 'Players of metadata.participants in their order; bots are not among them.';
COMMENT ON COLUMN match.extra IS 'What has no column or does not fit it, in the shape of the body.';

CREATE TABLE match_team (
    match_id        integer NOT NULL,
    team_number     smallint NOT NULL,
    team_id         smallint,
    win             boolean,
    baron_first boolean, baron_kills smallint, champion_first boolean, champion_kills smallint,
    dragon_first boolean, dragon_kills smallint, horde_first boolean, horde_kills smallint,
    inhibitor_first boolean, inhibitor_kills smallint, rift_herald_first boolean, rift_herald_kills smallint,
    tower_first boolean, tower_kills smallint, atakhan_first boolean, atakhan_kills smallint,
    feat_epic_monster_kill smallint, feat_first_blood smallint, feat_first_turret smallint,
    ban_champion_id integer[],
    ban_pick_turn   smallint[],
    extra           jsonb,
    PRIMARY KEY (match_id, team_number)
);

COMMENT ON TABLE match_team IS 'Teams as Riot lists them. In Arena they do not match the participants'' team ids.';
COMMENT ON COLUMN match_team.team_number IS 'Place in the list, from 1.';
COMMENT ON COLUMN match_team.team_id IS '100 and 200; 0 for the second one in Arena.';
COMMENT ON COLUMN match_team.ban_champion_id IS 'Bans in their order, -1 for none; see the view match_ban.';
COMMENT ON COLUMN match_team.feat_first_blood IS 'featState of a feat of strength: 1001 when the team has it, else its progress.';

-- No foreign keys below: the rows are written in the transaction that writes their match or timeline, and a check for
-- each of them would cost as much as the row.
CREATE TABLE match_participant (
    started_at      timestamptz,
    match_id        integer NOT NULL,
    summoner_id     integer,
    participant_id  smallint NOT NULL,
    is_bot          boolean NOT NULL,
    champ_experience integer, champion_id integer, damage_dealt_to_buildings integer,
    damage_dealt_to_objectives integer, damage_dealt_to_turrets integer, damage_self_mitigated integer,
    gold_earned integer, gold_spent integer, item_0 integer, item_1 integer, item_2 integer, item_3 integer,
    item_4 integer, item_5 integer, item_6 integer, largest_critical_strike integer,
    longest_time_spent_living integer, magic_damage_dealt integer, magic_damage_dealt_to_champions integer,
    magic_damage_taken integer, physical_damage_dealt integer, physical_damage_dealt_to_champions integer,
    physical_damage_taken integer, player_augment_1 integer, player_augment_2 integer, player_augment_3 integer,
    player_augment_4 integer, profile_icon integer, summoner_1_id integer, summoner_2_id integer,
    summoner_level integer, time_ccing_others integer, time_played integer, total_damage_dealt integer,
    total_damage_dealt_to_champions integer, total_damage_shielded_on_teammates integer, total_damage_taken integer,
    total_heal integer, total_heals_on_teammates integer, total_minions_killed integer, total_time_cc_dealt integer,
    total_time_spent_dead integer, true_damage_dealt integer, true_damage_dealt_to_champions integer,
    true_damage_taken integer, player_augment_5 integer, player_augment_6 integer, champion_skin_id integer,
    damage_dealt_to_epic_monsters integer, role_bound_item integer,
    stat_perk_defense integer, stat_perk_flex integer, stat_perk_offense integer, primary_style integer,
    primary_perk_1 integer, primary_perk_1_var_1 integer, primary_perk_1_var_2 integer, primary_perk_1_var_3 integer,
    primary_perk_2 integer, primary_perk_2_var_1 integer, primary_perk_2_var_2 integer, primary_perk_2_var_3 integer,
    primary_perk_3 integer, primary_perk_3_var_1 integer, primary_perk_3_var_2 integer, primary_perk_3_var_3 integer,
    primary_perk_4 integer, primary_perk_4_var_1 integer, primary_perk_4_var_2 integer, primary_perk_4_var_3 integer,
    sub_style integer, sub_perk_1 integer, sub_perk_1_var_1 integer, sub_perk_1_var_2 integer,
    sub_perk_1_var_3 integer, sub_perk_2 integer, sub_perk_2_var_1 integer, sub_perk_2_var_2 integer,
    sub_perk_2_var_3 integer,
    player_score_0 real, player_score_1 real, player_score_2 real, player_score_3 real, player_score_4 real,
    player_score_5 real, player_score_6 real, player_score_7 real, player_score_8 real, player_score_9 real,
    player_score10 real, player_score11 real,
    player_behavior_is_hero_in_combat integer,
    all_in_pings smallint, assist_me_pings smallint, assists smallint, baron_kills smallint, bounty_level smallint,
    champ_level smallint, command_pings smallint, champion_transform smallint, consumables_purchased smallint,
    deaths smallint, detector_wards_placed smallint, double_kills smallint, dragon_kills smallint,
    enemy_missing_pings smallint, enemy_vision_pings smallint, hold_pings smallint, get_back_pings smallint,
    inhibitor_kills smallint, inhibitor_takedowns smallint, inhibitors_lost smallint, items_purchased smallint,
    killing_sprees smallint, kills smallint, largest_killing_spree smallint, largest_multi_kill smallint,
    neutral_minions_killed smallint, need_vision_pings smallint, nexus_kills smallint, nexus_takedowns smallint,
    nexus_lost smallint, objectives_stolen smallint, objectives_stolen_assists smallint, on_my_way_pings smallint,
    penta_kills smallint, placement smallint, player_subteam_id smallint, push_pings smallint, quadra_kills smallint,
    sight_wards_bought_in_game smallint, spell_1_casts smallint, spell_2_casts smallint, spell_3_casts smallint,
    spell_4_casts smallint, subteam_placement smallint, summoner_1_casts smallint, summoner_2_casts smallint,
    team_id smallint, total_ally_jungle_minions_killed smallint, total_enemy_jungle_minions_killed smallint,
    total_units_healed smallint, triple_kills smallint, turret_kills smallint, turret_takedowns smallint,
    turrets_lost smallint, unreal_kills smallint, vision_score smallint, vision_cleared_pings smallint,
    vision_wards_bought_in_game smallint, wards_killed smallint, wards_placed smallint, bait_pings smallint,
    danger_pings smallint, basic_pings smallint, retreat_pings smallint,
    eligible_for_progression boolean, first_blood_assist boolean, first_blood_kill boolean,
    first_tower_assist boolean, first_tower_kill boolean, game_ended_in_early_surrender boolean,
    game_ended_in_surrender boolean, team_early_surrendered boolean, win boolean,
    player_score_capital boolean,
    champion_name text, individual_position text, lane text, riot_id_game_name text, riot_id_tagline text, role text,
    encrypted_summoner_id text, summoner_name text, team_position text, riot_id_name text,
    extra           jsonb,
    PRIMARY KEY (match_id, participant_id)
);

CREATE INDEX match_participant_summoner ON match_participant (summoner_id, started_at DESC, match_id DESC)
    WHERE summoner_id IS NOT NULL;

COMMENT ON TABLE match_participant IS 'One row per player or bot of a match; a field that Riot left out is null.';
COMMENT ON COLUMN match_participant.started_at IS 'The match''s started_at, here for the index of the player page.';
COMMENT ON COLUMN match_participant.participant_id IS 'Riot''s participantId, which events and frames refer to; the place in the list when Riot''s cannot be used.';
COMMENT ON COLUMN match_participant.is_bot IS 'The puuid is BOT. Bots have no summoner_id.';
COMMENT ON COLUMN match_participant.team_position IS 'TOP, JUNGLE, MIDDLE, BOTTOM, UTILITY, or empty where there are no lanes. lane and role are old guesses.';
COMMENT ON COLUMN match_participant.player_score_0 IS 'playerScore0 or PlayerScore0; of their meaning Riot says nothing.';
COMMENT ON COLUMN match_participant.player_score_capital IS 'The scores were spelled PlayerScore0 and so on.';
COMMENT ON COLUMN match_participant.encrypted_summoner_id IS 'summonerId, which no endpoint accepts any more.';
COMMENT ON COLUMN match_participant.riot_id_game_name IS 'The name at the time of the match.';
COMMENT ON COLUMN match_participant.time_ccing_others IS 'Seconds of crowd control dealt to others, weighted (timeCCingOthers).';
COMMENT ON COLUMN match_participant.placement IS 'Place in Arena; 0 elsewhere.';
COMMENT ON COLUMN match_participant.primary_perk_1 IS 'The keystone rune.';
COMMENT ON COLUMN match_participant.extra IS 'What has no column or does not fit it, under Riot''s names.';

CREATE TABLE match_detail (
    match_id        integer PRIMARY KEY,
    participant_ids smallint[] NOT NULL,
    challenges      jsonb,
    missions        jsonb
);

COMMENT ON TABLE match_detail IS 'challenges and missions of all participants. One object per match takes a third of one per participant.';
COMMENT ON COLUMN match_detail.participant_ids IS 'Order of the values in the lists of the other columns.';
COMMENT ON COLUMN match_detail.challenges IS 'For each challenge the list of the participants'' values; null where one lacks it.';

-- Timelines ----------------------------------------------------------------------------------------------------------

CREATE TABLE timeline (
    match_id        integer PRIMARY KEY REFERENCES match_key,
    received_at     timestamptz NOT NULL,
    game_id         bigint,
    frame_interval_ms integer,
    frame_count     smallint NOT NULL,
    event_count     smallint NOT NULL,
    parser_version  smallint NOT NULL,
    frame_timestamp_ms integer[] NOT NULL,
    frame_first_event smallint[] NOT NULL,
    summoner_ids    integer[] NOT NULL,
    participant_ids smallint[],
    participant_summoner_ids integer[],
    end_of_game_result text,
    data_version    text,
    extra           jsonb
);

COMMENT ON TABLE timeline IS 'One row per timeline body.';
COMMENT ON COLUMN timeline.frame_timestamp_ms IS 'Milliseconds of game time of each frame; frame 0 is the first.';
COMMENT ON COLUMN timeline.frame_first_event IS 'Ordinal of the first event of each frame, or of the next one when it has none.';
COMMENT ON COLUMN timeline.summoner_ids IS 'Players of metadata.participants in their order; bots are not among them.';
COMMENT ON COLUMN timeline.participant_ids IS 'info.participants: the ids that frames and events use, in the order of participant_summoner_ids.';
COMMENT ON COLUMN timeline.extra IS 'What has no column or does not fit it, in the shape of the body; frames under their number.';

CREATE TABLE timeline_frames (
    match_id        integer NOT NULL,
    participant_id  smallint NOT NULL,
    level smallint[], xp integer[], total_gold integer[], current_gold integer[], gold_per_second smallint[],
    minions_killed integer[], jungle_minions_killed smallint[], time_enemy_spent_controlled integer[],
    position_x smallint[], position_y smallint[], ability_haste smallint[], ability_power smallint[],
    armor smallint[], armor_pen smallint[], armor_pen_percent smallint[], attack_damage smallint[],
    attack_speed smallint[], bonus_armor_pen_percent smallint[], bonus_magic_pen_percent smallint[],
    cc_reduction smallint[], cooldown_reduction smallint[], health integer[], health_max integer[],
    health_regen integer[], lifesteal smallint[], magic_pen smallint[], magic_pen_percent smallint[],
    magic_resist smallint[], movement_speed smallint[], omnivamp smallint[], physical_vamp smallint[],
    power integer[], power_max integer[], power_regen integer[], spell_vamp smallint[], magic_damage_done integer[],
    magic_damage_done_to_champions integer[], magic_damage_taken integer[], physical_damage_done integer[],
    physical_damage_done_to_champions integer[], physical_damage_taken integer[], total_damage_done integer[],
    total_damage_done_to_champions integer[], total_damage_taken integer[], true_damage_done integer[],
    true_damage_done_to_champions integer[], true_damage_taken integer[],
    frame_present   boolean[],
    extra           jsonb,
    PRIMARY KEY (match_id, participant_id)
) WITH (toast_tuple_target = 128);

COMMENT ON TABLE timeline_frames IS 'A participant''s figures over time: element 1 of an array belongs to frame 0. See the view participant_frame.';
COMMENT ON COLUMN timeline_frames.level IS 'As all arrays here: null when the figure was 0 in every frame.';
COMMENT ON COLUMN timeline_frames.frame_present IS 'Which frames have this participant; null when all have.';
COMMENT ON COLUMN timeline_frames.extra IS 'What does not fit, under the number of the frame.';

CREATE TABLE timeline_events (
    match_id        integer NOT NULL,
    type            text COLLATE "C" NOT NULL,
    ordinal         smallint[] NOT NULL,
    timestamp_ms integer[], real_timestamp_ms bigint[], actual_start_time_ms integer[], game_id bigint[],
    item_id integer[], before_id integer[], after_id integer[], gold_gain integer[], bounty integer[],
    shutdown_bounty integer[], feat_value integer[], participant_id smallint[], creator_id smallint[],
    killer_id smallint[], victim_id smallint[], team_id smallint[], killer_team_id smallint[],
    winning_team smallint[], level smallint[], skill_slot smallint[], kill_streak_length smallint[],
    multi_kill_length smallint[], feat_type smallint[], position_x smallint[], position_y smallint[],
    level_up_type text[], ward_type text[], kill_type text[], lane_type text[], monster_type text[],
    monster_sub_type text[], building_type text[], tower_type text[], transform_type text[], name text[],
    assist_count    smallint[],
    assist_end      smallint[],
    assist_id       smallint[],
    damage_received_count smallint[],
    damage_dealt_count smallint[],
    teamfight_damage_received_count smallint[],
    teamfight_damage_dealt_count smallint[],
    extra           jsonb,
    PRIMARY KEY (match_id, type)
);

COMMENT ON TABLE timeline_events IS 'All events of one type of a timeline, an array per field. See the view event and those after it.';
COMMENT ON COLUMN timeline_events.type IS 'Empty for events without a usable type.';
COMMENT ON COLUMN timeline_events.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN timeline_events.assist_count IS 'How many ids assistingParticipantIds has; null where Riot left it out.';
COMMENT ON COLUMN timeline_events.assist_end IS 'Where the event''s ids end in assist_id.';
COMMENT ON COLUMN timeline_events.damage_received_count IS 'How many entries victimDamageReceived has in timeline_kill_damage; null where Riot left it out.';
COMMENT ON COLUMN timeline_events.extra IS 'What does not fit, under the ordinal of the event.';

CREATE TABLE timeline_kill_damage (
    match_id        integer NOT NULL,
    list            text COLLATE "C" NOT NULL,
    kill_ordinal    smallint[] NOT NULL,
    participant_id  smallint[],
    physical_damage integer[],
    magic_damage    integer[],
    true_damage     integer[],
    spell_slot      integer[],
    basic           boolean[],
    type            text[],
    name            text[],
    spell_name      text[],
    extra           jsonb,
    PRIMARY KEY (match_id, list)
);

COMMENT ON TABLE timeline_kill_damage IS 'Damage recaps of all kills of a timeline, an array per field. See the view kill_damage.';
COMMENT ON COLUMN timeline_kill_damage.list IS 'received, dealt, teamfight_received or teamfight_dealt, seen from the victim.';
COMMENT ON COLUMN timeline_kill_damage.kill_ordinal IS 'The CHAMPION_KILL event that the entry belongs to.';
COMMENT ON COLUMN timeline_kill_damage.extra IS 'What does not fit, under the entry''s place in the arrays.';

-- Bodies, refusals, failures -----------------------------------------------------------------------------------------

CREATE TABLE raw_body (
    match_id        integer NOT NULL REFERENCES match_key,
    kind            text COLLATE "C" NOT NULL CHECK (kind IN ('match', 'timeline')),
    encoding        text COLLATE "C" NOT NULL CHECK (encoding IN ('gzip', 'identity')),
    received_at     timestamptz NOT NULL,
    sha256          bytea NOT NULL,
    bytes           bytea NOT NULL,
    PRIMARY KEY (match_id, kind)
);

-- What comes gzipped does not become smaller.
ALTER TABLE raw_body ALTER COLUMN bytes SET STORAGE EXTERNAL;

COMMENT ON TABLE raw_body IS 'Bodies exactly as Riot sent them: all other rows can be made again from these.';
COMMENT ON COLUMN raw_body.sha256 IS 'Of bytes, as received.';

CREATE TABLE rejected_body (
    riot_id         text COLLATE "C" NOT NULL,
    kind            text COLLATE "C" NOT NULL CHECK (kind IN ('match', 'timeline')),
    encoding        text COLLATE "C" NOT NULL CHECK (encoding IN ('gzip', 'identity')),
    parser_version  smallint NOT NULL,
    attempts        integer NOT NULL DEFAULT 1,
    first_seen_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    reason          text NOT NULL,
    place           text NOT NULL,
    sha256          bytea NOT NULL,
    bytes           bytea NOT NULL,
    PRIMARY KEY (riot_id, kind)
);

ALTER TABLE rejected_body ALTER COLUMN bytes SET STORAGE EXTERNAL;

COMMENT ON TABLE rejected_body IS 'Bodies that could not be understood, with the reason; gone when a later one is stored.';
COMMENT ON COLUMN rejected_body.place IS 'Where in the body: a path such as info.participants, or a byte offset.';

CREATE TABLE fetch_failure (
    kind            text COLLATE "C" NOT NULL,
    subject         text COLLATE "C" NOT NULL,
    status          integer,
    attempts        integer NOT NULL DEFAULT 1,
    next_try_at     timestamptz,
    first_seen_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    fingerprint     text NOT NULL,
    reason          text NOT NULL,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX fetch_failure_next_try ON fetch_failure (next_try_at) WHERE next_try_at IS NOT NULL;

COMMENT ON TABLE fetch_failure IS 'What could not be fetched, the truth of dead letters; gone when it is stored.';
COMMENT ON COLUMN fetch_failure.kind IS 'match, timeline or another kind of job.';
COMMENT ON COLUMN fetch_failure.subject IS 'The match id, or what else was to be fetched.';
COMMENT ON COLUMN fetch_failure.status IS 'HTTP status of the last answer; null when there was none.';
COMMENT ON COLUMN fetch_failure.fingerprint IS 'Equal for failures of the same cause: hash of the status and the reason without its digits.';

-- Every array, text and document is compressed with lz4. Rows of frames keep theirs inside the row (MAIN), so that a
-- figure is read without a look into the TOAST table.
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT a.attrelid::regclass AS owner, a.attname AS name, r.relname = 'timeline_frames' AS inline
        FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
        WHERE r.relname IN ('match', 'match_team', 'match_participant', 'match_detail', 'timeline', 'timeline_frames',
                            'timeline_events', 'timeline_kill_damage')
            AND r.relnamespace = current_schema()::regnamespace AND r.relkind = 'r'
            AND a.attnum > 0 AND a.attlen = -1
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', c.owner, c.name);
        IF c.inline THEN
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE MAIN', c.owner, c.name);
        END IF;
    END LOOP;
END
$$;

-- Views --------------------------------------------------------------------------------------------------------------

CREATE VIEW match_ban AS
SELECT t.match_id, t.team_number, t.team_id, b.ban_number, b.champion_id, b.pick_turn
FROM match_team t
CROSS JOIN LATERAL unnest(t.ban_champion_id, t.ban_pick_turn)
    WITH ORDINALITY AS b (champion_id, pick_turn, ban_number);

COMMENT ON VIEW match_ban IS 'One row per ban; champion_id -1 is a turn that was not used.';

CREATE VIEW participant_challenge AS
SELECT d.match_id, p.participant_id, c.key AS challenge, c.value -> (p.place - 1)::integer AS value
FROM match_detail d
CROSS JOIN LATERAL unnest(d.participant_ids) WITH ORDINALITY AS p (participant_id, place)
CROSS JOIN LATERAL jsonb_each(d.challenges) AS c
WHERE c.value -> (p.place - 1)::integer <> 'null'::jsonb;

COMMENT ON VIEW participant_challenge IS 'One row per challenge of a participant. Values are numbers, but for legendaryItemUsed, a list.';

CREATE VIEW participant_frame AS
SELECT f.match_id, f.participant_id, (i - 1)::smallint AS frame, t.frame_timestamp_ms[i] AS timestamp_ms,
    CASE WHEN f.level IS NULL THEN 0 ELSE f.level[i] END AS level,
    CASE WHEN f.xp IS NULL THEN 0 ELSE f.xp[i] END AS xp,
    CASE WHEN f.total_gold IS NULL THEN 0 ELSE f.total_gold[i] END AS total_gold,
    CASE WHEN f.current_gold IS NULL THEN 0 ELSE f.current_gold[i] END AS current_gold,
    CASE WHEN f.gold_per_second IS NULL THEN 0 ELSE f.gold_per_second[i] END AS gold_per_second,
    CASE WHEN f.minions_killed IS NULL THEN 0 ELSE f.minions_killed[i] END AS minions_killed,
    CASE WHEN f.jungle_minions_killed IS NULL THEN 0 ELSE f.jungle_minions_killed[i] END AS jungle_minions_killed,
    CASE WHEN f.time_enemy_spent_controlled IS NULL THEN 0 ELSE f.time_enemy_spent_controlled[i] END AS time_enemy_spent_controlled,
    CASE WHEN f.position_x IS NULL THEN 0 ELSE f.position_x[i] END AS position_x,
    CASE WHEN f.position_y IS NULL THEN 0 ELSE f.position_y[i] END AS position_y,
    CASE WHEN f.ability_haste IS NULL THEN 0 ELSE f.ability_haste[i] END AS ability_haste,
    CASE WHEN f.ability_power IS NULL THEN 0 ELSE f.ability_power[i] END AS ability_power,
    CASE WHEN f.armor IS NULL THEN 0 ELSE f.armor[i] END AS armor,
    CASE WHEN f.armor_pen IS NULL THEN 0 ELSE f.armor_pen[i] END AS armor_pen,
    CASE WHEN f.armor_pen_percent IS NULL THEN 0 ELSE f.armor_pen_percent[i] END AS armor_pen_percent,
    CASE WHEN f.attack_damage IS NULL THEN 0 ELSE f.attack_damage[i] END AS attack_damage,
    CASE WHEN f.attack_speed IS NULL THEN 0 ELSE f.attack_speed[i] END AS attack_speed,
    CASE WHEN f.bonus_armor_pen_percent IS NULL THEN 0 ELSE f.bonus_armor_pen_percent[i] END AS bonus_armor_pen_percent,
    CASE WHEN f.bonus_magic_pen_percent IS NULL THEN 0 ELSE f.bonus_magic_pen_percent[i] END AS bonus_magic_pen_percent,
    CASE WHEN f.cc_reduction IS NULL THEN 0 ELSE f.cc_reduction[i] END AS cc_reduction,
    CASE WHEN f.cooldown_reduction IS NULL THEN 0 ELSE f.cooldown_reduction[i] END AS cooldown_reduction,
    CASE WHEN f.health IS NULL THEN 0 ELSE f.health[i] END AS health,
    CASE WHEN f.health_max IS NULL THEN 0 ELSE f.health_max[i] END AS health_max,
    CASE WHEN f.health_regen IS NULL THEN 0 ELSE f.health_regen[i] END AS health_regen,
    CASE WHEN f.lifesteal IS NULL THEN 0 ELSE f.lifesteal[i] END AS lifesteal,
    CASE WHEN f.magic_pen IS NULL THEN 0 ELSE f.magic_pen[i] END AS magic_pen,
    CASE WHEN f.magic_pen_percent IS NULL THEN 0 ELSE f.magic_pen_percent[i] END AS magic_pen_percent,
    CASE WHEN f.magic_resist IS NULL THEN 0 ELSE f.magic_resist[i] END AS magic_resist,
    CASE WHEN f.movement_speed IS NULL THEN 0 ELSE f.movement_speed[i] END AS movement_speed,
    CASE WHEN f.omnivamp IS NULL THEN 0 ELSE f.omnivamp[i] END AS omnivamp,
    CASE WHEN f.physical_vamp IS NULL THEN 0 ELSE f.physical_vamp[i] END AS physical_vamp,
    CASE WHEN f.power IS NULL THEN 0 ELSE f.power[i] END AS power,
    CASE WHEN f.power_max IS NULL THEN 0 ELSE f.power_max[i] END AS power_max,
    CASE WHEN f.power_regen IS NULL THEN 0 ELSE f.power_regen[i] END AS power_regen,
    CASE WHEN f.spell_vamp IS NULL THEN 0 ELSE f.spell_vamp[i] END AS spell_vamp,
    CASE WHEN f.magic_damage_done IS NULL THEN 0 ELSE f.magic_damage_done[i] END AS magic_damage_done,
    CASE WHEN f.magic_damage_done_to_champions IS NULL THEN 0 ELSE f.magic_damage_done_to_champions[i] END AS magic_damage_done_to_champions,
    CASE WHEN f.magic_damage_taken IS NULL THEN 0 ELSE f.magic_damage_taken[i] END AS magic_damage_taken,
    CASE WHEN f.physical_damage_done IS NULL THEN 0 ELSE f.physical_damage_done[i] END AS physical_damage_done,
    CASE WHEN f.physical_damage_done_to_champions IS NULL THEN 0 ELSE f.physical_damage_done_to_champions[i] END AS physical_damage_done_to_champions,
    CASE WHEN f.physical_damage_taken IS NULL THEN 0 ELSE f.physical_damage_taken[i] END AS physical_damage_taken,
    CASE WHEN f.total_damage_done IS NULL THEN 0 ELSE f.total_damage_done[i] END AS total_damage_done,
    CASE WHEN f.total_damage_done_to_champions IS NULL THEN 0 ELSE f.total_damage_done_to_champions[i] END AS total_damage_done_to_champions,
    CASE WHEN f.total_damage_taken IS NULL THEN 0 ELSE f.total_damage_taken[i] END AS total_damage_taken,
    CASE WHEN f.true_damage_done IS NULL THEN 0 ELSE f.true_damage_done[i] END AS true_damage_done,
    CASE WHEN f.true_damage_done_to_champions IS NULL THEN 0 ELSE f.true_damage_done_to_champions[i] END AS true_damage_done_to_champions,
    CASE WHEN f.true_damage_taken IS NULL THEN 0 ELSE f.true_damage_taken[i] END AS true_damage_taken
FROM timeline_frames f
JOIN timeline t USING (match_id)
CROSS JOIN LATERAL generate_series(1, t.frame_count) AS i
WHERE f.frame_present IS NULL OR f.frame_present[i];

COMMENT ON VIEW participant_frame IS 'One row per participant and frame; frame n is taken n minutes into the game. Name the columns that are needed: each costs.';

CREATE VIEW event AS
SELECT e.match_id, e.type, e.ordinal[i] AS ordinal,
    (width_bucket(e.ordinal[i], t.frame_first_event) - 1)::smallint AS frame,
    e.timestamp_ms[i] AS timestamp_ms, e.real_timestamp_ms[i] AS real_timestamp_ms,
    e.actual_start_time_ms[i] AS actual_start_time_ms, e.game_id[i] AS game_id, e.item_id[i] AS item_id,
    e.before_id[i] AS before_id, e.after_id[i] AS after_id, e.gold_gain[i] AS gold_gain, e.bounty[i] AS bounty,
    e.shutdown_bounty[i] AS shutdown_bounty, e.feat_value[i] AS feat_value, e.participant_id[i] AS participant_id,
    e.creator_id[i] AS creator_id, e.killer_id[i] AS killer_id, e.victim_id[i] AS victim_id, e.team_id[i] AS team_id,
    e.killer_team_id[i] AS killer_team_id, e.winning_team[i] AS winning_team, e.level[i] AS level,
    e.skill_slot[i] AS skill_slot, e.kill_streak_length[i] AS kill_streak_length,
    e.multi_kill_length[i] AS multi_kill_length, e.feat_type[i] AS feat_type, e.position_x[i] AS position_x,
    e.position_y[i] AS position_y, e.level_up_type[i] AS level_up_type, e.ward_type[i] AS ward_type,
    e.kill_type[i] AS kill_type, e.lane_type[i] AS lane_type, e.monster_type[i] AS monster_type,
    e.monster_sub_type[i] AS monster_sub_type, e.building_type[i] AS building_type, e.tower_type[i] AS tower_type,
    e.transform_type[i] AS transform_type, e.name[i] AS name,
    e.assist_id[e.assist_end[i] - e.assist_count[i] + 1 : e.assist_end[i]] AS assist_id,
    e.extra -> e.ordinal[i]::text AS extra
FROM timeline_events e
JOIN timeline t USING (match_id)
CROSS JOIN LATERAL generate_series(1, cardinality(e.ordinal)) AS i;

COMMENT ON VIEW event IS 'One row per event of a timeline. Participant 0 is nobody: a minion, a turret, or Riot does not say.';

CREATE VIEW champion_kill AS
SELECT e.match_id, k.ordinal, (width_bucket(k.ordinal, t.frame_first_event) - 1)::smallint AS frame, k.timestamp_ms,
    k.killer_id, k.victim_id, e.assist_id[k.assist_end - k.assist_count + 1 : k.assist_end] AS assist_id,
    k.position_x, k.position_y, k.bounty, k.shutdown_bounty, k.kill_streak_length
FROM timeline_events e
JOIN timeline t USING (match_id)
CROSS JOIN LATERAL unnest(
    e.ordinal, e.timestamp_ms, e.killer_id, e.victim_id, e.position_x, e.position_y, e.bounty, e.shutdown_bounty,
    e.kill_streak_length, e.assist_count, e.assist_end
) AS k (
    ordinal, timestamp_ms, killer_id, victim_id, position_x, position_y, bounty, shutdown_bounty,
    kill_streak_length, assist_count, assist_end)
WHERE e.type = 'CHAMPION_KILL';

COMMENT ON VIEW champion_kill IS 'One row per death of a champion; killer_id 0 is no champion.';

CREATE VIEW kill_damage AS
SELECT d.match_id, d.list, k.kill_ordinal, k.place, k.participant_id, k.physical_damage, k.magic_damage, k.true_damage,
    k.spell_slot, k.basic, k.type, k.name, k.spell_name
FROM timeline_kill_damage d
CROSS JOIN LATERAL unnest(
    d.kill_ordinal, d.participant_id, d.physical_damage, d.magic_damage, d.true_damage, d.spell_slot, d.basic, d.type,
    d.name, d.spell_name
) WITH ORDINALITY AS k (
    kill_ordinal, participant_id, physical_damage, magic_damage, true_damage, spell_slot, basic, type,
    name, spell_name, place);

COMMENT ON VIEW kill_damage IS 'One row per entry of the damage recaps; kill_ordinal is the ordinal in champion_kill.';

CREATE VIEW special_kill AS
SELECT e.match_id, k.ordinal, k.timestamp_ms, k.kill_type, k.killer_id, k.multi_kill_length, k.position_x, k.position_y
FROM timeline_events e
CROSS JOIN LATERAL unnest(
    e.ordinal, e.timestamp_ms, e.kill_type, e.killer_id, e.multi_kill_length, e.position_x, e.position_y
) AS k (ordinal, timestamp_ms, kill_type, killer_id, multi_kill_length, position_x, position_y)
WHERE e.type = 'CHAMPION_SPECIAL_KILL';

COMMENT ON VIEW special_kill IS 'First bloods, aces and multi kills.';

CREATE VIEW objective_kill AS
SELECT e.match_id, k.ordinal, k.timestamp_ms, k.monster_type, k.monster_sub_type, k.killer_team_id, k.killer_id,
    e.assist_id[k.assist_end - k.assist_count + 1 : k.assist_end] AS assist_id, k.bounty, k.position_x, k.position_y
FROM timeline_events e
CROSS JOIN LATERAL unnest(
    e.ordinal, e.timestamp_ms, e.monster_type, e.monster_sub_type, e.killer_team_id, e.killer_id, e.bounty,
    e.position_x, e.position_y, e.assist_count, e.assist_end
) AS k (
    ordinal, timestamp_ms, monster_type, monster_sub_type, killer_team_id, killer_id, bounty,
    position_x, position_y, assist_count, assist_end)
WHERE e.type = 'ELITE_MONSTER_KILL';

COMMENT ON VIEW objective_kill IS 'Dragons, barons, heralds and other epic monsters; killer_team_id 300 is nobody''s.';

CREATE VIEW building_kill AS
SELECT e.match_id, e.type, k.ordinal, k.timestamp_ms, k.team_id, k.lane_type, k.building_type, k.tower_type,
    k.killer_id, e.assist_id[k.assist_end - k.assist_count + 1 : k.assist_end] AS assist_id,
    k.bounty, k.position_x, k.position_y
FROM timeline_events e
CROSS JOIN LATERAL unnest(
    e.ordinal, e.timestamp_ms, e.team_id, e.lane_type, e.building_type, e.tower_type, e.killer_id, e.bounty,
    e.position_x, e.position_y, e.assist_count, e.assist_end
) AS k (
    ordinal, timestamp_ms, team_id, lane_type, building_type, tower_type, killer_id, bounty,
    position_x, position_y, assist_count, assist_end)
WHERE e.type IN ('BUILDING_KILL', 'TURRET_PLATE_DESTROYED');

COMMENT ON VIEW building_kill IS 'Turrets, inhibitors and turret plates that fell; team_id is the team that lost them.';

CREATE VIEW item_event AS
SELECT e.match_id, e.type, k.ordinal, k.timestamp_ms, k.participant_id, k.item_id, k.before_id, k.after_id, k.gold_gain
FROM timeline_events e
CROSS JOIN LATERAL unnest(
    e.ordinal, e.timestamp_ms, e.participant_id, e.item_id, e.before_id, e.after_id, e.gold_gain
) AS k (ordinal, timestamp_ms, participant_id, item_id, before_id, after_id, gold_gain)
WHERE e.type IN ('ITEM_PURCHASED', 'ITEM_SOLD', 'ITEM_DESTROYED', 'ITEM_UNDO');

COMMENT ON VIEW item_event IS 'Items bought, sold, used up and undone; an undo has before_id and after_id instead of item_id.';

CREATE VIEW skill_event AS
SELECT e.match_id, e.type, k.ordinal, k.timestamp_ms, k.participant_id, k.skill_slot, k.level_up_type, k.level
FROM timeline_events e
CROSS JOIN LATERAL unnest(
    e.ordinal, e.timestamp_ms, e.participant_id, e.skill_slot, e.level_up_type, e.level
) AS k (ordinal, timestamp_ms, participant_id, skill_slot, level_up_type, level)
WHERE e.type IN ('SKILL_LEVEL_UP', 'LEVEL_UP');

COMMENT ON VIEW skill_event IS 'Skill points spent (SKILL_LEVEL_UP, with skill_slot) and levels gained (LEVEL_UP, with level).';

CREATE VIEW ward_event AS
SELECT e.match_id, e.type, k.ordinal, k.timestamp_ms, coalesce(k.creator_id, k.killer_id) AS participant_id, k.ward_type
FROM timeline_events e
CROSS JOIN LATERAL unnest(e.ordinal, e.timestamp_ms, e.creator_id, e.killer_id, e.ward_type)
    AS k (ordinal, timestamp_ms, creator_id, killer_id, ward_type)
WHERE e.type IN ('WARD_PLACED', 'WARD_KILL');

COMMENT ON VIEW ward_event IS 'Wards placed and killed, and by whom.';
