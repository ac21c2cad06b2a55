import JSON

/// Riot's names of members, numbered once for all bodies, so that the decoders index tables instead of comparing text.
enum BodyKeys {
    /// All names that the decoders know.
    static let table = JSONKeys(unique(names))

    /// Numbers of single names that the decoders look for.
    static let metadata = id("metadata")
    static let info = id("info")
    static let matchID = id("matchId")
    static let dataVersion = id("dataVersion")
    static let participants = id("participants")
    static let teams = id("teams")
    static let gameCreation = id("gameCreation")
    static let gameStartTimestamp = id("gameStartTimestamp")
    static let gameEndTimestamp = id("gameEndTimestamp")
    static let gameDuration = id("gameDuration")
    static let gameModeMutators = id("gameModeMutators")
    static let puuid = id("puuid")
    static let participantID = id("participantId")
    static let perks = id("perks")
    static let challenges = id("challenges")
    static let missions = id("missions")
    static let playerBehavior = id("PlayerBehavior")
    static let objectives = id("objectives")
    static let feats = id("feats")
    static let bans = id("bans")
    static let frames = id("frames")
    static let frameInterval = id("frameInterval")
    static let events = id("events")
    static let participantFrames = id("participantFrames")
    static let timestamp = id("timestamp")
    static let type = id("type")
    static let position = id("position")
    static let championStats = id("championStats")
    static let damageStats = id("damageStats")
    static let assistingParticipantIDs = id("assistingParticipantIds")

    /// Numbers of the keys of `participantFrames`: the participant's id stands at the place of its key's number.
    static let participantOfKey: [Int16?] = {
        var participants = [Int16?](repeating: nil, count: table.count)
        for participant in participantNumbers { participants[id(String(participant))] = participant }
        return participants
    }()

    private static let participantNumbers: ClosedRange<Int16> = 0...18

    private static let names: [String] =
        structure + perkNames + challengeNames + participantNumbers.map(String.init)
        + ParticipantColumns.fields.map(\.field) + ParticipantColumns.capitalScores.keys.sorted()
        + MatchColumns.info.map(\.field) + TeamColumns.team.map(\.field) + TeamColumns.objectiveNames
        + TeamColumns.featNames + FrameColumns.all.map(\.field) + EventColumns.all.map(\.field)
        + DamageColumns.all.map(\.field) + DamageList.allCases.map(\.field)

    private static let structure = [
        "metadata", "info", "matchId", "dataVersion", "participants", "teams", "gameCreation",
        "gameStartTimestamp",
        "gameEndTimestamp", "gameDuration", "gameModeMutators", "puuid", "participantId", "perks",
        "challenges",
        "missions", "PlayerBehavior", "PlayerBehavior_IsHeroInCombat", "objectives", "feats", "bans",
        "first", "kills",
        "featState", "championId", "pickTurn", "frames", "frameInterval", "events", "participantFrames",
        "timestamp",
        "type", "position", "championStats", "damageStats", "assistingParticipantIds",
    ]

    private static let perkNames = [
        "statPerks", "defense", "flex", "offense", "styles", "description", "style", "selections",
        "perk", "var1",
        "var2", "var3",
    ]

