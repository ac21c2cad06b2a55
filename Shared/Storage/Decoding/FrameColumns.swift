/// Members of a participant frame that are no figures, with places beyond all columns.
enum FramePart: Int {
    case participantID = 1_000
    case position, championStats, damageStats
}

/// The figures of a participant frame: one array per figure in `timeline_frames`.
enum FrameColumns {
    /// Directly in the frame.
    static let top: [Column] = [
        .int16("level", "level"),
        .int32("xp", "xp"),
        .int32("totalGold", "total_gold"),
        .int32("currentGold", "current_gold"),
        .int16("goldPerSecond", "gold_per_second"),
        .int32("minionsKilled", "minions_killed"),
        .int16("jungleMinionsKilled", "jungle_minions_killed"),
        .int32("timeEnemySpentControlled", "time_enemy_spent_controlled"),
    ]

    /// In its `position`.
    static let position: [Column] = [.int16("x", "position_x"), .int16("y", "position_y")]

    /// In its `championStats`.
    static let championStats: [Column] = [
        .int16("abilityHaste", "ability_haste"),
        .int16("abilityPower", "ability_power"),
        .int16("armor", "armor"),
        .int16("armorPen", "armor_pen"),
        .int16("armorPenPercent", "armor_pen_percent"),
        .int16("attackDamage", "attack_damage"),
        .int16("attackSpeed", "attack_speed"),
        .int16("bonusArmorPenPercent", "bonus_armor_pen_percent"),
        .int16("bonusMagicPenPercent", "bonus_magic_pen_percent"),
        .int16("ccReduction", "cc_reduction"),
        .int16("cooldownReduction", "cooldown_reduction"),
        .int32("health", "health"),
        .int32("healthMax", "health_max"),
        .int32("healthRegen", "health_regen"),
        .int16("lifesteal", "lifesteal"),
        .int16("magicPen", "magic_pen"),
        .int16("magicPenPercent", "magic_pen_percent"),
        .int16("magicResist", "magic_resist"),
        .int16("movementSpeed", "movement_speed"),
        .int16("omnivamp", "omnivamp"),
        .int16("physicalVamp", "physical_vamp"),
        .int32("power", "power"),
        .int32("powerMax", "power_max"),
        .int32("powerRegen", "power_regen"),
        .int16("spellVamp", "spell_vamp"),
    ]

    /// In its `damageStats`.
    static let damageStats: [Column] = [
        .int32("magicDamageDone", "magic_damage_done"),
        .int32("magicDamageDoneToChampions", "magic_damage_done_to_champions"),
        .int32("magicDamageTaken", "magic_damage_taken"),
        .int32("physicalDamageDone", "physical_damage_done"),
        .int32("physicalDamageDoneToChampions", "physical_damage_done_to_champions"),
        .int32("physicalDamageTaken", "physical_damage_taken"),
        .int32("totalDamageDone", "total_damage_done"),
        .int32("totalDamageDoneToChampions", "total_damage_done_to_champions"),
        .int32("totalDamageTaken", "total_damage_taken"),
        .int32("trueDamageDone", "true_damage_done"),
        .int32("trueDamageDoneToChampions", "true_damage_done_to_champions"),
        .int32("trueDamageTaken", "true_damage_taken"),
    ]

    /// Everything, in the order of a row.
    static let all = top + position + championStats + damageStats

    /// How many figures there are.
    static let count = 47

    /// A bit per figure: whether its column is a `smallint[]`.
    private static let narrow: UInt64 = {
        precondition(all.count == count && count <= UInt64.bitWidth, "the number of figures has changed")
        return all.enumerated().reduce(0) { $0 | ($1.element.kind == .int16 ? 1 << UInt64($1.offset) : 0) }
    }()

    /// Whether a figure has 16 bits; else it has 32.
    static func isNarrow(_ place: Int) -> Bool { narrow >> UInt64(place) & 1 != 0 }

    /// Places of the figures, by Riot's names in each of the four objects; in a frame itself those of its parts besides.
    static let topTable = FieldTable(
        top.map(\.field),
        others: [
            "participantId": FramePart.participantID.rawValue, "position": FramePart.position.rawValue,
            "championStats": FramePart.championStats.rawValue, "damageStats": FramePart.damageStats.rawValue,
        ]
    )
    /// In `position`.
    static let positionTable = FieldTable(position.map(\.field), first: top.count)
    /// In `championStats`.
    static let championStatsTable = FieldTable(
        championStats.map(\.field),
        first: top.count + position.count
    )
    /// In `damageStats`.
    static let damageStatsTable = FieldTable(
        damageStats.map(\.field),
        first: top.count + position.count + championStats.count
    )
}
