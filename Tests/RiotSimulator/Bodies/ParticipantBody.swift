import RiotModels

/// Writes one participant of a match: every field that Riot's schema has, in the order of real bodies.
struct ParticipantBody {
    let game: GameRecord
    let contestant: Contestant
    let totals: TeamTotals

    private let result: ContestantResult
    private let final: FrameFigures
    private var lane: Lane? { contestant.lane }
    private var isRemake: Bool { game.plan.kind == .remake }
    private var endsAtNexus: Bool { game.plan.kind != .arena && !game.isSurrendered && !isRemake }
    private var toBuildings: Int { result.turretTakedowns * 2100 + result.platesTaken * 700 }
    private var toMonsters: Int { (result.dragonTakedowns + result.baronTakedowns + result.heraldTakedowns) * 2900 }

    init(game: GameRecord, contestant: Contestant, totals: TeamTotals) {
        self.game = game
        self.contestant = contestant
        self.totals = totals
        result = game.results[contestant.index]
        final = result.final
    }

    func write(to json: inout JSONBuffer) {
        json.beginObject()
        json.beginObject("PlayerBehavior")
        json.member("PlayerBehavior_IsHeroInCombat", 0)
        json.endObject()
        writeOpening(to: &json)
        writeBag(to: &json)
        writeDamage(to: &json)
        writeIdentity(to: &json)
        writeTotals(to: &json)
        json.endObject()
    }

    private func writeOpening(to json: inout JSONBuffer) {
        json.member("allInPings", drawn(1, 3))
        json.member("assistMePings", drawn(2, 6))
        json.member("assists", result.assists)
        json.member("baitPings", 0)
        json.member("baronKills", result.baronKills)
        json.member("basicPings", drawn(3, 2))
        json.member("bountyLevel", min(result.largestKillingSpree, 6))
        ChallengesBody(game: game, contestant: contestant, totals: totals).write(to: &json)
        json.member("champExperience", final.experience)
        json.member("champLevel", final.level)
        json.member("championId", contestant.champion.id)
        json.member("championName", contestant.champion.name)
        json.member("championSkinId", contestant.champion.id * 1000 + drawn(4, 30))
        json.member("championTransform", result.transform)
        json.member("commandPings", drawn(5, 14))
        json.member("consumablesPurchased", result.consumables)
        json.member("damageDealtToBuildings", toBuildings)
        json.member("damageDealtToEpicMonsters", toMonsters)
        json.member("damageDealtToObjectives", toBuildings + toMonsters)
        json.member("damageDealtToTurrets", toBuildings)
        json.member("damageSelfMitigated", final.damage.taken.total * 6 / 10)
        json.member("dangerPings", drawn(6, 4))
        json.member("deaths", result.deaths)
        json.member("detectorWardsPlaced", result.controlWards)
        json.member("doubleKills", result.multiKills[0])
        json.member("dragonKills", result.dragonKills)
        json.member("eligibleForProgression", true)
        json.member("enemyMissingPings", drawn(7, 25))
        json.member("enemyVisionPings", drawn(8, 9))
    }

    private func writeBag(to json: inout JSONBuffer) {
        json.member("firstBloodAssist", result.hasFirstBloodAssist)
        json.member("firstBloodKill", result.hasFirstBlood)
        json.member("firstTowerAssist", result.hasFirstTowerAssist)
        json.member("firstTowerKill", result.hasFirstTower)
        json.member("gameEndedInEarlySurrender", isRemake)
        json.member("gameEndedInSurrender", game.isSurrendered && !isRemake)
        json.member("getBackPings", drawn(9, 7))
        json.member("goldEarned", final.totalGold)
        json.member("goldSpent", result.goldSpent)
        json.member("holdPings", drawn(10, 3))
        json.member("individualPosition", lane?.position ?? "Invalid")
        json.member("inhibitorKills", result.inhibitorKills)
        json.member("inhibitorTakedowns", result.inhibitorTakedowns)
        json.member("inhibitorsLost", lost(.inhibitor))
        json.member("item0", result.bag[0])
        json.member("item1", result.bag[1])
        json.member("item2", result.bag[2])
        json.member("item3", result.bag[3])
        json.member("item4", result.bag[4])
        json.member("item5", result.bag[5])
        json.member("item6", result.bag[6])
        json.member("itemsPurchased", result.purchases)
        json.member("killingSprees", result.killingSprees)
        json.member("kills", result.kills)
        json.member("lane", lane?.oldLane ?? "NONE")
        json.member("largestCriticalStrike", contestant.champion.magicShare > 0.5 ? 0 : 400 + final.level * 61)
        json.member("largestKillingSpree", result.largestKillingSpree)
        json.member("largestMultiKill", result.largestMultiKill)
        json.member("longestTimeSpentLiving", result.longestLife)
    }

