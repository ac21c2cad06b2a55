/// Members of a participant that are no fields of one value, with places beyond all columns.
enum ParticipantPart: Int {
    case participantID = 1_000
    case puuid, challenges, missions, perks, playerBehavior
}

/// The columns of `match_participant` that hold one value each, with Riot's names of them.
enum ParticipantColumns {
    /// Values that Riot has directly on the participant.
    static let fields: [Column] = [
        .int32("champExperience", "champ_experience"),
        .int32("championId", "champion_id"),
        .int32("damageDealtToBuildings", "damage_dealt_to_buildings"),
        .int32("damageDealtToObjectives", "damage_dealt_to_objectives"),
        .int32("damageDealtToTurrets", "damage_dealt_to_turrets"),
        .int32("damageSelfMitigated", "damage_self_mitigated"),
        .int32("goldEarned", "gold_earned"),
        .int32("goldSpent", "gold_spent"),
        .int32("item0", "item_0"),
        .int32("item1", "item_1"),
        .int32("item2", "item_2"),
        .int32("item3", "item_3"),
        .int32("item4", "item_4"),
        .int32("item5", "item_5"),
        .int32("item6", "item_6"),
        .int32("largestCriticalStrike", "largest_critical_strike"),
        .int32("longestTimeSpentLiving", "longest_time_spent_living"),
        .int32("magicDamageDealt", "magic_damage_dealt"),
        .int32("magicDamageDealtToChampions", "magic_damage_dealt_to_champions"),
        .int32("magicDamageTaken", "magic_damage_taken"),
        .int32("physicalDamageDealt", "physical_damage_dealt"),
        .int32("physicalDamageDealtToChampions", "physical_damage_dealt_to_champions"),
        .int32("physicalDamageTaken", "physical_damage_taken"),
        .int32("playerAugment1", "player_augment_1"),
        .int32("playerAugment2", "player_augment_2"),
        .int32("playerAugment3", "player_augment_3"),
        .int32("playerAugment4", "player_augment_4"),
        .int32("profileIcon", "profile_icon"),
        .int32("summoner1Id", "summoner_1_id"),
        .int32("summoner2Id", "summoner_2_id"),
        .int32("summonerLevel", "summoner_level"),
        .int32("timeCCingOthers", "time_ccing_others"),
        .int32("timePlayed", "time_played"),
        .int32("totalDamageDealt", "total_damage_dealt"),
        .int32("totalDamageDealtToChampions", "total_damage_dealt_to_champions"),
        .int32("totalDamageShieldedOnTeammates", "total_damage_shielded_on_teammates"),
        .int32("totalDamageTaken", "total_damage_taken"),
        .int32("totalHeal", "total_heal"),
        .int32("totalHealsOnTeammates", "total_heals_on_teammates"),
        .int32("totalMinionsKilled", "total_minions_killed"),
        .int32("totalTimeCCDealt", "total_time_cc_dealt"),
        .int32("totalTimeSpentDead", "total_time_spent_dead"),
        .int32("trueDamageDealt", "true_damage_dealt"),
        .int32("trueDamageDealtToChampions", "true_damage_dealt_to_champions"),
        .int32("trueDamageTaken", "true_damage_taken"),
        .int32("playerAugment5", "player_augment_5"),
        .int32("playerAugment6", "player_augment_6"),
        .int32("championSkinId", "champion_skin_id"),
        .int32("damageDealtToEpicMonsters", "damage_dealt_to_epic_monsters"),
        .int32("roleBoundItem", "role_bound_item"),
        .real("playerScore0", "player_score_0"),
        .real("playerScore1", "player_score_1"),
        .real("playerScore2", "player_score_2"),
        .real("playerScore3", "player_score_3"),
        .real("playerScore4", "player_score_4"),
        .real("playerScore5", "player_score_5"),
        .real("playerScore6", "player_score_6"),
        .real("playerScore7", "player_score_7"),
        .real("playerScore8", "player_score_8"),
        .real("playerScore9", "player_score_9"),
        .real("playerScore10", "player_score10"),
        .real("playerScore11", "player_score11"),
        .int16("allInPings", "all_in_pings"),
        .int16("assistMePings", "assist_me_pings"),
        .int16("assists", "assists"),
        .int16("baronKills", "baron_kills"),
        .int16("bountyLevel", "bounty_level"),
        .int16("champLevel", "champ_level"),
        .int16("commandPings", "command_pings"),
        .int16("championTransform", "champion_transform"),
        .int16("consumablesPurchased", "consumables_purchased"),
        .int16("deaths", "deaths"),
        .int16("detectorWardsPlaced", "detector_wards_placed"),
        .int16("doubleKills", "double_kills"),
        .int16("dragonKills", "dragon_kills"),
        .int16("enemyMissingPings", "enemy_missing_pings"),
        .int16("enemyVisionPings", "enemy_vision_pings"),
        .int16("holdPings", "hold_pings"),
        .int16("getBackPings", "get_back_pings"),
        .int16("inhibitorKills", "inhibitor_kills"),
        .int16("inhibitorTakedowns", "inhibitor_takedowns"),
        .int16("inhibitorsLost", "inhibitors_lost"),
        .int16("itemsPurchased", "items_purchased"),
        .int16("killingSprees", "killing_sprees"),
        .int16("kills", "kills"),
        .int16("largestKillingSpree", "largest_killing_spree"),
        .int16("largestMultiKill", "largest_multi_kill"),
        .int16("neutralMinionsKilled", "neutral_minions_killed"),
        .int16("needVisionPings", "need_vision_pings"),
        .int16("nexusKills", "nexus_kills"),
        .int16("nexusTakedowns", "nexus_takedowns"),
        .int16("nexusLost", "nexus_lost"),
        .int16("objectivesStolen", "objectives_stolen"),
        .int16("objectivesStolenAssists", "objectives_stolen_assists"),
        .int16("onMyWayPings", "on_my_way_pings"),
        .int16("pentaKills", "penta_kills"),
        .int16("placement", "placement"),
        .int16("playerSubteamId", "player_subteam_id"),
        .int16("pushPings", "push_pings"),
        .int16("quadraKills", "quadra_kills"),
        .int16("sightWardsBoughtInGame", "sight_wards_bought_in_game"),
        .int16("spell1Casts", "spell_1_casts"),
        .int16("spell2Casts", "spell_2_casts"),
        .int16("spell3Casts", "spell_3_casts"),
        .int16("spell4Casts", "spell_4_casts"),
        .int16("subteamPlacement", "subteam_placement"),
        .int16("summoner1Casts", "summoner_1_casts"),
        .int16("summoner2Casts", "summoner_2_casts"),
        .int16("teamId", "team_id"),
        .int16("totalAllyJungleMinionsKilled", "total_ally_jungle_minions_killed"),
        .int16("totalEnemyJungleMinionsKilled", "total_enemy_jungle_minions_killed"),
        .int16("totalUnitsHealed", "total_units_healed"),
        .int16("tripleKills", "triple_kills"),
        .int16("turretKills", "turret_kills"),
        .int16("turretTakedowns", "turret_takedowns"),
        .int16("turretsLost", "turrets_lost"),
        .int16("unrealKills", "unreal_kills"),
        .int16("visionScore", "vision_score"),
        .int16("visionClearedPings", "vision_cleared_pings"),
        .int16("visionWardsBoughtInGame", "vision_wards_bought_in_game"),
        .int16("wardsKilled", "wards_killed"),
        .int16("wardsPlaced", "wards_placed"),
        .int16("baitPings", "bait_pings"),
        .int16("dangerPings", "danger_pings"),
        .int16("basicPings", "basic_pings"),
        .int16("retreatPings", "retreat_pings"),
        .boolean("eligibleForProgression", "eligible_for_progression"),
        .boolean("firstBloodAssist", "first_blood_assist"),
        .boolean("firstBloodKill", "first_blood_kill"),
        .boolean("firstTowerAssist", "first_tower_assist"),
        .boolean("firstTowerKill", "first_tower_kill"),
        .boolean("gameEndedInEarlySurrender", "game_ended_in_early_surrender"),
        .boolean("gameEndedInSurrender", "game_ended_in_surrender"),
        .boolean("teamEarlySurrendered", "team_early_surrendered"),
        .boolean("win", "win"),
        .text("championName", "champion_name"),
        .text("individualPosition", "individual_position"),
        .text("lane", "lane"),
        .text("riotIdGameName", "riot_id_game_name"),
        .text("riotIdTagline", "riot_id_tagline"),
        .text("role", "role"),
        .text("summonerId", "encrypted_summoner_id"),
        .text("summonerName", "summoner_name"),
        .text("teamPosition", "team_position"),
        .text("riotIdName", "riot_id_name"),
    ]

