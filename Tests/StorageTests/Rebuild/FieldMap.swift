/// Which column holds which field of Riot's: written down once more, without a look at the decoders' own tables.
struct FieldMap: Sendable {
    struct Pair: Sendable {
        let field: String
        let column: String
    }

    let pairs: [Pair]

    /// Pairs of a field and its column, separated by commas.
    init(_ text: String) {
        pairs = text.split(separator: ",").map { pair in
            let words = pair.split(whereSeparator: \.isWhitespace)
            return Pair(field: String(words[0]), column: String(words[1]))
        }
    }

    /// The object that the columns of a row make; nil when they are all null.
    func object(_ value: (String) -> JSONTree?) -> JSONTree? {
        var members: [String: JSONTree] = [:]
        for pair in pairs { members[pair.field] = value(pair.column)?.present }
        return members.isEmpty ? nil : .object(members)
    }
}

extension FieldMap {
    static let info = FieldMap(
        """
        endOfGameResult end_of_game_result, gameCreation created_at, gameDuration duration_seconds,
        gameEndTimestamp ended_at, gameId game_id, gameMode game_mode, gameName game_name,
        gameStartTimestamp game_started_at, gameType game_type, gameVersion game_version, mapId map_id,
        platformId platform_id, queueId queue_id, tournamentCode tournament_code
        """
    )
    static let participant = FieldMap(
        """
        allInPings all_in_pings, assistMePings assist_me_pings, assists assists, baitPings bait_pings,
        baronKills baron_kills, basicPings basic_pings, bountyLevel bounty_level,
        champExperience champ_experience, champLevel champ_level, championId champion_id,
        championName champion_name, championSkinId champion_skin_id, championTransform champion_transform,
        commandPings command_pings, consumablesPurchased consumables_purchased,
        damageDealtToBuildings damage_dealt_to_buildings, damageDealtToEpicMonsters damage_dealt_to_epic_monsters,
        damageDealtToObjectives damage_dealt_to_objectives, damageDealtToTurrets damage_dealt_to_turrets,
        damageSelfMitigated damage_self_mitigated, dangerPings danger_pings, deaths deaths,
        detectorWardsPlaced detector_wards_placed, doubleKills double_kills, dragonKills dragon_kills,
        eligibleForProgression eligible_for_progression, enemyMissingPings enemy_missing_pings,
        enemyVisionPings enemy_vision_pings, firstBloodAssist first_blood_assist, firstBloodKill first_blood_kill,
        firstTowerAssist first_tower_assist, firstTowerKill first_tower_kill,
        gameEndedInEarlySurrender game_ended_in_early_surrender, gameEndedInSurrender game_ended_in_surrender,
        getBackPings get_back_pings, goldEarned gold_earned, goldSpent gold_spent, holdPings hold_pings,
        individualPosition individual_position, inhibitorKills inhibitor_kills,
        inhibitorTakedowns inhibitor_takedowns, inhibitorsLost inhibitors_lost, item0 item_0, item1 item_1,
        item2 item_2, item3 item_3, item4 item_4, item5 item_5, item6 item_6, itemsPurchased items_purchased,
        killingSprees killing_sprees, kills kills, lane lane, largestCriticalStrike largest_critical_strike,
        largestKillingSpree largest_killing_spree, largestMultiKill largest_multi_kill,
        longestTimeSpentLiving longest_time_spent_living, magicDamageDealt magic_damage_dealt,
        magicDamageDealtToChampions magic_damage_dealt_to_champions, magicDamageTaken magic_damage_taken,
        needVisionPings need_vision_pings, neutralMinionsKilled neutral_minions_killed, nexusKills nexus_kills,
        nexusLost nexus_lost, nexusTakedowns nexus_takedowns, objectivesStolen objectives_stolen,
        objectivesStolenAssists objectives_stolen_assists, onMyWayPings on_my_way_pings, pentaKills penta_kills,
        physicalDamageDealt physical_damage_dealt,
        physicalDamageDealtToChampions physical_damage_dealt_to_champions,
        physicalDamageTaken physical_damage_taken, placement placement, playerAugment1 player_augment_1,
        playerAugment2 player_augment_2, playerAugment3 player_augment_3, playerAugment4 player_augment_4,
        playerAugment5 player_augment_5, playerAugment6 player_augment_6, playerScore0 player_score_0,
        playerScore1 player_score_1, playerScore10 player_score10, playerScore11 player_score11,
        playerScore2 player_score_2, playerScore3 player_score_3, playerScore4 player_score_4,
        playerScore5 player_score_5, playerScore6 player_score_6, playerScore7 player_score_7,
        playerScore8 player_score_8, playerScore9 player_score_9, playerSubteamId player_subteam_id,
        profileIcon profile_icon, pushPings push_pings, quadraKills quadra_kills, retreatPings retreat_pings,
        riotIdGameName riot_id_game_name, riotIdName riot_id_name, riotIdTagline riot_id_tagline, role role,
        roleBoundItem role_bound_item, sightWardsBoughtInGame sight_wards_bought_in_game,
        spell1Casts spell_1_casts, spell2Casts spell_2_casts, spell3Casts spell_3_casts,
        spell4Casts spell_4_casts, subteamPlacement subteam_placement, summoner1Casts summoner_1_casts,
        summoner1Id summoner_1_id, summoner2Casts summoner_2_casts, summoner2Id summoner_2_id,
        summonerId encrypted_summoner_id, summonerLevel summoner_level, summonerName summoner_name,
        teamEarlySurrendered team_early_surrendered, teamId team_id, teamPosition team_position,
        timeCCingOthers time_ccing_others, timePlayed time_played,
        totalAllyJungleMinionsKilled total_ally_jungle_minions_killed, totalDamageDealt total_damage_dealt,
        totalDamageDealtToChampions total_damage_dealt_to_champions,
        totalDamageShieldedOnTeammates total_damage_shielded_on_teammates, totalDamageTaken total_damage_taken,
        totalEnemyJungleMinionsKilled total_enemy_jungle_minions_killed, totalHeal total_heal,
        totalHealsOnTeammates total_heals_on_teammates, totalMinionsKilled total_minions_killed,
        totalTimeCCDealt total_time_cc_dealt, totalTimeSpentDead total_time_spent_dead,
        totalUnitsHealed total_units_healed, tripleKills triple_kills, trueDamageDealt true_damage_dealt,
        trueDamageDealtToChampions true_damage_dealt_to_champions, trueDamageTaken true_damage_taken,
        turretKills turret_kills, turretTakedowns turret_takedowns, turretsLost turrets_lost,
        unrealKills unreal_kills, visionClearedPings vision_cleared_pings, visionScore vision_score,
        visionWardsBoughtInGame vision_wards_bought_in_game, wardsKilled wards_killed, wardsPlaced wards_placed,
        win win
        """
    )
    static let timelineInfo = FieldMap(
        """
        endOfGameResult end_of_game_result, frameInterval frame_interval_ms, gameId game_id
        """
    )
    static let frame = FieldMap(
        """
        currentGold current_gold, goldPerSecond gold_per_second, jungleMinionsKilled jungle_minions_killed,
        level level, minionsKilled minions_killed, timeEnemySpentControlled time_enemy_spent_controlled,
        totalGold total_gold, xp xp
        """
    )
    static let championStats = FieldMap(
        """
        abilityHaste ability_haste, abilityPower ability_power, armor armor, armorPen armor_pen,
        armorPenPercent armor_pen_percent, attackDamage attack_damage, attackSpeed attack_speed,
        bonusArmorPenPercent bonus_armor_pen_percent, bonusMagicPenPercent bonus_magic_pen_percent,
        ccReduction cc_reduction, cooldownReduction cooldown_reduction, health health, healthMax health_max,
        healthRegen health_regen, lifesteal lifesteal, magicPen magic_pen, magicPenPercent magic_pen_percent,
        magicResist magic_resist, movementSpeed movement_speed, omnivamp omnivamp, physicalVamp physical_vamp,
        power power, powerMax power_max, powerRegen power_regen, spellVamp spell_vamp
        """
    )
    static let damageStats = FieldMap(
        """
        magicDamageDone magic_damage_done, magicDamageDoneToChampions magic_damage_done_to_champions,
        magicDamageTaken magic_damage_taken, physicalDamageDone physical_damage_done,
        physicalDamageDoneToChampions physical_damage_done_to_champions,
        physicalDamageTaken physical_damage_taken, totalDamageDone total_damage_done,
        totalDamageDoneToChampions total_damage_done_to_champions, totalDamageTaken total_damage_taken,
        trueDamageDone true_damage_done, trueDamageDoneToChampions true_damage_done_to_champions,
        trueDamageTaken true_damage_taken
        """
    )
    static let event = FieldMap(
        """
        actualStartTime actual_start_time_ms, afterId after_id, beforeId before_id, bounty bounty,
        buildingType building_type, creatorId creator_id, featType feat_type, featValue feat_value,
        gameId game_id, goldGain gold_gain, itemId item_id, killStreakLength kill_streak_length,
        killType kill_type, killerId killer_id, killerTeamId killer_team_id, laneType lane_type, level level,
        levelUpType level_up_type, monsterSubType monster_sub_type, monsterType monster_type,
        multiKillLength multi_kill_length, name name, participantId participant_id,
        realTimestamp real_timestamp_ms, shutdownBounty shutdown_bounty, skillSlot skill_slot, teamId team_id,
        timestamp timestamp_ms, towerType tower_type, transformType transform_type, victimId victim_id,
        wardType ward_type, winningTeam winning_team
        """
    )
    static let damage = FieldMap(
        """
        basic basic, magicDamage magic_damage, name name, participantId participant_id,
        physicalDamage physical_damage, spellName spell_name, spellSlot spell_slot, trueDamage true_damage,
        type type
        """
    )
    static let position = FieldMap("x position_x, y position_y")

