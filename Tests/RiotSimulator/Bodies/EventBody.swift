/// Writes one event of a timeline, members in the order of their names as real ones have them.
struct EventBody {
    let event: GameEvent
    let game: GameRecord

    func write(to json: inout JSONBuffer) {
        json.beginObject()
        switch event.kind {
        case .buildingKill(let fall): write(fall, to: &json)
        case .championKill(let kill): write(kill, to: &json)
        case .eliteMonster(let kill): write(kill, to: &json)
        case .itemDestroyed(let item, let participant), .itemPurchased(let item, let participant),
            .itemSold(let item, let participant):
            json.member("itemId", item)
            json.member("participantId", participant)
            close(to: &json)
        case .itemUndo(let before, let gold, let participant):
            json.member("afterId", 0)
            json.member("beforeId", before)
            json.member("goldGain", gold)
            json.member("participantId", participant)
            close(to: &json)
        case .levelUp(let level, let participant):
            json.member("level", level)
            json.member("participantId", participant)
            close(to: &json)
        case .skillLevelUp(let slot, let participant, let isEvolution):
            json.member("levelUpType", isEvolution ? "EVOLVE" as StaticString : "NORMAL")
            json.member("participantId", participant)
            json.member("skillSlot", slot)
            close(to: &json)
        default: writeRare(to: &json)
        }
        json.endObject()
    }

    private func close(to json: inout JSONBuffer) {
        json.member("timestamp", event.timestamp)
        json.member("type", event.kind.typeName)
    }

    private func write(_ point: MapPoint, to json: inout JSONBuffer) {
        json.beginObject("position")
        json.member("x", point.x)
        json.member("y", point.y)
        json.endObject()
    }

    private func write(_ fall: BuildingKill, to json: inout JSONBuffer) {
        if !fall.assistants.isEmpty { json.array("assistingParticipantIds", fall.assistants) }
        json.member("bounty", fall.bounty)
        json.member("buildingType", fall.turret == nil ? "INHIBITOR_BUILDING" as StaticString : "TOWER_BUILDING")
        json.member("killerId", fall.killerID)
        json.member("laneType", fall.lane)
        write(fall.position, to: &json)
        json.member("teamId", fall.teamID)
        json.member("timestamp", event.timestamp)
        if let turret = fall.turret { json.member("towerType", turret) }
        json.member("type", event.kind.typeName)
    }

    private func write(_ kill: EliteMonsterKill, to json: inout JSONBuffer) {
        if !kill.assistants.isEmpty { json.array("assistingParticipantIds", kill.assistants) }
        json.member("bounty", kill.bounty)
        json.member("killerId", kill.killerID)
        json.member("killerTeamId", kill.killerTeamID)
        if let subtype = kill.subtype { json.member("monsterSubType", subtype) }
        json.member("monsterType", kill.type)
        write(kill.position, to: &json)
        close(to: &json)
    }

    private func write(_ kill: ChampionKill, to json: inout JSONBuffer) {
        if !kill.assistants.isEmpty { json.array("assistingParticipantIds", kill.assistants) }
        json.member("bounty", kill.bounty)
        json.member("killStreakLength", kill.streak)
        json.member("killerId", kill.killerID)
        write(kill.position, to: &json)
        json.member("shutdownBounty", kill.shutdownBounty)
        close(to: &json)
        if !kill.dealt.isEmpty { write(kill.dealt, "victimDamageDealt", to: &json) }
        write(kill.received, "victimDamageReceived", to: &json)
        json.member("victimId", kill.victimID)
        if kill.hasTeamfightLists {
            write(kill.dealt, "victimTeamfightDamageDealt", to: &json)
            write(kill.received, "victimTeamfightDamageReceived", to: &json)
        }
    }

    private func write(_ lines: [VictimDamage], _ name: StaticString, to json: inout JSONBuffer) {
        json.beginArray(name)
        for line in lines {
            json.beginObject()
            json.member("basic", line.isBasic)
            json.member("magicDamage", line.magic)
            json.member("name", line.name)
            json.member("participantId", line.participantID)
            json.member("physicalDamage", line.physical)
            json.member("spellName", line.spellName)
            json.member("spellSlot", line.spellSlot)
            json.member("trueDamage", line.trueDamage)
            json.member("type", line.type)
            json.endObject()
        }
        json.endArray()
    }
}

extension EventBody {
    /// The kinds that a game has few of.
    private func writeRare(to json: inout JSONBuffer) {
        switch event.kind {
        case .specialKill(let type, let killer, let length, let position):
            json.member("killType", type)
            json.member("killerId", killer)
            if let length { json.member("multiKillLength", length) }
            write(position, to: &json)
        case .turretPlate(let killer, let lane, let position, let team):
            json.member("killerId", killer)
            json.member("laneType", lane)
            write(position, to: &json)
            json.member("teamId", team)
        case .wardPlaced(let creator, let type):
            json.member("creatorId", creator)
            json.member("timestamp", event.timestamp)
            json.member("type", event.kind.typeName)
            json.member("wardType", type)
            return
        case .wardKill(let killer, let type):
            json.member("killerId", killer)
            json.member("timestamp", event.timestamp)
            json.member("type", event.kind.typeName)
            json.member("wardType", type)
            return
        case .gameEnd(let team):
            json.member("gameId", game.plan.number)
            json.member("realTimestamp", game.plan.startedAt + Int64(game.endAt) + 15)
            json.member("timestamp", event.timestamp)
            json.member("type", event.kind.typeName)
            json.member("winningTeam", team)
            return
        default: writeState(to: &json)
        }
        close(to: &json)
    }

    private func writeState(to json: inout JSONBuffer) {
        switch event.kind {
        case .transform(let participant, let type):
            json.member("participantId", participant)
            json.member("transformType", type)
        case .dragonSoul(let name, let team):
            json.member("name", name)
            json.member("teamId", team)
        case .feat(let type, let value, let team):
            json.member("featType", type)
            json.member("featValue", value)
            json.member("teamId", team)
        case .objectiveBountyPrestart(let start, let team):
            json.member("actualStartTime", start)
            json.member("teamId", team)
        case .objectiveBountyFinish(let team):
            json.member("teamId", team)
        default:
            // The clock starts, or stands still for half a minute.
            json.member("realTimestamp", game.plan.startedAt + Int64(event.timestamp) - 97)
        }
    }
}