    // Not needed to decode: numbering them saves making a string of each.
    private static let challengeNames = [
        "12AssistStreakCount", "baronBuffGoldAdvantageOverThreshold",
        "controlWardTimeCoverageInRiverOrEnemyHalf",
        "earliestBaron", "earliestDragonTakedown", "earliestElderDragon",
        "earlyLaningPhaseGoldExpAdvantage",
        "fasterSupportQuestCompletion", "fastestLegendary", "hadAfkTeammate", "highestChampionDamage",
        "highestCrowdControlScore", "highestWardKills", "junglerKillsEarlyJungle",
        "killsOnLanersEarlyJungleAsJungler", "laningPhaseGoldExpAdvantage", "legendaryCount",
        "maxCsAdvantageOnLaneOpponent", "maxLevelLeadLaneOpponent", "mostWardsDestroyedOneSweeper",
        "mythicItemUsed",
        "playedChampSelectPosition", "soloTurretsLategame", "takedownsFirst25Minutes",
        "teleportTakedowns",
        "thirdInhibitorDestroyedTime", "threeWardsOneSweeperCount", "visionScoreAdvantageLaneOpponent",
        "InfernalScalePickup", "fistBumpParticipation", "voidMonsterKill", "abilityUses",
        "acesBefore15Minutes",
        "alliedJungleMonsterKills", "baronTakedowns", "blastConeOppositeOpponentCount", "bountyGold",
        "buffsStolen",
        "completeSupportQuestInTime", "controlWardsPlaced", "damagePerMinute",
        "damageTakenOnTeamPercentage",
        "dancedWithRiftHerald", "deathsByEnemyChamps", "dodgeSkillShotsSmallWindow", "doubleAces",
        "dragonTakedowns",
        "legendaryItemUsed", "effectiveHealAndShielding", "elderDragonKillsWithOpposingSoul",
        "elderDragonMultikills",
        "enemyChampionImmobilizations", "enemyJungleMonsterKills", "epicMonsterKillsNearEnemyJungler",
        "epicMonsterKillsWithin30SecondsOfSpawn", "epicMonsterSteals", "epicMonsterStolenWithoutSmite",
        "firstTurretKilled", "firstTurretKilledTime", "flawlessAces", "fullTeamTakedown", "gameLength",
        "getTakedownsInAllLanesEarlyJungleAsLaner", "goldPerMinute", "hadOpenNexus",
        "immobilizeAndKillWithAlly",
        "initialBuffCount", "initialCrabCount", "jungleCsBefore10Minutes",
        "junglerTakedownsNearDamagedEpicMonster",
        "kda", "killAfterHiddenWithAlly", "killedChampTookFullTeamDamageSurvived", "killingSprees",
        "killParticipation", "killsNearEnemyTurret", "killsOnOtherLanesEarlyJungleAsLaner",
        "killsOnRecentlyHealedByAramPack", "killsUnderOwnTurret", "killsWithHelpFromEpicMonster",
        "knockEnemyIntoTeamAndKill", "kTurretsDestroyedBeforePlatesFall", "landSkillShotsEarlyGame",
        "laneMinionsFirst10Minutes", "lostAnInhibitor", "maxKillDeficit", "mejaisFullStackInTime",
        "moreEnemyJungleThanOpponent", "multiKillOneSpell", "multikills",
        "multikillsAfterAggressiveFlash",
        "multiTurretRiftHeraldCount", "outerTurretExecutesBefore10Minutes", "outnumberedKills",
        "outnumberedNexusKill", "perfectDragonSoulsTaken", "perfectGame", "pickKillWithAlly",
        "poroExplosions",
        "quickCleanse", "quickFirstTurret", "quickSoloKills", "riftHeraldTakedowns",
        "saveAllyFromDeath",
        "scuttleCrabKills", "shortestTimeToAceFromFirstTakedown", "skillshotsDodged", "skillshotsHit",
        "snowballsHit",
        "soloBaronKills", "SWARM_DefeatAatrox", "SWARM_DefeatBriar", "SWARM_DefeatMiniBosses",
        "SWARM_EvolveWeapon",
        "SWARM_Have3Passives", "SWARM_KillEnemy", "SWARM_PickupGold", "SWARM_ReachLevel50",
        "SWARM_Survive15Min",
        "SWARM_WinWith5EvolvedWeapons", "soloKills", "stealthWardsPlaced", "survivedSingleDigitHpCount",
        "survivedThreeImmobilizesInFight", "takedownOnFirstTurret", "takedowns",
        "takedownsAfterGainingLevelAdvantage", "takedownsBeforeJungleMinionSpawn",
        "takedownsFirstXMinutes",
        "takedownsInAlcove", "takedownsInEnemyFountain", "teamBaronKills", "teamDamagePercentage",
        "teamElderDragonKills", "teamRiftHeraldKills", "tookLargeDamageSurvived", "turretPlatesTaken",
        "turretsTakenWithRiftHerald", "turretTakedowns", "twentyMinionsIn3SecondsCount",
        "twoWardsOneSweeperCount",
        "unseenRecalls", "visionScorePerMinute", "wardsGuarded", "wardTakedowns",
        "wardTakedownsBefore20M",
        "HealFromMapSources",
    ]

    static func id(_ name: String) -> Int {
        guard let id = table.id(of: name) else {
            preconditionFailure("\(name) is not in the list of names")
        }
        return id
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// Finds the place of a member by its number: the table of one kind of object.
struct FieldTable: Sendable {
    private let places: [Int16]

    /// Gives `names` the places from `first` on; `aliases` are further names of those places.
    ///
    /// Empty names are skipped.
    init(_ names: [String], first: Int = 0, aliases: [String: Int] = [:]) {
        var places = [Int16](repeating: -1, count: BodyKeys.table.count)
        for (place, name) in names.enumerated() where !name.isEmpty {
            places[BodyKeys.id(name)] = Int16(first + place)
        }
        for (name, place) in aliases { places[BodyKeys.id(name)] = Int16(first + place) }
        self.places = places
    }

    /// The place of a member; nil when this kind of object has none with that name.
    func place(of key: JSONKey) -> Int? {
        guard let id = key.id else { return nil }
        let place = places[id]
        return place < 0 ? nil : Int(place)
    }
}
