/// A place on the map.
struct MapPoint: Sendable, Equatable {
    var x: Int
    var y: Int
}

/// One line of a victim's damage list.
struct VictimDamage: Sendable {
    var isBasic: Bool
    var magic: Int
    var name: String
    /// 0 when a minion, monster or turret did it.
    var participantID: Int
    var physical: Int
    var spellName: String
    var spellSlot: Int
    var trueDamage: Int
    var type: StaticString
}

/// A champion's death.
struct ChampionKill: Sendable {
    var killerID: Int
    var victimID: Int
    var assistants: [Int]
    var bounty: Int
    var shutdownBounty: Int
    var streak: Int
    var position: MapPoint
    var dealt: [VictimDamage]
    var received: [VictimDamage]
    /// Lists of the whole team fight, which few kills have.
    var hasTeamfightLists: Bool
}

/// One event of a timeline.
///
/// Participants are named by their ids, 0 for nobody.
struct GameEvent: Sendable {
    var timestamp: Int
    var kind: Kind

    enum Kind: Sendable {
        case buildingKill(BuildingKill)
        case championKill(ChampionKill)
        case specialKill(type: StaticString, killerID: Int, multiKillLength: Int?, position: MapPoint)
        case transform(participantID: Int, type: StaticString)
        case dragonSoul(name: StaticString, teamID: Int)
        case eliteMonster(EliteMonsterKill)
        case feat(type: Int, value: Int, teamID: Int)
        case gameEnd(winningTeam: Int)
        case itemDestroyed(itemID: Int, participantID: Int)
        case itemPurchased(itemID: Int, participantID: Int)
        case itemSold(itemID: Int, participantID: Int)
        case itemUndo(beforeID: Int, goldGain: Int, participantID: Int)
        case levelUp(level: Int, participantID: Int)
        case objectiveBountyFinish(teamID: Int)
        case objectiveBountyPrestart(startsAt: Int, teamID: Int)
        case pauseEnd
        case pauseStart
        case skillLevelUp(slot: Int, participantID: Int, isEvolution: Bool)
        case turretPlate(killerID: Int, lane: StaticString, position: MapPoint, teamID: Int)
        case wardKill(killerID: Int, type: StaticString)
        case wardPlaced(creatorID: Int, type: StaticString)
    }
}

/// A turret or inhibitor falls.
struct BuildingKill: Sendable {
    var killerID: Int
    var assistants: [Int]
    var bounty: Int
    /// Nil for an inhibitor.
    var turret: StaticString?
    var lane: StaticString
    var position: MapPoint
    /// The team that loses it.
    var teamID: Int
}

/// A monster that counts for the team falls.
struct EliteMonsterKill: Sendable {
    enum Monster: Sendable { case dragon, elder, baron, herald, horde, atakhan }

    var monster: Monster
    /// Of a dragon, `AIR_DRAGON` and so on.
    var subtype: StaticString?
    var killerID: Int
    var assistants: [Int]
    /// 300 when neither team did it.
    var killerTeamID: Int
    var bounty: Int
    var position: MapPoint

    var type: StaticString {
        switch monster {
        case .dragon, .elder: "DRAGON"
        case .baron: "BARON_NASHOR"
        case .herald: "RIFTHERALD"
        case .horde: "HORDE"
        case .atakhan: "ATAKHAN"
        }
    }
}

extension GameEvent.Kind {
    /// What a timeline calls it.
    var typeName: StaticString {
        switch self {
        case .buildingKill: "BUILDING_KILL"
        case .championKill: "CHAMPION_KILL"
        case .specialKill: "CHAMPION_SPECIAL_KILL"
        case .transform: "CHAMPION_TRANSFORM"
        case .dragonSoul: "DRAGON_SOUL_GIVEN"
        case .eliteMonster: "ELITE_MONSTER_KILL"
        case .feat: "FEAT_UPDATE"
        case .gameEnd: "GAME_END"
        case .itemDestroyed: "ITEM_DESTROYED"
        case .itemPurchased: "ITEM_PURCHASED"
        case .itemSold: "ITEM_SOLD"
        case .itemUndo: "ITEM_UNDO"
        case .levelUp: "LEVEL_UP"
        case .objectiveBountyFinish: "OBJECTIVE_BOUNTY_FINISH"
        case .objectiveBountyPrestart: "OBJECTIVE_BOUNTY_PRESTART"
        case .pauseEnd: "PAUSE_END"
        case .pauseStart: "PAUSE_START"
        case .skillLevelUp: "SKILL_LEVEL_UP"
        case .turretPlate: "TURRET_PLATE_DESTROYED"
        case .wardKill: "WARD_KILL"
        case .wardPlaced: "WARD_PLACED"
        }
    }
}
