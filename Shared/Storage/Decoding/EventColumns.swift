import JSON

/// Members of an event that are no fields of one value, with places beyond all columns.
enum EventPart: Int {
    case type = 1_000
    case position, assists

    /// Places of the damage recaps, in the order of `DamageList`.
    static let firstDamageList = 1_100
}

/// The fields of events that hold one value each: one array per field in `timeline_events`.
enum EventColumns {
    /// Directly in the event.
    ///
    /// Which of them an event has depends on its type; any may be on any.
    static let fields: [Column] = [
        .int32("timestamp", "timestamp_ms"),
        .int64("realTimestamp", "real_timestamp_ms"),
        .int32("actualStartTime", "actual_start_time_ms"),
        .int64("gameId", "game_id"),
        .int32("itemId", "item_id"),
        .int32("beforeId", "before_id"),
        .int32("afterId", "after_id"),
        .int32("goldGain", "gold_gain"),
        .int32("bounty", "bounty"),
        .int32("shutdownBounty", "shutdown_bounty"),
        .int32("featValue", "feat_value"),
        .int16("participantId", "participant_id"),
        .int16("creatorId", "creator_id"),
        .int16("killerId", "killer_id"),
        .int16("victimId", "victim_id"),
        .int16("teamId", "team_id"),
        .int16("killerTeamId", "killer_team_id"),
        .int16("winningTeam", "winning_team"),
        .int16("level", "level"),
        .int16("skillSlot", "skill_slot"),
        .int16("killStreakLength", "kill_streak_length"),
        .int16("multiKillLength", "multi_kill_length"),
        .int16("featType", "feat_type"),
        .text("levelUpType", "level_up_type"),
        .text("wardType", "ward_type"),
        .text("killType", "kill_type"),
        .text("laneType", "lane_type"),
        .text("monsterType", "monster_type"),
        .text("monsterSubType", "monster_sub_type"),
        .text("buildingType", "building_type"),
        .text("towerType", "tower_type"),
        .text("transformType", "transform_type"),
        .text("name", "name"),
    ]

    /// In its `position`.
    static let position: [Column] = [.int16("x", "position_x"), .int16("y", "position_y")]

    /// Everything, in the order of a row.
    static let all = fields + position

    /// Places of the fields, by Riot's names, and of the other parts of an event.
    static let table = FieldTable(
        fields.map(\.field),
        others: [
            "type": EventPart.type.rawValue, "position": EventPart.position.rawValue,
            "assistingParticipantIds": EventPart.assists.rawValue,
        ].merging(DamageList.allCases.map { ($0.field, EventPart.firstDamageList + $0.place) }) { $1 }
    )
    /// Places of `x` and `y`.
    static let positionTable = FieldTable(position.map(\.field), first: fields.count)

    /// Event types that are known; others are stored as well, and reported.
    static let types = JSONKeys([
        "ASCENDED_EVENT", "BUILDING_KILL", "CAPTURE_POINT", "CHAMPION_KILL", "CHAMPION_SPECIAL_KILL",
        "CHAMPION_TRANSFORM", "DRAGON_SOUL_GIVEN", "ELITE_MONSTER_KILL", "FEAT_UPDATE", "GAME_END",
        "ITEM_DESTROYED",
        "ITEM_PURCHASED", "ITEM_SOLD", "ITEM_UNDO", "LEVEL_UP", "OBJECTIVE_BOUNTY_FINISH",
        "OBJECTIVE_BOUNTY_PRESTART", "PAUSE_END", "PAUSE_START", "PORO_KING_SUMMON", "SKILL_LEVEL_UP",
        "TURRET_PLATE_DESTROYED", "WARD_KILL", "WARD_PLACED",
    ])
}

/// The fields of an entry of a damage recap: one array per field in `timeline_kill_damage`.
enum DamageColumns {
    /// Everything, in the order of a row.
    static let all: [Column] = [
        .int16("participantId", "participant_id"),
        .int32("physicalDamage", "physical_damage"),
        .int32("magicDamage", "magic_damage"),
        .int32("trueDamage", "true_damage"),
        .int32("spellSlot", "spell_slot"),
        .boolean("basic", "basic"),
        .text("type", "type"),
        .text("name", "name"),
        .text("spellName", "spell_name"),
    ]

    /// Places of the fields, by Riot's names.
    static let table = FieldTable(all.map(\.field))
}