    /// Runes: three statistics, then the primary style with four runes and the secondary one with two.
    ///
    /// A rune is its id and three values that the game counted for it.
    static let perks: [Column] =
        ["stat_perk_defense", "stat_perk_flex", "stat_perk_offense"].map { .int32("", $0) }
        + style("primary", runes: 4) + style("sub", runes: 2)

    /// Place of the first value of `perks` in a row.
    static let firstPerk = fields.count
    /// Place of the flag that the scores were spelled `PlayerScore0`.
    static let scoresAreCapital = firstPerk + perks.count
    /// Place of `PlayerBehavior.PlayerBehavior_IsHeroInCombat`.
    static let isHeroInCombat = scoresAreCapital + 1

    /// Everything, in the order of a row.
    static let all: [Column] =
        fields + perks + [
            .boolean("", "player_score_capital"), .int32("", "player_behavior_is_hero_in_combat"),
        ]

    /// Riot's names and their places, and those of the other parts; the scores have a second spelling since patch 15.2.
    static let table = FieldTable(
        fields.map(\.field),
        others: capitalScores.merging([
            "participantId": ParticipantPart.participantID.rawValue, "puuid": ParticipantPart.puuid.rawValue,
            "challenges": ParticipantPart.challenges.rawValue, "missions": ParticipantPart.missions.rawValue,
            "perks": ParticipantPart.perks.rawValue, "PlayerBehavior": ParticipantPart.playerBehavior.rawValue,
        ]) { $1 }
    )

