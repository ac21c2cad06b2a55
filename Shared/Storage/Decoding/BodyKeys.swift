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
    static let participantID = id("participantId")
    static let puuid = id("puuid")
    static let objectives = id("objectives")
    static let feats = id("feats")
    static let bans = id("bans")
    static let frames = id("frames")
    static let frameInterval = id("frameInterval")
    static let events = id("events")
    static let participantFrames = id("participantFrames")
    static let timestamp = id("timestamp")
    static let type = id("type")
    static let first = id("first")
    static let kills = id("kills")
    static let featState = id("featState")
    static let championID = id("championId")
    static let pickTurn = id("pickTurn")
    static let isHeroInCombat = id("PlayerBehavior_IsHeroInCombat")
    static let statPerks = id("statPerks")
    static let styles = id("styles")
    static let description = id("description")
    static let style = id("style")
    static let selections = id("selections")

    /// Numbers of what `statPerks` holds, and of what a rune holds, in the order of their columns.
    static let statistics = ["defense", "flex", "offense"].map(id)
    static let rune = ["perk", "var1", "var2", "var3"].map(id)

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

/// Finds the place of a member by its number, with one load: the table of one kind of object.
///
/// `@unchecked Sendable`: the memory is never written after `init`, and never freed, because tables are globals; so a
/// decoder's copy of one counts no references.
struct FieldTable: @unchecked Sendable {
    private let places: UnsafePointer<Int16>
    private let count: Int

    /// Gives `names` the places from `first` on; `others` are further names with places of their own, or further names
    /// of those places.
    ///
    /// Empty names are skipped.
    init(_ names: [String], first: Int = 0, others: [String: Int] = [:]) {
        count = BodyKeys.table.count
        let places = UnsafeMutablePointer<Int16>.allocate(capacity: count)
        places.initialize(repeating: -1, count: count)
        for (place, name) in names.enumerated() where !name.isEmpty {
            places[BodyKeys.id(name)] = Int16(first + place)
        }
        for (name, place) in others { places[BodyKeys.id(name)] = Int16(place) }
        self.places = UnsafePointer(places)
    }

    /// The place of a member; nil when this kind of object has none with that name.
    func place(of member: JSONCursor) -> Int? {
        let number = member.keyNumber
        guard number < count else { return nil }
        let place = places[number]
        return place < 0 ? nil : Int(place)
    }
}