    /// Objectives of a team and the beginnings of their columns.
    static let objectives = FieldMap(
        """
        baron baron, champion champion, dragon dragon, horde horde, inhibitor inhibitor, riftHerald rift_herald,
        tower tower, atakhan atakhan
        """
    )
    static let feats = FieldMap(
        """
        EPIC_MONSTER_KILL feat_epic_monster_kill, FIRST_BLOOD feat_first_blood, FIRST_TURRET feat_first_turret
        """
    )
    static let statPerks = FieldMap(
        "defense stat_perk_defense, flex stat_perk_flex, offense stat_perk_offense"
    )

    /// A rune, whose columns begin with `column`.
    static func rune(_ column: String) -> FieldMap {
        FieldMap("perk \(column), var1 \(column)_var_1, var2 \(column)_var_2, var3 \(column)_var_3")
    }

    /// The lists of damage of a death: names in `timeline_kill_damage.list`, and columns of their lengths.
    static let damageLists: [(field: String, list: String, count: String)] = [
        ("victimDamageReceived", "received", "damage_received_count"),
        ("victimDamageDealt", "dealt", "damage_dealt_count"),
        ("victimTeamfightDamageReceived", "teamfight_received", "teamfight_damage_received_count"),
        ("victimTeamfightDamageDealt", "teamfight_dealt", "teamfight_damage_dealt_count"),
    ]
}