    /// `PlayerScore0` and so on, with the places of `playerScore0` and so on.
    static let capitalScores: [String: Int] = Dictionary(
        uniqueKeysWithValues: fields.enumerated().compactMap { place, column in
            column.field.hasPrefix("playerScore") ? ("P" + column.field.dropFirst(), place) : nil
        }
    )

    /// Only the second spelling of the scores.
    static let capitalTable = FieldTable([], others: capitalScores)
    /// Place of `gameEndedInEarlySurrender`.
    static let endedEarly = place(of: "gameEndedInEarlySurrender")
    /// Place of `riotIdGameName`.
    static let gameName = place(of: "riotIdGameName")
    /// Place of `riotIdTagline`.
    static let tagLine = place(of: "riotIdTagline")
    private static let scores = place(of: "playerScore0")...place(of: "playerScore11")

    /// Whether a place is one of the scores, which stand beside each other.
    static func isScore(_ place: Int) -> Bool { scores.contains(place) }

    private static func place(of field: String) -> Int {
        guard let place = fields.firstIndex(where: { $0.field == field }) else {
            preconditionFailure("match_participant has no column for \(field)")
        }
        return place
    }

    private static func style(_ prefix: String, runes: Int) -> [Column] {
        let runes = (1...runes).flatMap { rune in
            ["", "_var_1", "_var_2", "_var_3"].map { Column.int32("", "\(prefix)_perk_\(rune)\($0)") }
        }
        return [.int32("", "\(prefix)_style")] + runes
    }
}