    private func writeDamage(to json: inout JSONBuffer) {
        json.member("magicDamageDealt", final.damage.done.magic)
        json.member("magicDamageDealtToChampions", final.damage.toChampions.magic)
        json.member("magicDamageTaken", final.damage.taken.magic)
        writeMissions(to: &json)
        json.member("needVisionPings", drawn(11, 5))
        json.member("neutralMinionsKilled", final.jungleMinions)
        json.member("nexusKills", result.isWinner && contestant.index % 5 == 3 && endsAtNexus ? 1 : 0)
        json.member("nexusLost", !result.isWinner && endsAtNexus ? 1 : 0)
        json.member("nexusTakedowns", result.isWinner && contestant.index % 5 >= 2 && endsAtNexus ? 1 : 0)
        json.member("objectivesStolen", 0)
        json.member("objectivesStolenAssists", 0)
        json.member("onMyWayPings", drawn(12, 30))
        json.member("participantId", contestant.participantID)
        json.member("pentaKills", result.multiKills[3])
        writePerks(to: &json)
        json.member("physicalDamageDealt", final.damage.done.physical)
        json.member("physicalDamageDealtToChampions", final.damage.toChampions.physical)
        json.member("physicalDamageTaken", final.damage.taken.physical)
        json.member("placement", result.placement)
        json.member("playerAugment1", augment(1))
        json.member("playerAugment2", augment(2))
        json.member("playerAugment3", augment(3))
        json.member("playerAugment4", augment(4))
        json.member("playerAugment5", 0)
        json.member("playerAugment6", 0)
        writeScores(to: &json)
        json.member("playerSubteamId", result.placement == 0 ? 0 : contestant.side + 1)
        json.member("profileIcon", contestant.player?.profileIcon ?? 0)
        json.member("pushPings", drawn(13, 3))
        json.member("puuid", contestant.puuid)
        json.member("quadraKills", result.multiKills[2])
    }

    private func writeIdentity(to json: inout JSONBuffer) {
        json.member("retreatPings", drawn(14, 3))
        json.member("riotIdGameName", contestant.player?.riotID.gameName ?? contestant.champion.name)
        json.member("riotIdName", "" as StaticString)
        json.member("riotIdTagline", contestant.player?.riotID.tagLine ?? "BOT")
        json.member("role", lane?.oldRole ?? "SUPPORT")
        json.member("roleBoundItem", 0)
        json.member("sightWardsBoughtInGame", 0)
        json.member("spell1Casts", casts(1, 14))
        json.member("spell2Casts", casts(2, 9))
        json.member("spell3Casts", casts(3, 8))
        json.member("spell4Casts", casts(4, 2))
        json.member("subteamPlacement", result.placement)
        json.member("summoner1Casts", casts(5, 1))
        json.member("summoner1Id", contestant.summonerSpells.0)
        json.member("summoner2Casts", casts(6, 1))
        json.member("summoner2Id", contestant.summonerSpells.1)
        json.member("summonerId", contestant.player?.summonerID ?? "BOT")
        json.member("summonerLevel", contestant.player?.level ?? 1)
        json.member("summonerName", "" as StaticString)
        json.member("teamEarlySurrendered", isRemake && contestant.side == 0)
        json.member("teamId", result.teamID)
        json.member("teamPosition", lane?.position ?? "")
        json.member("timeCCingOthers", final.enemySpentControlled / 9000)
        json.member("timePlayed", game.plan.durationSeconds)
    }

    private func writeTotals(to json: inout JSONBuffer) {
        json.member("totalAllyJungleMinionsKilled", final.jungleMinions * 7 / 10)
        json.member("totalDamageDealt", final.damage.done.total)
        json.member("totalDamageDealtToChampions", final.damage.toChampions.total)
        json.member("totalDamageShieldedOnTeammates", lane == .utility ? final.damage.toChampions.total / 3 : 0)
        json.member("totalDamageTaken", final.damage.taken.total)
        json.member("totalEnemyJungleMinionsKilled", final.jungleMinions / 10)
        json.member("totalHeal", final.damage.taken.total / 3)
        json.member("totalHealsOnTeammates", lane == .utility ? final.damage.toChampions.total / 4 : 0)
        json.member("totalMinionsKilled", final.minions)
        json.member("totalTimeCCDealt", final.enemySpentControlled / 1000)
        json.member("totalTimeSpentDead", result.secondsDead)
        json.member("totalUnitsHealed", lane == .utility ? 5 : 1)
        json.member("tripleKills", result.multiKills[1])
        json.member("trueDamageDealt", final.damage.done.trueDamage)
        json.member("trueDamageDealtToChampions", final.damage.toChampions.trueDamage)
        json.member("trueDamageTaken", final.damage.taken.trueDamage)
        json.member("turretKills", result.turretKills)
        json.member("turretTakedowns", result.turretTakedowns)
        json.member("turretsLost", lost(.tower))
        json.member("unrealKills", 0)
        json.member("visionClearedPings", drawn(15, 3))
        json.member("visionScore", result.wardsPlaced * 2 + result.wardsKilled * 2)
        json.member("visionWardsBoughtInGame", result.controlWards)
        json.member("wardsKilled", result.wardsKilled)
        json.member("wardsPlaced", result.wardsPlaced)
        json.member("win", result.isWinner)
    }

    // MARK: small figures

    /// A number up to `limit` that is this participant's own, for what the game does not play.
    private func drawn(_ number: Int, _ limit: Int) -> Int {
        let mixed = (game.seed >> 7) &+ UInt64(contestant.index * 131 + number * 17) &* 0x9E37_79B9_7F4A_7C15
        return Int((mixed >> 33) % UInt64(limit + 1))
    }

    private func casts(_ number: Int, _ perMinute: Int) -> Int {
        game.plan.durationSeconds * perMinute / 60 + drawn(30 + number, 20)
    }

    private func augment(_ number: Int) -> Int {
        result.placement == 0 || (number == 4 && result.placement > 5) ? 0 : 1 + drawn(50 + number, 240)
    }

    private func lost(_ objective: TeamTotals.Objective) -> Int {
        game.plan.kind == .arena ? 0 : totals.kills(objective, team: 1 - contestant.side)
    }
}
