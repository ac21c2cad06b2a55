-- What people ask of the data: views with plain names, small functions, the dictionary, and a role that can only read.
--
-- Functions are plain SQL, so that the planner puts their text into the question: a question about one player touches
-- the matches of that player and no others. For the same reason what needs sums or windows within one match is a
-- function of the match, to be joined with CROSS JOIN LATERAL, and not a view over all matches.

-- Small words --------------------------------------------------------------------------------------------------------

CREATE FUNCTION percent(part bigint, whole bigint) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT round(100.0 * part / nullif(whole, 0), 1) $$;

COMMENT ON FUNCTION percent IS 'part of whole in percent, one decimal; null when there is no whole.';

CREATE FUNCTION kda(kills bigint, deaths bigint, assists bigint) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT round((kills + assists)::numeric / greatest(deaths, 1), 2) $$;

COMMENT ON FUNCTION kda IS 'Kills and assists per death, two decimals; no death counts as one. Of sums over games as of one game.';

CREATE FUNCTION patch_text(major integer, minor integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT major || '.' || minor $$;

COMMENT ON FUNCTION patch_text IS 'A patch as people write it, for example 15.13. Sort by the two numbers: as text 15.9 comes after 15.13.';

CREATE FUNCTION side_name(game_mode text, team_id integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN game_mode NOT IN ('CHERRY', 'STRAWBERRY') AND team_id = 100 THEN 'blue'
                WHEN game_mode NOT IN ('CHERRY', 'STRAWBERRY') AND team_id = 200 THEN 'red' END
$$;

COMMENT ON FUNCTION side_name IS 'blue for team 100, red for 200; null in Arena and Swarm, where there are no two sides.';

CREATE FUNCTION queue_list(queues text) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE lower(coalesce(queues, 'ranked'))
        WHEN 'ranked' THEN '{420,440}'::integer[]
        WHEN 'rift' THEN '{400,420,430,440,480,490,700}'::integer[]
        WHEN 'all' THEN NULL
        ELSE string_to_array(queues, ',')::integer[] END
$$;

COMMENT ON FUNCTION queue_list IS 'The queues that a word stands for: ranked (also for null) is solo 420 and flex 440; rift is every queue of five against five people on Summoner''s Rift; all is null, every queue; else numbers with commas between them.';

CREATE FUNCTION rift_area(x integer, y integer, team_id integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN greatest(x, y) <= 4200 THEN CASE team_id WHEN 100 THEN 'own base' ELSE 'enemy base' END
        WHEN least(x, y) >= 10670 THEN CASE team_id WHEN 200 THEN 'own base' ELSE 'enemy base' END
        WHEN x <= 2200 OR y >= 12670 OR x <= 4000 AND y >= 10870 THEN 'top lane'
        WHEN y <= 2200 OR x >= 12670 OR y <= 4000 AND x >= 10870 THEN 'bottom lane'
        WHEN abs(x - y) <= 1200 THEN 'middle lane'
        WHEN abs(x + y - 14870) <= 1800 THEN 'river'
        WHEN (x + y < 14870) = (team_id = 100) THEN 'own jungle'
        ELSE 'enemy jungle' END
$$;

COMMENT ON FUNCTION rift_area IS 'Where on Summoner''s Rift (map 11, 0 to about 14,870 each way, blue base at 0, 0) a place is, seen from a team. Straight lines between the turrets, not the walls of the map.';

-- Everybody's games with a champion in a role, which a player is compared with.
CREATE INDEX match_participant_champion ON match_participant (champion_id, nullif(team_position, ''));

COMMENT ON INDEX match_participant_champion IS 'Everybody''s games with a champion in a role.';

-- Players and games --------------------------------------------------------------------------------------------------

CREATE VIEW player AS
SELECT id AS summoner_id, game_name || '#' || tag_line AS name, game_name, tag_line, active_platform, first_seen_at
FROM summoner;

CREATE VIEW player_game AS
SELECT p.match_id, (SELECT k.riot_id FROM match_key k WHERE k.id = p.match_id) AS riot_id, p.participant_id,
    p.summoner_id, p.is_bot, m.started_at, extract(year FROM m.started_at AT TIME ZONE 'UTC')::integer AS year,
    m.platform, m.queue_id, m.map_id, m.game_mode, m.patch_major, m.patch_minor,
    patch_text(m.patch_major, m.patch_minor) AS patch, m.duration_seconds, m.duration_seconds / 60.0 AS minutes,
    p.team_id, CASE WHEN m.game_mode = 'CHERRY' THEN nullif(p.player_subteam_id, 0) ELSE p.team_id END AS team,
    side_name(m.game_mode, p.team_id) AS side, nullif(p.team_position, '') AS role, p.champion_id,
    p.champion_name COLLATE "C" AS champion_name, p.win, nullif(p.placement, 0) AS placement, p.kills, p.deaths, p.assists,
    p.total_minions_killed + p.neutral_minions_killed AS cs, p.gold_earned AS gold,
    p.total_damage_dealt_to_champions AS damage, p.total_damage_taken AS damage_taken, p.vision_score, p.wards_placed,
    p.wards_killed, p.detector_wards_placed AS control_wards_placed, p.primary_perk_1 AS keystone_id,
    p.primary_style AS primary_style_id, p.sub_style AS secondary_style_id,
    ARRAY[p.item_0, p.item_1, p.item_2, p.item_3, p.item_4, p.item_5] AS item_ids, p.item_6 AS trinket_id,
    ARRAY[p.summoner_1_id, p.summoner_2_id] AS spell_ids, p.game_ended_in_surrender AS surrendered,
    (SELECT sum(t.kills) FROM match_participant t WHERE t.match_id = p.match_id AND t.team_id = p.team_id)
        AS team_kills,
    (SELECT sum(t.gold_earned) FROM match_participant t WHERE t.match_id = p.match_id AND t.team_id = p.team_id)
        AS team_gold,
    (SELECT sum(t.total_damage_dealt_to_champions) FROM match_participant t
        WHERE t.match_id = p.match_id AND t.team_id = p.team_id) AS team_damage,
    EXISTS (SELECT FROM timeline t WHERE t.match_id = p.match_id) AS has_timeline
FROM match_participant p
JOIN match m ON m.id = p.match_id
WHERE NOT m.is_remake AND NOT m.is_aborted AND p.win IS NOT NULL;

CREATE FUNCTION player_games(summoner integer, in_year integer, on_platform text, in_queues text)
RETURNS SETOF player_game LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT g.* FROM player_game g
    WHERE g.summoner_id = summoner AND (in_year IS NULL OR g.year = in_year)
        AND (on_platform IS NULL OR g.platform = lower(on_platform))
        AND (queue_list(in_queues) IS NULL OR g.queue_id = ANY (queue_list(in_queues)))
$$;

COMMENT ON FUNCTION player_games IS 'The rows of player_game of one player: in a year (UTC), on a platform, in the queues of queue_list; null for a year or a platform is every one.';

CREATE VIEW lane_opponent AS
SELECT p.match_id, p.participant_id, o.participant_id AS opponent_id, o.summoner_id AS opponent_summoner_id,
    o.champion_id AS opponent_champion_id, o.champion_name COLLATE "C" AS opponent_champion_name
FROM match_participant p
JOIN match_participant o ON o.match_id = p.match_id AND o.team_id <> p.team_id AND o.team_position = p.team_position
WHERE p.team_position <> '' AND NOT o.is_bot;

CREATE VIEW team_game AS
SELECT t.match_id, t.team_id, side_name(m.game_mode, t.team_id) AS side, t.win, t.champion_first AS first_blood,
    t.tower_first AS first_tower, t.dragon_first AS first_dragon, t.rift_herald_first AS first_herald,
    t.horde_first AS first_grubs, t.baron_first AS first_baron, t.inhibitor_first AS first_inhibitor,
    t.champion_kills AS kills, t.tower_kills AS towers, t.dragon_kills AS dragons, t.rift_herald_kills AS heralds,
    t.horde_kills AS grubs, t.baron_kills AS barons, t.inhibitor_kills AS inhibitors, t.atakhan_kills AS atakhans
FROM match_team t
JOIN match m ON m.id = t.match_id
WHERE NOT m.is_remake AND NOT m.is_aborted AND side_name(m.game_mode, t.team_id) IS NOT NULL;

CREATE FUNCTION session_games(summoner integer)
RETURNS TABLE (match_id integer, session bigint, game_of_session bigint) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT s.match_id, s.session, row_number() OVER (PARTITION BY s.session ORDER BY s.started_at, s.match_id)
    FROM (
        SELECT b.*, count(*) FILTER (WHERE b.is_first) OVER (ORDER BY b.started_at, b.match_id) AS session
        FROM (
            SELECT g.match_id, g.started_at, g.started_at > coalesce(
                lag(g.started_at + make_interval(secs => g.duration_seconds)) OVER (
                    ORDER BY g.started_at, g.match_id) + interval '1 hour', '-infinity') AS is_first
            FROM player_game g WHERE g.summoner_id = summoner) b) s
$$;

COMMENT ON FUNCTION session_games IS 'A player''s games of all queues and years in sessions, numbered from 1: a session ends with a pause of more than an hour between the end of a game and the start of the next.';

-- Within a timeline --------------------------------------------------------------------------------------------------

CREATE FUNCTION frame_at(of_match integer, of_participant integer, at_minute integer)
RETURNS TABLE (level smallint, xp integer, gold integer, cs integer) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT f.level::smallint, f.xp, f.total_gold, f.minions_killed + f.jungle_minions_killed
    FROM participant_frame f
    WHERE f.match_id = of_match AND f.participant_id = of_participant AND f.frame = at_minute
        AND f.timestamp_ms >= at_minute * 60000
$$;

COMMENT ON FUNCTION frame_at IS 'A participant''s figures at a full minute; no row when the game was over by then. The last frame comes early, at the end of the game, and does not pass for its minute.';

CREATE FUNCTION gold_lead(of_match integer, of_team integer)
RETURNS TABLE (frame smallint, timestamp_ms integer, lead bigint) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT f.frame, f.timestamp_ms, sum(CASE WHEN p.team_id = of_team THEN f.total_gold ELSE -f.total_gold END)
    FROM participant_frame f
    JOIN match_participant p ON p.match_id = f.match_id AND p.participant_id = f.participant_id
    WHERE f.match_id = of_match
    GROUP BY f.frame, f.timestamp_ms
$$;

COMMENT ON FUNCTION gold_lead IS 'Gold that a team has earned more than the other one, frame by frame; below 0 it is behind. Without meaning in Arena.';

CREATE FUNCTION item_purchases(of_match integer, of_participant integer)
RETURNS TABLE (ordinal smallint, timestamp_ms integer, item_id integer) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT b.ordinal, b.timestamp_ms, b.item_id
    FROM (
        SELECT s.*, min(s.balance) OVER (
            PARTITION BY s.item_id ORDER BY s.ordinal ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS lowest
        FROM (
            SELECT e.ordinal, e.timestamp_ms, e.type, coalesce(e.item_id, e.before_id) AS item_id,
                sum(CASE e.type WHEN 'ITEM_PURCHASED' THEN 1 ELSE -1 END) OVER (
                    PARTITION BY coalesce(e.item_id, e.before_id) ORDER BY e.ordinal) AS balance
            FROM item_event e
            WHERE e.match_id = of_match AND e.participant_id = of_participant
                AND e.type IN ('ITEM_PURCHASED', 'ITEM_UNDO')) s) b
    WHERE b.type = 'ITEM_PURCHASED' AND coalesce(b.lowest >= b.balance, true)
$$;

COMMENT ON FUNCTION item_purchases IS 'What a participant bought and kept: an undo takes back the last purchase of the same item that was not taken back yet.';

CREATE FUNCTION finished_items(of_match integer, of_participant integer)
RETURNS TABLE (item_id integer, timestamp_ms integer, place bigint) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH listed AS MATERIALIZED ( -- so that the large document is opened once, not for every purchase
        SELECT d.challenges -> 'legendaryItemUsed' -> (array_position(d.participant_ids, of_participant::smallint) - 1)
            AS items
        FROM match_detail d WHERE d.match_id = of_match
    )
    SELECT i.item_id, min(i.timestamp_ms), row_number() OVER (ORDER BY min(i.ordinal))
    FROM listed l
    CROSS JOIN item_purchases(of_match, of_participant) i
    WHERE l.items @> to_jsonb(i.item_id)
    GROUP BY i.item_id
$$;

COMMENT ON FUNCTION finished_items IS 'Finished items of a participant with the time of the first purchase that was kept, in their order: those that Riot''s challenge legendaryItemUsed lists for him in this match. Boots are not among them, nor what an item turns into by itself, which nobody buys.';

CREATE FUNCTION first_recall_purchase(of_match integer, of_participant integer)
RETURNS TABLE (timestamp_ms integer) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT i.timestamp_ms FROM item_purchases(of_match, of_participant) i
    WHERE i.timestamp_ms > 90000 AND NOT EXISTS (
        SELECT FROM champion_kill k
        WHERE k.match_id = of_match AND k.victim_id = of_participant
            AND k.timestamp_ms BETWEEN i.timestamp_ms - 60000 AND i.timestamp_ms)
    ORDER BY i.ordinal
    LIMIT 1
$$;

COMMENT ON FUNCTION first_recall_purchase IS 'Milliseconds of a participant''s first purchase after a recall. Timelines do not show recalls: it is the first kept purchase after 1:30, when the first shopping is over, that does not follow a death of his within a minute.';

CREATE FUNCTION skill_order(of_match integer, of_participant integer)
RETURNS TABLE (first_three text, max_order text) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT (
            SELECT string_agg(substr('QWER', p.skill_slot, 1), '' ORDER BY p.point)
            FROM (
                SELECT e.skill_slot, row_number() OVER (ORDER BY e.ordinal) AS point FROM skill_event e
                WHERE e.match_id = of_match AND e.participant_id = of_participant
                    AND e.type = 'SKILL_LEVEL_UP' AND e.level_up_type = 'NORMAL') p
            WHERE p.point <= 3),
        (
            SELECT string_agg(substr('QWE', s.skill_slot, 1), '' ORDER BY s.fifth, s.points DESC, s.first)
            FROM (
                SELECT e.skill_slot, (array_agg(e.ordinal ORDER BY e.ordinal))[5] AS fifth, count(*) AS points,
                    min(e.ordinal) AS first
                FROM skill_event e
                WHERE e.match_id = of_match AND e.participant_id = of_participant AND e.skill_slot <= 3
                    AND e.type = 'SKILL_LEVEL_UP' AND e.level_up_type = 'NORMAL'
                GROUP BY e.skill_slot) s)
$$;

COMMENT ON FUNCTION skill_order IS 'Which skills a participant took first, for example QEW, and in which order the three basic ones had their fifth point; those without one come last, the one with more points before. Evolutions do not count. Null without a timeline.';

CREATE FUNCTION objectives_taken(of_match integer)
RETURNS TABLE (objective text, team_id integer, timestamp_ms integer) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT o.monster_type, o.killer_team_id::integer, o.timestamp_ms FROM objective_kill o
    WHERE o.match_id = of_match AND o.killer_team_id IN (100, 200)
    UNION ALL
    SELECT b.building_type, 300 - b.team_id, b.timestamp_ms FROM building_kill b
    WHERE b.match_id = of_match AND b.type = 'BUILDING_KILL' AND b.team_id IN (100, 200)
$$;

COMMENT ON FUNCTION objectives_taken IS 'Epic monsters, turrets and inhibitors of a match with the team that took them; those that nobody''s team took are left out.';

-- What is missing ----------------------------------------------------------------------------------------------------

CREATE VIEW missing_data AS
SELECT DISTINCT ON (w.summoner_id, w.riot_id) w.summoner_id, w.riot_id, split_part(lower(w.riot_id), '_', 1) AS platform,
    w.year, w.started_at, w.missing, w.state, coalesce(f.reason, w.reason) AS reason, f.status, f.next_try_at
FROM (
    SELECT t.summoner_id, i.match_id AS riot_id, t.year, m.started_at, coalesce(t.listed_at, t.queued_at) AS listed_at,
        CASE WHEN m.id IS NULL THEN 'match' ELSE 'timeline' END AS missing,
        CASE WHEN m.id IS NULL THEN i.match_state ELSE i.timeline_state END AS state, i.reason
    FROM sync_task t
    JOIN sync_item i ON i.task_id = t.id
    LEFT JOIN match_key k ON k.riot_id = i.match_id
    LEFT JOIN match m ON m.id = k.id
    LEFT JOIN timeline l ON l.match_id = k.id
    WHERE t.summoner_id IS NOT NULL AND i.match_state NOT IN ('outside_year', 'not_his')
        AND (m.id IS NULL OR l.match_id IS NULL)
    UNION ALL
    SELECT p.summoner_id, k.riot_id, extract(year FROM m.started_at AT TIME ZONE 'UTC')::integer, m.started_at,
        '-infinity', 'timeline', 'not asked for', NULL
    FROM match_participant p
    JOIN match m ON m.id = p.match_id
    JOIN match_key k ON k.id = p.match_id
    WHERE p.summoner_id IS NOT NULL AND NOT EXISTS (SELECT FROM timeline l WHERE l.match_id = p.match_id)
) w
LEFT JOIN fetch_failure f ON f.kind = w.missing AND f.subject = w.riot_id
ORDER BY w.summoner_id, w.riot_id, w.listed_at DESC;

-- The dictionary ------------------------------------------------------------------------------------------------------

-- Every column has a sentence; where a column holds a value of Riot's, it begins with Riot's name of it. The comments of
-- earlier steps are repeated where they lacked that name. Views get the sentences of the columns that they show.

-- Matches.

COMMENT ON COLUMN data_origin.only_row IS 'Always true: the table has one row.';
COMMENT ON COLUMN data_origin.stamped_at IS 'When the database was marked.';
COMMENT ON COLUMN schema_migration.number IS 'Number of the step.';
COMMENT ON COLUMN schema_migration.name IS 'Name of the step.';
COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied.';
COMMENT ON COLUMN summoner.id IS 'The summoner_id of the HTTP API.';
COMMENT ON COLUMN summoner.tag_line IS 'The tag that belongs to game_name.';
COMMENT ON COLUMN summoner.first_seen_at IS 'When the player was seen first by this database.';
COMMENT ON COLUMN summoner_profile.summoner_id IS 'The player.';
COMMENT ON COLUMN summoner_profile.platform IS 'Platform, lower case, for example euw1.';
COMMENT ON COLUMN summoner_profile.level IS 'summonerLevel: level of the account on that platform.';
COMMENT ON COLUMN summoner_profile.icon_id IS 'profileIconId: number of the player''s icon.';
COMMENT ON COLUMN summoner_rank.summoner_id IS 'The player.';
COMMENT ON COLUMN summoner_rank.platform IS 'Platform, lower case, for example euw1.';
COMMENT ON COLUMN summoner_rank.league_points IS 'leaguePoints.';
COMMENT ON COLUMN summoner_rank.wins IS 'wins: games won in the queue this season.';
COMMENT ON COLUMN summoner_rank.losses IS 'losses: games lost in the queue this season.';
COMMENT ON COLUMN summoner_rank.hot_streak IS 'hotStreak: three or more wins in a row.';
COMMENT ON COLUMN summoner_rank.veteran IS 'veteran: many games in the same league.';
COMMENT ON COLUMN summoner_rank.fresh_blood IS 'freshBlood: new in the league.';
COMMENT ON COLUMN summoner_rank.inactive IS 'inactive: has not played for long.';
COMMENT ON COLUMN summoner_rank.league_id IS 'leagueId: Riot''s id of the league.';
COMMENT ON COLUMN summoner_rank.series_progress IS 'miniSeries.progress: games of the promotion series, W, L and N for those to come.';
COMMENT ON COLUMN summoner_rank.series_target IS 'miniSeries.target: wins that the series needs.';
COMMENT ON COLUMN summoner_rank.series_wins IS 'miniSeries.wins: wins of the series.';
COMMENT ON COLUMN summoner_rank.series_losses IS 'miniSeries.losses: losses of the series.';
COMMENT ON COLUMN match_key.id IS 'The match_id of all other tables.';
COMMENT ON COLUMN match.id IS 'The match_id of all other tables.';
COMMENT ON COLUMN match.received_at IS 'When the body came.';
COMMENT ON COLUMN match.ended_at IS 'gameEndTimestamp: end of the game as Riot writes it, sometimes much later than the game''s own end; absent before patch 11.20.';
COMMENT ON COLUMN match.created_at IS 'gameCreation: when the loading screen began.';
COMMENT ON COLUMN match.game_started_at IS 'gameStartTimestamp: when the game''s clock stood at 0.';
COMMENT ON COLUMN match.duration_seconds IS 'gameDuration in seconds, whatever unit Riot used; null when absurd.';
COMMENT ON COLUMN match.game_id IS 'gameId: the number in Riot''s match id.';
COMMENT ON COLUMN match.queue_id IS 'queueId: 420 ranked solo, 440 ranked flex, 400 draft, 450 ARAM, 1700 Arena, 0 custom, and others.';
COMMENT ON COLUMN match.map_id IS 'mapId: 11 Summoner''s Rift, 12 Howling Abyss, 30 Arena, and others.';
COMMENT ON COLUMN match.game_mode IS 'gameMode: CLASSIC, ARAM, CHERRY (Arena), STRAWBERRY (Swarm), and others; empty in aborted games.';
COMMENT ON COLUMN match.game_type IS 'gameType: MATCHED_GAME, CUSTOM_GAME, and others.';
COMMENT ON COLUMN match.game_name IS 'gameName: Riot''s technical name of the game.';
COMMENT ON COLUMN match.game_version IS 'gameVersion: four numbers, of which the first two are the patch; empty in aborted games.';
COMMENT ON COLUMN match.end_of_game_result IS 'endOfGameResult: GameComplete, Abort_Unexpected, Abort_TooFewPlayers; decides nothing here; since patch 14.3.';
COMMENT ON COLUMN match.tournament_code IS 'tournamentCode; empty but in tournaments.';
COMMENT ON COLUMN match.data_version IS 'metadata.dataVersion: Riot''s version of the body.';
COMMENT ON COLUMN match.game_mode_mutators IS 'gameModeMutators: Riot''s names of changes to the mode; since patch 15.13.';
COMMENT ON COLUMN match_team.match_id IS 'The match.';
COMMENT ON COLUMN match_team.win IS 'win: whether Riot counts the game as won; may be false for both.';
COMMENT ON COLUMN match_team.ban_pick_turn IS 'bans.pickTurn: turns of the bans in ban_champion_id.';
COMMENT ON COLUMN match_team.ban_champion_id IS 'bans.championId in their order, -1 for none; see the view match_ban.';
COMMENT ON COLUMN match_team.feat_epic_monster_kill IS 'feats.EPIC_MONSTER_KILL.featState: 1001 when the team has the feat of strength, else its progress; since patch 15.4.';
COMMENT ON COLUMN match_team.feat_first_blood IS 'feats.FIRST_BLOOD.featState: 1001 when the team has the feat of strength, else its progress; since patch 15.4.';
COMMENT ON COLUMN match_team.feat_first_turret IS 'feats.FIRST_TURRET.featState: 1001 when the team has the feat of strength, else its progress; since patch 15.4.';
COMMENT ON COLUMN match_team.team_id IS 'teamId: 100 (blue) and 200 (red); 0 for the second one in Arena.';
COMMENT ON COLUMN match_team.extra IS 'What has no column or does not fit it, under Riot''s names.';
COMMENT ON COLUMN match_team.baron_first IS 'objectives.baron.first: whether the team had the first one of the game (barons).';
COMMENT ON COLUMN match_team.baron_kills IS 'objectives.baron.kills: how many the team took (barons).';
COMMENT ON COLUMN match_team.champion_first IS 'objectives.champion.first: whether the team had the first one of the game (enemy champions).';
COMMENT ON COLUMN match_team.champion_kills IS 'objectives.champion.kills: how many the team took (enemy champions).';
COMMENT ON COLUMN match_team.dragon_first IS 'objectives.dragon.first: whether the team had the first one of the game (dragons).';
COMMENT ON COLUMN match_team.dragon_kills IS 'objectives.dragon.kills: how many the team took (dragons).';
COMMENT ON COLUMN match_team.horde_first IS 'objectives.horde.first: whether the team had the first one of the game (void grubs); since patch 13.23.';
COMMENT ON COLUMN match_team.horde_kills IS 'objectives.horde.kills: how many the team took (void grubs); since patch 13.23.';
COMMENT ON COLUMN match_team.inhibitor_first IS 'objectives.inhibitor.first: whether the team had the first one of the game (inhibitors).';
COMMENT ON COLUMN match_team.inhibitor_kills IS 'objectives.inhibitor.kills: how many the team took (inhibitors).';
COMMENT ON COLUMN match_team.rift_herald_first IS 'objectives.riftHerald.first: whether the team had the first one of the game (rift heralds).';
COMMENT ON COLUMN match_team.rift_herald_kills IS 'objectives.riftHerald.kills: how many the team took (rift heralds).';
COMMENT ON COLUMN match_team.tower_first IS 'objectives.tower.first: whether the team had the first one of the game (turrets).';
COMMENT ON COLUMN match_team.tower_kills IS 'objectives.tower.kills: how many the team took (turrets).';
COMMENT ON COLUMN match_team.atakhan_first IS 'objectives.atakhan.first: whether the team had the first one of the game (Atakhans); since patch 15.1.';
COMMENT ON COLUMN match_team.atakhan_kills IS 'objectives.atakhan.kills: how many the team took (Atakhans); since patch 15.1.';

-- Participants.

COMMENT ON COLUMN match_participant.match_id IS 'The match.';
COMMENT ON COLUMN match_participant.summoner_id IS 'The player; null for bots.';
COMMENT ON COLUMN match_participant.participant_id IS 'participantId, which events and frames refer to; the place in the list when Riot''s cannot be used.';
COMMENT ON COLUMN match_participant.champ_experience IS 'champExperience: experience gained by the end.';
COMMENT ON COLUMN match_participant.champion_id IS 'championId: Riot''s number of the champion; not reliable before patch 11.4.';
COMMENT ON COLUMN match_participant.damage_dealt_to_buildings IS 'damageDealtToBuildings: damage to turrets and inhibitors.';
COMMENT ON COLUMN match_participant.damage_dealt_to_objectives IS 'damageDealtToObjectives: damage to epic monsters and buildings.';
COMMENT ON COLUMN match_participant.damage_dealt_to_turrets IS 'damageDealtToTurrets: damage to turrets.';
COMMENT ON COLUMN match_participant.damage_self_mitigated IS 'damageSelfMitigated: damage that the champion''s own resistances, shields and abilities kept away.';
COMMENT ON COLUMN match_participant.gold_earned IS 'goldEarned: gold gained in the whole game.';
COMMENT ON COLUMN match_participant.gold_spent IS 'goldSpent: gold spent in the shop.';
COMMENT ON COLUMN match_participant.largest_critical_strike IS 'largestCriticalStrike: damage of the hardest critical strike.';
COMMENT ON COLUMN match_participant.longest_time_spent_living IS 'longestTimeSpentLiving: seconds of the longest time without a death.';
COMMENT ON COLUMN match_participant.magic_damage_dealt IS 'magicDamageDealt: magic damage to everything.';
COMMENT ON COLUMN match_participant.magic_damage_dealt_to_champions IS 'magicDamageDealtToChampions: magic damage to champions.';
COMMENT ON COLUMN match_participant.magic_damage_taken IS 'magicDamageTaken: magic damage received.';
COMMENT ON COLUMN match_participant.physical_damage_dealt IS 'physicalDamageDealt: physical damage to everything.';
COMMENT ON COLUMN match_participant.physical_damage_dealt_to_champions IS 'physicalDamageDealtToChampions: physical damage to champions.';
COMMENT ON COLUMN match_participant.physical_damage_taken IS 'physicalDamageTaken: physical damage received.';
COMMENT ON COLUMN match_participant.profile_icon IS 'profileIcon: number of the player''s icon at the time.';
COMMENT ON COLUMN match_participant.summoner_1_id IS 'summoner1Id: number of the first summoner spell.';
COMMENT ON COLUMN match_participant.summoner_2_id IS 'summoner2Id: number of the second summoner spell.';
COMMENT ON COLUMN match_participant.summoner_level IS 'summonerLevel: level of the account at the time.';
COMMENT ON COLUMN match_participant.time_ccing_others IS 'timeCCingOthers: seconds of crowd control dealt to others, weighted by its kind.';
COMMENT ON COLUMN match_participant.time_played IS 'timePlayed: seconds played.';
COMMENT ON COLUMN match_participant.total_damage_dealt IS 'totalDamageDealt: damage of all kinds to everything.';
COMMENT ON COLUMN match_participant.total_damage_dealt_to_champions IS 'totalDamageDealtToChampions: damage of all kinds to champions.';
COMMENT ON COLUMN match_participant.total_damage_shielded_on_teammates IS 'totalDamageShieldedOnTeammates: damage that shields kept from teammates.';
COMMENT ON COLUMN match_participant.total_damage_taken IS 'totalDamageTaken: damage of all kinds received.';
COMMENT ON COLUMN match_participant.total_heal IS 'totalHeal: health restored, own included.';
COMMENT ON COLUMN match_participant.total_heals_on_teammates IS 'totalHealsOnTeammates: health restored to teammates.';
COMMENT ON COLUMN match_participant.total_minions_killed IS 'totalMinionsKilled: lane minions killed; monsters are in neutral_minions_killed.';
COMMENT ON COLUMN match_participant.total_time_cc_dealt IS 'totalTimeCCDealt: seconds of crowd control dealt, summed over everything that was hit.';
COMMENT ON COLUMN match_participant.total_time_spent_dead IS 'totalTimeSpentDead: seconds spent dead.';
COMMENT ON COLUMN match_participant.true_damage_dealt IS 'trueDamageDealt: true damage to everything.';
COMMENT ON COLUMN match_participant.true_damage_dealt_to_champions IS 'trueDamageDealtToChampions: true damage to champions.';
COMMENT ON COLUMN match_participant.true_damage_taken IS 'trueDamageTaken: true damage received.';
COMMENT ON COLUMN match_participant.champion_skin_id IS 'championSkinId: number of the skin; only in patches 15.12 and 15.13.';
COMMENT ON COLUMN match_participant.damage_dealt_to_epic_monsters IS 'damageDealtToEpicMonsters: damage to epic monsters; since patch 15.23.';
COMMENT ON COLUMN match_participant.role_bound_item IS 'roleBoundItem: item that belongs to the role; since patch 16.3.';
COMMENT ON COLUMN match_participant.all_in_pings IS 'allInPings: "all in" pings.';
COMMENT ON COLUMN match_participant.assist_me_pings IS 'assistMePings: "assist me" pings.';
COMMENT ON COLUMN match_participant.assists IS 'assists: kills helped with.';
COMMENT ON COLUMN match_participant.baron_kills IS 'baronKills: barons whose last hit was the participant''s.';
COMMENT ON COLUMN match_participant.bounty_level IS 'bountyLevel: level of the bounty on the participant''s head; until patch 15.5.';
COMMENT ON COLUMN match_participant.champ_level IS 'champLevel: level reached by the end.';
COMMENT ON COLUMN match_participant.command_pings IS 'commandPings: generic pings.';
COMMENT ON COLUMN match_participant.champion_transform IS 'championTransform: form of Kayn: 0 none, 1 Slayer, 2 Assassin.';
COMMENT ON COLUMN match_participant.consumables_purchased IS 'consumablesPurchased: potions, wards and the like bought.';
COMMENT ON COLUMN match_participant.deaths IS 'deaths: deaths.';
COMMENT ON COLUMN match_participant.detector_wards_placed IS 'detectorWardsPlaced: control wards placed.';
COMMENT ON COLUMN match_participant.double_kills IS 'doubleKills: double kills.';
COMMENT ON COLUMN match_participant.dragon_kills IS 'dragonKills: dragons whose last hit was the participant''s.';
COMMENT ON COLUMN match_participant.enemy_missing_pings IS 'enemyMissingPings: "enemy missing" pings.';
COMMENT ON COLUMN match_participant.enemy_vision_pings IS 'enemyVisionPings: "enemy vision" pings.';
COMMENT ON COLUMN match_participant.hold_pings IS 'holdPings: "hold" pings.';
COMMENT ON COLUMN match_participant.get_back_pings IS 'getBackPings: "get back" pings.';
COMMENT ON COLUMN match_participant.inhibitor_kills IS 'inhibitorKills: inhibitors whose last hit was the participant''s.';
COMMENT ON COLUMN match_participant.inhibitor_takedowns IS 'inhibitorTakedowns: inhibitors that fell with the participant''s help.';
COMMENT ON COLUMN match_participant.inhibitors_lost IS 'inhibitorsLost: inhibitors that the participant''s team lost.';
COMMENT ON COLUMN match_participant.items_purchased IS 'itemsPurchased: items bought.';
COMMENT ON COLUMN match_participant.killing_sprees IS 'killingSprees: killing sprees.';
COMMENT ON COLUMN match_participant.kills IS 'kills: champions killed.';
COMMENT ON COLUMN match_participant.largest_killing_spree IS 'largestKillingSpree: kills of the longest spree.';
COMMENT ON COLUMN match_participant.largest_multi_kill IS 'largestMultiKill: kills of the largest multi kill.';
COMMENT ON COLUMN match_participant.neutral_minions_killed IS 'neutralMinionsKilled: jungle monsters killed.';
COMMENT ON COLUMN match_participant.need_vision_pings IS 'needVisionPings: "need vision" pings.';
COMMENT ON COLUMN match_participant.nexus_kills IS 'nexusKills: nexuses whose last hit was the participant''s.';
COMMENT ON COLUMN match_participant.nexus_takedowns IS 'nexusTakedowns: nexuses that fell with the participant''s help.';
COMMENT ON COLUMN match_participant.nexus_lost IS 'nexusLost: nexuses that the participant''s team lost.';
COMMENT ON COLUMN match_participant.objectives_stolen IS 'objectivesStolen: epic monsters stolen.';
COMMENT ON COLUMN match_participant.objectives_stolen_assists IS 'objectivesStolenAssists: epic monsters that were stolen with the participant''s help.';
COMMENT ON COLUMN match_participant.on_my_way_pings IS 'onMyWayPings: "on my way" pings.';
COMMENT ON COLUMN match_participant.penta_kills IS 'pentaKills: penta kills.';
COMMENT ON COLUMN match_participant.placement IS 'placement: place in Arena from 1; 0 elsewhere.';
COMMENT ON COLUMN match_participant.player_subteam_id IS 'playerSubteamId: number of the small team in Arena; 0 elsewhere.';
COMMENT ON COLUMN match_participant.push_pings IS 'pushPings: "push" pings.';
COMMENT ON COLUMN match_participant.quadra_kills IS 'quadraKills: quadra kills.';
COMMENT ON COLUMN match_participant.sight_wards_bought_in_game IS 'sightWardsBoughtInGame: sight wards bought, which are not sold any more.';
COMMENT ON COLUMN match_participant.spell_1_casts IS 'spell1Casts: casts of Q.';
COMMENT ON COLUMN match_participant.spell_2_casts IS 'spell2Casts: casts of W.';
COMMENT ON COLUMN match_participant.spell_3_casts IS 'spell3Casts: casts of E.';
COMMENT ON COLUMN match_participant.spell_4_casts IS 'spell4Casts: casts of R.';
COMMENT ON COLUMN match_participant.subteam_placement IS 'subteamPlacement: place of the small team in Arena from 1; 0 elsewhere.';
COMMENT ON COLUMN match_participant.summoner_1_casts IS 'summoner1Casts: casts of the first summoner spell.';
COMMENT ON COLUMN match_participant.summoner_2_casts IS 'summoner2Casts: casts of the second summoner spell.';
COMMENT ON COLUMN match_participant.team_id IS 'teamId: 100 (blue) or 200 (red); in Arena it says nothing about who played with whom.';
COMMENT ON COLUMN match_participant.total_ally_jungle_minions_killed IS 'totalAllyJungleMinionsKilled: monsters killed in the own jungle; since patch 13.8.';
COMMENT ON COLUMN match_participant.total_enemy_jungle_minions_killed IS 'totalEnemyJungleMinionsKilled: monsters killed in the enemy''s jungle; since patch 13.8.';
COMMENT ON COLUMN match_participant.total_units_healed IS 'totalUnitsHealed: number of units healed.';
COMMENT ON COLUMN match_participant.triple_kills IS 'tripleKills: triple kills.';
COMMENT ON COLUMN match_participant.turret_kills IS 'turretKills: turrets whose last hit was the participant''s.';
COMMENT ON COLUMN match_participant.turret_takedowns IS 'turretTakedowns: turrets that fell with the participant''s help.';
COMMENT ON COLUMN match_participant.turrets_lost IS 'turretsLost: turrets that the participant''s team lost.';
COMMENT ON COLUMN match_participant.unreal_kills IS 'unrealKills: multi kills of more than five.';
COMMENT ON COLUMN match_participant.vision_score IS 'visionScore: Riot''s score for vision given and taken.';
COMMENT ON COLUMN match_participant.vision_cleared_pings IS 'visionClearedPings: "vision cleared" pings.';
COMMENT ON COLUMN match_participant.vision_wards_bought_in_game IS 'visionWardsBoughtInGame: control wards bought.';
COMMENT ON COLUMN match_participant.wards_killed IS 'wardsKilled: wards destroyed.';
COMMENT ON COLUMN match_participant.wards_placed IS 'wardsPlaced: wards placed.';
COMMENT ON COLUMN match_participant.bait_pings IS 'baitPings: "bait" pings; until patch 13.23.';
COMMENT ON COLUMN match_participant.danger_pings IS 'dangerPings: "danger" pings.';
COMMENT ON COLUMN match_participant.basic_pings IS 'basicPings: plain pings.';
COMMENT ON COLUMN match_participant.retreat_pings IS 'retreatPings: "retreat" pings; since patch 14.21.';
COMMENT ON COLUMN match_participant.eligible_for_progression IS 'eligibleForProgression: whether the game counted for the account''s progress.';
COMMENT ON COLUMN match_participant.first_blood_assist IS 'firstBloodAssist: whether the participant helped with the first kill of the game.';
COMMENT ON COLUMN match_participant.first_blood_kill IS 'firstBloodKill: whether the first kill of the game was the participant''s.';
COMMENT ON COLUMN match_participant.first_tower_assist IS 'firstTowerAssist: whether the participant helped with the first turret of the game.';
COMMENT ON COLUMN match_participant.first_tower_kill IS 'firstTowerKill: whether the last hit on the first turret of the game was the participant''s.';
COMMENT ON COLUMN match_participant.game_ended_in_early_surrender IS 'gameEndedInEarlySurrender: whether the game was ended by the early vote.';
COMMENT ON COLUMN match_participant.game_ended_in_surrender IS 'gameEndedInSurrender: whether the game was ended by a surrender.';
COMMENT ON COLUMN match_participant.team_early_surrendered IS 'teamEarlySurrendered: whether the participant''s team had called the early vote.';
COMMENT ON COLUMN match_participant.win IS 'win: whether Riot counts the game as won; in Arena the upper half of the places; may be false for everybody.';
COMMENT ON COLUMN match_participant.champion_name IS 'championName: Riot''s name of the champion; its spelling may change with a patch.';
COMMENT ON COLUMN match_participant.individual_position IS 'individualPosition: position guessed from the participant alone; may be Invalid. Use team_position.';
COMMENT ON COLUMN match_participant.lane IS 'lane: an old guess of the lane. Use team_position.';
COMMENT ON COLUMN match_participant.riot_id_game_name IS 'riotIdGameName: the name at the time of the match; since about patch 13.23.';
COMMENT ON COLUMN match_participant.riot_id_tagline IS 'riotIdTagline: the tag at the time of the match.';
COMMENT ON COLUMN match_participant.role IS 'role: an old guess of the role. Use team_position.';
COMMENT ON COLUMN match_participant.encrypted_summoner_id IS 'summonerId: Riot''s encrypted summoner id, which no endpoint accepts any more.';
COMMENT ON COLUMN match_participant.summoner_name IS 'summonerName: the summoner''s name of old; empty since patch 15.4.';
COMMENT ON COLUMN match_participant.team_position IS 'teamPosition: TOP, JUNGLE, MIDDLE, BOTTOM or UTILITY; each once per team; empty where there are no lanes.';
COMMENT ON COLUMN match_participant.riot_id_name IS 'riotIdName: the name''s field before riotIdGameName; usually empty.';
COMMENT ON COLUMN match_participant.player_behavior_is_hero_in_combat IS 'PlayerBehavior.PlayerBehavior_IsHeroInCombat; of its meaning Riot says nothing; since patch 16.4.';
COMMENT ON COLUMN match_participant.stat_perk_defense IS 'perks.statPerks.defense: number of the small rune.';
COMMENT ON COLUMN match_participant.stat_perk_flex IS 'perks.statPerks.flex: number of the small rune.';
COMMENT ON COLUMN match_participant.stat_perk_offense IS 'perks.statPerks.offense: number of the small rune.';
COMMENT ON COLUMN match_participant.primary_style IS 'perks.styles, primaryStyle, style: number of the first rune tree.';
COMMENT ON COLUMN match_participant.sub_style IS 'perks.styles, subStyle, style: number of the second rune tree.';

DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT 'item_' || i AS name, format('item%s: number of the item in %s at the end, 0 for none.', i,
            CASE i WHEN 6 THEN 'the trinket''s place' ELSE 'place ' || i + 1 || ' of the bag' END) AS sentence
        FROM generate_series(0, 6) AS i
        UNION ALL
        SELECT 'player_augment_' || i, format('playerAugment%s: number of an augment in Arena, 0 for none.', i)
        FROM generate_series(1, 6) AS i
        UNION ALL
        SELECT CASE WHEN i < 10 THEN 'player_score_' ELSE 'player_score' END || i,
            format('playerScore%s, or PlayerScore%s since patch 15.2; of its meaning Riot says nothing.', i, i)
        FROM generate_series(0, 11) AS i
        UNION ALL
        SELECT format('%s_perk_%s', s.prefix, i), format('perks.styles, %s, selections, perk: number of %s.', s.style,
            CASE WHEN s.prefix = 'primary' AND i = 1 THEN 'the keystone rune' ELSE 'rune ' || i || ' of the tree' END)
        FROM (VALUES ('primary', 'primaryStyle', 4), ('sub', 'subStyle', 2)) AS s (prefix, style, runes)
        CROSS JOIN generate_series(1, s.runes) AS i
        UNION ALL
        SELECT format('%s_perk_%s_var_%s', s.prefix, i, v),
            format('perks.styles, %s, selections, var%s: what the game counted for rune %s; the meaning depends on the rune.',
                s.style, v, i)
        FROM (VALUES ('primary', 'primaryStyle', 4), ('sub', 'subStyle', 2)) AS s (prefix, style, runes)
        CROSS JOIN generate_series(1, s.runes) AS i CROSS JOIN generate_series(1, 3) AS v
    LOOP
        EXECUTE format('COMMENT ON COLUMN match_participant.%I IS %L', c.name, c.sentence);
    END LOOP;
END
$$;

COMMENT ON COLUMN match_detail.match_id IS 'The match.';
COMMENT ON COLUMN match_detail.missions IS 'missions: for each mission the list of the participants'' values; null where one lacks it.';

-- Timelines. Every array has an element for each frame, event or entry.

COMMENT ON COLUMN timeline.match_id IS 'The match; its own body may be missing.';
COMMENT ON COLUMN timeline.received_at IS 'When the body came.';
COMMENT ON COLUMN timeline.game_id IS 'gameId: the number in Riot''s match id.';
COMMENT ON COLUMN timeline.frame_interval_ms IS 'frameInterval: milliseconds between two frames, 60000; 0 in aborted games.';
COMMENT ON COLUMN timeline.frame_count IS 'How many frames it has.';
COMMENT ON COLUMN timeline.event_count IS 'How many events it has.';
COMMENT ON COLUMN timeline.parser_version IS 'The decoder that made the rows.';
COMMENT ON COLUMN timeline.participant_summoner_ids IS 'info.participants: the players of participant_ids, in the same order.';
COMMENT ON COLUMN timeline.end_of_game_result IS 'endOfGameResult: as in match; since 2024.';
COMMENT ON COLUMN timeline.data_version IS 'metadata.dataVersion: Riot''s version of the body.';
COMMENT ON COLUMN timeline_frames.match_id IS 'The match.';
COMMENT ON COLUMN timeline_frames.participant_id IS 'Key of participantFrames: the participant.';
COMMENT ON COLUMN timeline_frames.level IS 'level: level reached.';
COMMENT ON COLUMN timeline_frames.xp IS 'xp: experience gained so far.';
COMMENT ON COLUMN timeline_frames.total_gold IS 'totalGold: gold gained so far.';
COMMENT ON COLUMN timeline_frames.current_gold IS 'currentGold: gold not spent yet.';
COMMENT ON COLUMN timeline_frames.gold_per_second IS 'goldPerSecond: usually 0; of its unit Riot says nothing.';
COMMENT ON COLUMN timeline_frames.minions_killed IS 'minionsKilled: lane minions killed so far.';
COMMENT ON COLUMN timeline_frames.jungle_minions_killed IS 'jungleMinionsKilled: jungle monsters killed so far.';
COMMENT ON COLUMN timeline_frames.time_enemy_spent_controlled IS 'timeEnemySpentControlled: milliseconds of crowd control dealt so far: at the end a thousand times totalTimeCCDealt.';
COMMENT ON COLUMN timeline_frames.position_x IS 'position.x: place on the map, from west to east; on Summoner''s Rift 0 to about 14,870.';
COMMENT ON COLUMN timeline_frames.position_y IS 'position.y: place on the map, from south to north; on Summoner''s Rift 0 to about 14,980.';
COMMENT ON COLUMN timeline_frames.ability_haste IS 'championStats.abilityHaste: ability haste.';
COMMENT ON COLUMN timeline_frames.ability_power IS 'championStats.abilityPower: ability power.';
COMMENT ON COLUMN timeline_frames.armor IS 'championStats.armor: armor.';
COMMENT ON COLUMN timeline_frames.armor_pen IS 'championStats.armorPen: flat armor penetration.';
COMMENT ON COLUMN timeline_frames.armor_pen_percent IS 'championStats.armorPenPercent: armor penetration in percent.';
COMMENT ON COLUMN timeline_frames.attack_damage IS 'championStats.attackDamage: attack damage.';
COMMENT ON COLUMN timeline_frames.attack_speed IS 'championStats.attackSpeed: attack speed, 100 being the champion''s base.';
COMMENT ON COLUMN timeline_frames.bonus_armor_pen_percent IS 'championStats.bonusArmorPenPercent: penetration of bonus armor in percent.';
COMMENT ON COLUMN timeline_frames.bonus_magic_pen_percent IS 'championStats.bonusMagicPenPercent: penetration of bonus magic resistance in percent.';
COMMENT ON COLUMN timeline_frames.cc_reduction IS 'championStats.ccReduction: reduction of crowd control (tenacity).';
COMMENT ON COLUMN timeline_frames.cooldown_reduction IS 'championStats.cooldownReduction: cooldown reduction of old; 0 since there is ability haste.';
COMMENT ON COLUMN timeline_frames.health IS 'championStats.health: health.';
COMMENT ON COLUMN timeline_frames.health_max IS 'championStats.healthMax: health when full.';
COMMENT ON COLUMN timeline_frames.health_regen IS 'championStats.healthRegen: regeneration of health.';
COMMENT ON COLUMN timeline_frames.lifesteal IS 'championStats.lifesteal: life steal in percent.';
COMMENT ON COLUMN timeline_frames.magic_pen IS 'championStats.magicPen: flat magic penetration.';
COMMENT ON COLUMN timeline_frames.magic_pen_percent IS 'championStats.magicPenPercent: magic penetration in percent.';
COMMENT ON COLUMN timeline_frames.magic_resist IS 'championStats.magicResist: magic resistance.';
COMMENT ON COLUMN timeline_frames.movement_speed IS 'championStats.movementSpeed: movement speed in units a second.';
COMMENT ON COLUMN timeline_frames.omnivamp IS 'championStats.omnivamp: omnivamp in percent.';
COMMENT ON COLUMN timeline_frames.physical_vamp IS 'championStats.physicalVamp: physical vamp in percent.';
COMMENT ON COLUMN timeline_frames.power IS 'championStats.power: mana, energy or whatever the champion has.';
COMMENT ON COLUMN timeline_frames.power_max IS 'championStats.powerMax: mana, energy or whatever when full.';
COMMENT ON COLUMN timeline_frames.power_regen IS 'championStats.powerRegen: regeneration of mana, energy or whatever.';
COMMENT ON COLUMN timeline_frames.spell_vamp IS 'championStats.spellVamp: spell vamp in percent.';
COMMENT ON COLUMN timeline_frames.magic_damage_done IS 'damageStats.magicDamageDone: magic damage to everything so far.';
COMMENT ON COLUMN timeline_frames.magic_damage_done_to_champions IS 'damageStats.magicDamageDoneToChampions: magic damage to champions so far.';
COMMENT ON COLUMN timeline_frames.magic_damage_taken IS 'damageStats.magicDamageTaken: magic damage received so far.';
COMMENT ON COLUMN timeline_frames.physical_damage_done IS 'damageStats.physicalDamageDone: physical damage to everything so far.';
COMMENT ON COLUMN timeline_frames.physical_damage_done_to_champions IS 'damageStats.physicalDamageDoneToChampions: physical damage to champions so far.';
COMMENT ON COLUMN timeline_frames.physical_damage_taken IS 'damageStats.physicalDamageTaken: physical damage received so far.';
COMMENT ON COLUMN timeline_frames.total_damage_done IS 'damageStats.totalDamageDone: damage of all kinds to everything so far.';
COMMENT ON COLUMN timeline_frames.total_damage_done_to_champions IS 'damageStats.totalDamageDoneToChampions: damage of all kinds to champions so far.';
COMMENT ON COLUMN timeline_frames.total_damage_taken IS 'damageStats.totalDamageTaken: damage of all kinds received so far.';
COMMENT ON COLUMN timeline_frames.true_damage_done IS 'damageStats.trueDamageDone: true damage to everything so far.';
COMMENT ON COLUMN timeline_frames.true_damage_done_to_champions IS 'damageStats.trueDamageDoneToChampions: true damage to champions so far.';
COMMENT ON COLUMN timeline_frames.true_damage_taken IS 'damageStats.trueDamageTaken: true damage received so far.';
COMMENT ON COLUMN timeline_frames.frame_present IS 'Which frames have this participant; null when all have.';
COMMENT ON COLUMN timeline_events.match_id IS 'The match.';
COMMENT ON COLUMN timeline_events.timestamp_ms IS 'timestamp: milliseconds of game time.';
COMMENT ON COLUMN timeline_events.real_timestamp_ms IS 'realTimestamp: milliseconds since 1970; pauses and the end of the game have it.';
COMMENT ON COLUMN timeline_events.actual_start_time_ms IS 'actualStartTime: milliseconds of game time at which an announced objective bounty begins.';
COMMENT ON COLUMN timeline_events.game_id IS 'gameId: the number in Riot''s match id, at the end of the game.';
COMMENT ON COLUMN timeline_events.item_id IS 'itemId: number of the item.';
COMMENT ON COLUMN timeline_events.before_id IS 'beforeId: of an undo: the item that was there before it, 0 for none.';
COMMENT ON COLUMN timeline_events.after_id IS 'afterId: of an undo: the item that is there after it, 0 for none.';
COMMENT ON COLUMN timeline_events.gold_gain IS 'goldGain: of an undo: gold that came back; below 0 when a sale was undone.';
COMMENT ON COLUMN timeline_events.bounty IS 'bounty: gold that the kill or the taking was worth.';
COMMENT ON COLUMN timeline_events.shutdown_bounty IS 'shutdownBounty: gold for ending a streak.';
COMMENT ON COLUMN timeline_events.feat_value IS 'featValue: progress of a feat of strength.';
COMMENT ON COLUMN timeline_events.participant_id IS 'participantId: the participant; 0 is nobody.';
COMMENT ON COLUMN timeline_events.creator_id IS 'creatorId: the participant who placed the ward; 0 is nobody.';
COMMENT ON COLUMN timeline_events.killer_id IS 'killerId: the participant who killed; 0 is a minion, a turret or nobody.';
COMMENT ON COLUMN timeline_events.victim_id IS 'victimId: the participant who died.';
COMMENT ON COLUMN timeline_events.team_id IS 'teamId: the team; of buildings the one that lost it.';
COMMENT ON COLUMN timeline_events.killer_team_id IS 'killerTeamId: the team that killed the monster; 300 is nobody.';
COMMENT ON COLUMN timeline_events.winning_team IS 'winningTeam: the team that won, at the end of the game; 0 where there is none.';
COMMENT ON COLUMN timeline_events.level IS 'level: level reached.';
COMMENT ON COLUMN timeline_events.skill_slot IS 'skillSlot: the skill: 1 Q, 2 W, 3 E, 4 R.';
COMMENT ON COLUMN timeline_events.kill_streak_length IS 'killStreakLength: kills of the killer''s streak.';
COMMENT ON COLUMN timeline_events.multi_kill_length IS 'multiKillLength: kills of the multi kill.';
COMMENT ON COLUMN timeline_events.feat_type IS 'featType: number of the feat of strength.';
COMMENT ON COLUMN timeline_events.position_x IS 'position.x: place on the map, from west to east; on Summoner''s Rift 0 to about 14,870.';
COMMENT ON COLUMN timeline_events.position_y IS 'position.y: place on the map, from south to north; on Summoner''s Rift 0 to about 14,980.';
COMMENT ON COLUMN timeline_events.level_up_type IS 'levelUpType: NORMAL for a point, EVOLVE for an evolution.';
COMMENT ON COLUMN timeline_events.ward_type IS 'wardType: YELLOW_TRINKET, BLUE_TRINKET, CONTROL_WARD, SIGHT_WARD, TEEMO_MUSHROOM or UNDEFINED.';
COMMENT ON COLUMN timeline_events.kill_type IS 'killType: KILL_FIRST_BLOOD, KILL_MULTI or KILL_ACE.';
COMMENT ON COLUMN timeline_events.lane_type IS 'laneType: TOP_LANE, MID_LANE or BOT_LANE.';
COMMENT ON COLUMN timeline_events.monster_type IS 'monsterType: DRAGON, RIFTHERALD, HORDE, BARON_NASHOR or ATAKHAN.';
COMMENT ON COLUMN timeline_events.monster_sub_type IS 'monsterSubType: which dragon, for example FIRE_DRAGON.';
COMMENT ON COLUMN timeline_events.building_type IS 'buildingType: TOWER_BUILDING or INHIBITOR_BUILDING.';
COMMENT ON COLUMN timeline_events.tower_type IS 'towerType: OUTER_TURRET, INNER_TURRET, BASE_TURRET or NEXUS_TURRET.';
COMMENT ON COLUMN timeline_events.transform_type IS 'transformType: form that Kayn took, SLAYER or ASSASSIN.';
COMMENT ON COLUMN timeline_events.name IS 'name: name of the dragon soul, for example Infernal.';
COMMENT ON COLUMN timeline_events.damage_dealt_count IS 'How many entries victimDamageDealt has in timeline_kill_damage; null where Riot left it out.';
COMMENT ON COLUMN timeline_events.teamfight_damage_received_count IS 'How many entries victimTeamfightDamageReceived has in timeline_kill_damage; null where Riot left it out.';
COMMENT ON COLUMN timeline_events.teamfight_damage_dealt_count IS 'How many entries victimTeamfightDamageDealt has in timeline_kill_damage; null where Riot left it out.';
COMMENT ON COLUMN timeline_events.assist_id IS 'assistingParticipantIds: the participants who helped; in the table those of all events after each other, see assist_end.';
COMMENT ON COLUMN timeline_kill_damage.match_id IS 'The match.';
COMMENT ON COLUMN timeline_kill_damage.participant_id IS 'participantId: who dealt the damage, or received what the victim dealt; 0 is no champion.';
COMMENT ON COLUMN timeline_kill_damage.physical_damage IS 'physicalDamage: physical damage.';
COMMENT ON COLUMN timeline_kill_damage.magic_damage IS 'magicDamage: magic damage.';
COMMENT ON COLUMN timeline_kill_damage.true_damage IS 'trueDamage: true damage.';
COMMENT ON COLUMN timeline_kill_damage.spell_slot IS 'spellSlot: 0 to 3 are Q, W, E and R; other numbers are attacks, items and the like.';
COMMENT ON COLUMN timeline_kill_damage.basic IS 'basic: whether it was a basic attack.';
COMMENT ON COLUMN timeline_kill_damage.type IS 'type: MINION, MONSTER, TOWER, or OTHER, which is mostly a champion.';
COMMENT ON COLUMN timeline_kill_damage.name IS 'name: champion, minion, monster or turret by Riot''s name.';
COMMENT ON COLUMN timeline_kill_damage.spell_name IS 'spellName: Riot''s name of the skill or attack.';

-- What the services need.

COMMENT ON COLUMN raw_body.match_id IS 'The match.';
COMMENT ON COLUMN raw_body.kind IS 'match or timeline.';
COMMENT ON COLUMN raw_body.encoding IS 'gzip as it came, or identity.';
COMMENT ON COLUMN raw_body.received_at IS 'When it came.';
COMMENT ON COLUMN raw_body.bytes IS 'The bytes as they came.';
COMMENT ON COLUMN rejected_body.riot_id IS 'Riot''s id of the match.';
COMMENT ON COLUMN rejected_body.kind IS 'match or timeline.';
COMMENT ON COLUMN rejected_body.encoding IS 'gzip as it came, or identity.';
COMMENT ON COLUMN rejected_body.parser_version IS 'The decoder that refused it.';
COMMENT ON COLUMN rejected_body.attempts IS 'How often such a body came.';
COMMENT ON COLUMN rejected_body.first_seen_at IS 'When it came first.';
COMMENT ON COLUMN rejected_body.last_seen_at IS 'When it came last.';
COMMENT ON COLUMN rejected_body.reason IS 'What is wrong with it.';
COMMENT ON COLUMN rejected_body.sha256 IS 'Of bytes, as received.';
COMMENT ON COLUMN rejected_body.bytes IS 'The bytes as they came.';
COMMENT ON COLUMN fetch_failure.attempts IS 'Requests that failed.';
COMMENT ON COLUMN fetch_failure.first_seen_at IS 'When it failed first.';
COMMENT ON COLUMN fetch_failure.last_seen_at IS 'When it failed last.';
COMMENT ON COLUMN fetch_failure.reason IS 'A sentence that says why.';
COMMENT ON COLUMN sync_task.id IS 'The task_id of the HTTP API.';
COMMENT ON COLUMN sync_task.step IS 'The step that the task is at, or was at when it ended.';
COMMENT ON COLUMN sync_task.game_name IS 'Name that was asked for, or as Riot spells it once that is known.';
COMMENT ON COLUMN sync_task.tag_line IS 'Tag that was asked for, likewise.';
COMMENT ON COLUMN sync_task.platform IS 'Platform that was asked for, lower case.';
COMMENT ON COLUMN sync_task.year IS 'Year that was asked for, in UTC.';
COMMENT ON COLUMN sync_task.recovery IS 'Failed and unavailable matches are tried again.';
COMMENT ON COLUMN sync_task.summoner_id IS 'The player, once he is known.';
COMMENT ON COLUMN sync_task.queued_at IS 'When it was asked for.';
COMMENT ON COLUMN sync_task.started_at IS 'When work on it began.';
COMMENT ON COLUMN sync_task.finished_at IS 'When it ended; null before.';
COMMENT ON COLUMN sync_task.attempt IS 'Failed attempts to get the player and the list.';
COMMENT ON COLUMN sync_task.retry_at IS 'When the next attempt is due, in state RETRY.';
COMMENT ON COLUMN sync_task.error IS 'Why it failed; null otherwise.';
COMMENT ON COLUMN sync_task.problem_type IS 'The failure''s kind as the HTTP API names it.';
COMMENT ON COLUMN sync_task.retryable IS 'Whether the same request may succeed later.';
COMMENT ON COLUMN sync_task.waiting_until IS 'Until when it waits, where that is known.';
COMMENT ON COLUMN sync_task.waiting_detail IS 'What it waits for, in words.';
COMMENT ON COLUMN sync_task.reason IS 'Why it was ended before its end.';
COMMENT ON COLUMN sync_item.task_id IS 'The task.';
COMMENT ON COLUMN sync_item.match_id IS 'Riot''s id of the match, as it was listed.';
COMMENT ON COLUMN sync_item.reason IS 'Why the match or its timeline could not be had.';
COMMENT ON COLUMN sync_item.settled_at IS 'When the match or its timeline was settled last.';
COMMENT ON COLUMN riot_key_state.key_scope IS 'The application whose key it is (RIOT_KEY_SCOPE).';
COMMENT ON COLUMN riot_key_state.rejected_at IS 'Since when the key is refused; null while it is good.';
COMMENT ON COLUMN riot_key_state.status IS 'HTTP status of the refusal.';
COMMENT ON COLUMN riot_key_state.detail IS 'A sentence that says why.';
COMMENT ON COLUMN schedule_run.entry IS 'Name of the schedule''s entry.';
COMMENT ON COLUMN schedule_run.tick IS 'The time for which it was due.';
COMMENT ON COLUMN schedule_run.started_at IS 'When it began.';
COMMENT ON COLUMN schedule_run.finished_at IS 'When it ended; null before.';
COMMENT ON COLUMN schedule_run.outcome IS 'How it ended; null before.';
COMMENT ON COLUMN schedule_run.detail IS 'What it did or why it failed.';
COMMENT ON COLUMN player_year_stats.summoner_id IS 'The player.';
COMMENT ON COLUMN player_year_stats.year IS 'Year of match.started_at in UTC.';
COMMENT ON COLUMN player_year_stats.games IS 'Games that count.';
COMMENT ON COLUMN player_year_stats.wins IS 'Games that were won.';
COMMENT ON COLUMN player_year_stats.losses IS 'Games that were lost.';
COMMENT ON COLUMN player_year_stats.remakes IS 'Remakes and aborted games.';
COMMENT ON COLUMN player_year_stats.kills IS 'Champions killed.';
COMMENT ON COLUMN player_year_stats.deaths IS 'Deaths.';
COMMENT ON COLUMN player_year_stats.assists IS 'Kills helped with.';
COMMENT ON COLUMN player_year_stats.gold_earned IS 'Gold gained.';
COMMENT ON COLUMN player_year_stats.damage_to_champions IS 'Damage to champions.';
COMMENT ON COLUMN player_year_stats.minions_killed IS 'Minions and monsters killed.';
COMMENT ON COLUMN player_year_stats.vision_score IS 'Sum of the vision scores.';
COMMENT ON COLUMN player_year_stats.seconds_played IS 'Seconds played.';
COMMENT ON COLUMN player_year_stats.first_game_at IS 'Start of the first game, remakes included.';
COMMENT ON COLUMN player_year_stats.last_game_at IS 'Start of the last game, remakes included.';
COMMENT ON COLUMN player_year_stats.computed_at IS 'When the figures were computed.';

-- Views: what they compute.

COMMENT ON VIEW player IS 'One row per player, with the newest name that is known.';
COMMENT ON COLUMN player.summoner_id IS 'The player.';
COMMENT ON COLUMN player.name IS 'Name#TAG; null until one was seen.';
COMMENT ON VIEW player_game IS 'One row per participant of a game that counts: remakes, aborted games and participants without a result are left out, bots are not. This is the table to start from.';
COMMENT ON COLUMN player_game.riot_id IS 'Riot''s id of the match, for example EUW1_6852390800.';
COMMENT ON COLUMN player_game.year IS 'Year of started_at in UTC.';
COMMENT ON COLUMN player_game.patch IS 'Patch as people write it, for example 15.13; sort by patch_major and patch_minor.';
COMMENT ON COLUMN player_game.minutes IS 'Length of the game in minutes.';
COMMENT ON COLUMN player_game.team IS 'Who played together: team_id, in Arena the number of the small team; null in Arena when Riot does not say.';
COMMENT ON COLUMN player_game.side IS 'blue or red; null in Arena and Swarm.';
COMMENT ON COLUMN player_game.role IS 'TOP, JUNGLE, MIDDLE, BOTTOM or UTILITY (teamPosition); null where there are no lanes.';
COMMENT ON COLUMN player_game.placement IS 'placement: place in Arena from 1; null elsewhere.';
COMMENT ON COLUMN player_game.cs IS 'Minions and jungle monsters killed.';
COMMENT ON COLUMN player_game.gold IS 'goldEarned: gold gained in the whole game.';
COMMENT ON COLUMN player_game.damage IS 'totalDamageDealtToChampions: damage of all kinds to champions.';
COMMENT ON COLUMN player_game.damage_taken IS 'totalDamageTaken: damage of all kinds received.';
COMMENT ON COLUMN player_game.control_wards_placed IS 'detectorWardsPlaced: control wards placed.';
COMMENT ON COLUMN player_game.keystone_id IS 'Number of the keystone rune.';
COMMENT ON COLUMN player_game.primary_style_id IS 'Number of the first rune tree.';
COMMENT ON COLUMN player_game.secondary_style_id IS 'Number of the second rune tree.';
COMMENT ON COLUMN player_game.item_ids IS 'Numbers of the items in the six places of the bag at the end, 0 for none.';
COMMENT ON COLUMN player_game.trinket_id IS 'Number of the trinket at the end.';
COMMENT ON COLUMN player_game.spell_ids IS 'Numbers of the two summoner spells.';
COMMENT ON COLUMN player_game.surrendered IS 'gameEndedInSurrender: whether the game was ended by a surrender.';
COMMENT ON COLUMN player_game.team_kills IS 'Kills of everybody with the same team_id; without meaning in Arena.';
COMMENT ON COLUMN player_game.team_gold IS 'Gold gained by everybody with the same team_id; without meaning in Arena.';
COMMENT ON COLUMN player_game.team_damage IS 'Damage to champions of everybody with the same team_id; without meaning in Arena.';
COMMENT ON COLUMN player_game.has_timeline IS 'Whether the match''s timeline is here.';
COMMENT ON VIEW lane_opponent IS 'For each participant with a role the person in the same role of the other team. Bots are opponents of nobody.';
COMMENT ON COLUMN lane_opponent.opponent_id IS 'The opponent''s participant_id.';
COMMENT ON COLUMN lane_opponent.opponent_summoner_id IS 'The opponent.';
COMMENT ON COLUMN lane_opponent.opponent_champion_id IS 'Number of his champion.';
COMMENT ON COLUMN lane_opponent.opponent_champion_name IS 'Name of his champion.';
COMMENT ON VIEW team_game IS 'One row per team of a game that counts and has two sides: what it took, and what it took first.';
COMMENT ON COLUMN team_game.side IS 'blue or red.';
COMMENT ON COLUMN team_game.first_blood IS 'Whether the team had the first kill of the game.';
COMMENT ON COLUMN team_game.first_tower IS 'Whether the team had the first turret of the game.';
COMMENT ON COLUMN team_game.first_dragon IS 'Whether the team had the first dragon of the game.';
COMMENT ON COLUMN team_game.first_herald IS 'Whether the team had the first rift herald of the game.';
COMMENT ON COLUMN team_game.first_grubs IS 'Whether the team had the first void grub of the game.';
COMMENT ON COLUMN team_game.first_baron IS 'Whether the team had the first baron of the game.';
COMMENT ON COLUMN team_game.first_inhibitor IS 'Whether the team had the first inhibitor of the game.';
COMMENT ON COLUMN team_game.kills IS 'Champions killed.';
COMMENT ON COLUMN team_game.towers IS 'Turrets taken.';
COMMENT ON COLUMN team_game.dragons IS 'Dragons taken.';
COMMENT ON COLUMN team_game.heralds IS 'Rift heralds taken.';
COMMENT ON COLUMN team_game.grubs IS 'Void grubs taken.';
COMMENT ON COLUMN team_game.barons IS 'Barons taken.';
COMMENT ON COLUMN team_game.inhibitors IS 'Inhibitors taken.';
COMMENT ON COLUMN team_game.atakhans IS 'Atakhans taken.';
COMMENT ON VIEW missing_data IS 'What is not here of a player''s matches: listed by Riot in a sync whose task is still kept but not stored, or stored without the timeline.';
COMMENT ON COLUMN missing_data.summoner_id IS 'The player whose match it is.';
COMMENT ON COLUMN missing_data.riot_id IS 'Riot''s id of the match.';
COMMENT ON COLUMN missing_data.platform IS 'Platform of the match id, lower case.';
COMMENT ON COLUMN missing_data.year IS 'Year of the sync that listed it, else of the match.';
COMMENT ON COLUMN missing_data.started_at IS 'When the match started; null when it is not here.';
COMMENT ON COLUMN missing_data.missing IS 'match (and then its timeline too), or timeline.';
COMMENT ON COLUMN missing_data.state IS 'What the player''s last sync says of it: open, unavailable, failed, none; not asked for when no sync that is kept wanted it.';
COMMENT ON COLUMN missing_data.reason IS 'Why it could not be had, if that is known.';
COMMENT ON COLUMN missing_data.status IS 'HTTP status of the last answer.';
COMMENT ON COLUMN missing_data.next_try_at IS 'When it is asked for again by itself.';
COMMENT ON COLUMN match_ban.ban_number IS 'Place among the team''s bans, from 1.';
COMMENT ON COLUMN match_ban.champion_id IS 'bans.championId: number of the champion, -1 for none.';
COMMENT ON COLUMN match_ban.pick_turn IS 'bans.pickTurn: turn of the ban.';
COMMENT ON COLUMN participant_challenge.participant_id IS 'The participant.';
COMMENT ON COLUMN participant_challenge.challenge IS 'Riot''s name of the challenge.';
COMMENT ON COLUMN participant_challenge.value IS 'Its value: a number, or a list of numbers.';
COMMENT ON COLUMN participant_frame.frame IS 'Number of the frame, from 0.';
COMMENT ON COLUMN participant_frame.timestamp_ms IS 'timestamp: milliseconds of game time of the frame.';
COMMENT ON COLUMN event.frame IS 'Number of the frame, from 0, that the event belongs to: it happened before that frame was taken.';
COMMENT ON COLUMN champion_kill.frame IS 'Number of the frame, from 0, that the event belongs to: it happened before that frame was taken.';
COMMENT ON COLUMN event.extra IS 'What does not fit its column, under Riot''s names.';
COMMENT ON COLUMN event.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN champion_kill.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN special_kill.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN objective_kill.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN building_kill.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN item_event.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN skill_event.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN ward_event.ordinal IS 'Place among all events of the timeline, from 1.';
COMMENT ON COLUMN event.type IS 'type: Riot''s name of the event; empty when it has no usable one.';
COMMENT ON COLUMN building_kill.type IS 'type: BUILDING_KILL or TURRET_PLATE_DESTROYED.';
COMMENT ON COLUMN item_event.type IS 'type: ITEM_PURCHASED, ITEM_SOLD, ITEM_DESTROYED or ITEM_UNDO.';
COMMENT ON COLUMN skill_event.type IS 'type: SKILL_LEVEL_UP or LEVEL_UP.';
COMMENT ON COLUMN ward_event.type IS 'type: WARD_PLACED or WARD_KILL.';
COMMENT ON COLUMN event.assist_id IS 'assistingParticipantIds: the participants who helped; null where Riot left it out.';
COMMENT ON COLUMN champion_kill.assist_id IS 'assistingParticipantIds: the participants who helped; null where Riot left it out.';
COMMENT ON COLUMN objective_kill.assist_id IS 'assistingParticipantIds: the participants who helped; null where Riot left it out.';
COMMENT ON COLUMN building_kill.assist_id IS 'assistingParticipantIds: the participants who helped; null where Riot left it out.';
COMMENT ON COLUMN building_kill.team_id IS 'teamId: the team that lost it.';
COMMENT ON COLUMN ward_event.participant_id IS 'creatorId or killerId: who placed or killed it; 0 is nobody.';
COMMENT ON COLUMN kill_damage.kill_ordinal IS 'The ordinal of the death in champion_kill.';
COMMENT ON COLUMN kill_damage.place IS 'Place of the entry in the table''s arrays, from 1.';

-- Views: what they show of a table has the table's sentence.
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT v.relname AS view_name, a.attname AS name, col_description(t.oid, b.attnum) AS sentence
        FROM (VALUES
            ('player', 'summoner', 1), ('player_game', 'match_participant', 1), ('player_game', 'match', 2),
            ('lane_opponent', 'match_participant', 1), ('team_game', 'match_team', 1), ('match_ban', 'match_team', 1),
            ('participant_challenge', 'match_detail', 1), ('participant_frame', 'timeline_frames', 1),
            ('event', 'timeline_events', 1), ('champion_kill', 'timeline_events', 1),
            ('special_kill', 'timeline_events', 1), ('objective_kill', 'timeline_events', 1),
            ('building_kill', 'timeline_events', 1), ('item_event', 'timeline_events', 1),
            ('skill_event', 'timeline_events', 1), ('ward_event', 'timeline_events', 1),
            ('kill_damage', 'timeline_kill_damage', 1)
        ) AS s (view_name, table_name, preference)
        JOIN pg_class v ON v.relname = s.view_name AND v.relnamespace = current_schema()::regnamespace
        JOIN pg_class t ON t.relname = s.table_name AND t.relnamespace = v.relnamespace
        JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
        JOIN pg_attribute b ON b.attrelid = t.oid AND b.attname = a.attname
        WHERE col_description(v.oid, a.attnum) IS NULL
        ORDER BY s.preference DESC
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', c.view_name, c.name, c.sentence);
    END LOOP;
END
$$;


-- Who may read -------------------------------------------------------------------------------------------------------

CREATE FUNCTION grant_reading(reader name DEFAULT 'riftsync_reader') RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
    c record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', reader);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of the cluster was faster
            WHEN insufficient_privilege THEN
                RETURN format('The role %s does not exist and %s may not create it.', reader, current_user);
        END;
    END IF;
    IF NOT has_schema_privilege(reader, current_schema(), 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), reader);
    END IF;
    FOR c IN
        SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND (relkind = 'v' OR relkind = 'r' AND relname IN (
            'data_origin', 'match', 'match_detail', 'match_key', 'match_participant', 'match_team',
            'player_champion_stats', 'player_mate_stats', 'player_year_stats', 'schema_migration', 'summoner',
            'summoner_name_history', 'summoner_profile', 'summoner_rank', 'timeline', 'timeline_events',
            'timeline_frames', 'timeline_kill_damage'))
    LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', c.name, reader);
    END LOOP;
    RETURN format('The role %s may read.', reader);
END
$$;

COMMENT ON FUNCTION grant_reading IS 'Lets a role read all views and the tables that hold data, and nothing else: not the bodies as received, which hold what the rows hold and names besides, nor what only the services need. Creates the role if it may; says how that went. To be called again after a step that adds a table.';

-- A role belongs to the whole cluster: it may be there already, another database may create it at this moment, and not
-- every owner of a database may create one. None of these keeps the schema from being brought up to date. Where the
-- role could not be created, an administrator creates it and the owner calls the function again.
DO $$
BEGIN
    RAISE NOTICE '%', grant_reading();
END
$$;
