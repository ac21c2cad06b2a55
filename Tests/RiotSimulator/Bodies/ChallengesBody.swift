/// Writes the challenges of a participant: every key that Riot's schema has.
///
/// Keys that follow from the game are worked out; the others are drawn within what is usual for them. Those that real
/// bodies carry only now and then go to one participant each, so that every body has them all.
struct ChallengesBody {
    let game: GameRecord
    let contestant: Contestant
    let totals: TeamTotals

    private var result: ContestantResult { game.results[contestant.index] }
    private var final: FrameFigures { result.final }
    private var minutes: Double { Double(max(game.endAt, 1)) / 60_000 }

    func write(to json: inout JSONBuffer) {
        var random = SeededRandom(seed: game.seed, stableHash("challenges"), UInt64(contestant.index))
        json.beginObject("challenges")
        for (name, value) in worked { json.member(name, value) }
        let count = game.draft.contestants.count
        for (index, small) in SmallChallenges.all.enumerated() {
            let value = random.unit() * Double(small.limit)
            if small.isRare, (index + Int(game.seed % 16)) % count != contestant.index { continue }
            json.member(small.name, small.isFraction ? value : value.rounded(.down))
        }
        json.array("legendaryItemUsed", result.finishedItems)
        json.endObject()
    }

    /// What the game itself says.
    private var worked: [(StaticString, Double)] {
        [
            ("abilityUses", Double(350 + final.level * 12)),
            ("alliedJungleMonsterKills", Double(final.jungleMinions * 7 / 10)),
            ("baronTakedowns", Double(result.baronTakedowns)),
            ("controlWardsPlaced", Double(result.controlWards)),
            ("damagePerMinute", Double(final.damage.toChampions.total) / minutes),
            ("damageTakenOnTeamPercentage", share(final.damage.taken.total, of: totals.sideTaken)),
            ("deathsByEnemyChamps", Double(result.deaths)),
            ("dragonTakedowns", Double(result.dragonTakedowns)),
            ("gameLength", Double(game.endAt) / 1000 + 0.000_371_306),
            ("goldPerMinute", Double(final.totalGold) / minutes),
            ("kda", Double(result.takedowns) / Double(max(result.deaths, 1))),
            ("killParticipation", share(result.takedowns, of: totals.sideKills)),
            ("killingSprees", Double(result.killingSprees)),
            ("multikills", Double(result.multiKills[0])),
            ("riftHeraldTakedowns", Double(result.heraldTakedowns)),
            ("soloKills", Double(result.soloKills)),
            ("stealthWardsPlaced", Double(max(0, result.wardsPlaced - result.controlWards))),
            ("takedowns", Double(result.takedowns)),
            ("teamBaronKills", Double(teamKills(.baron))),
            ("teamDamagePercentage", share(final.damage.toChampions.total, of: totals.sideDamage)),
            ("teamRiftHeraldKills", Double(teamKills(.riftHerald))),
            ("turretPlatesTaken", Double(result.platesTaken)),
            ("turretTakedowns", Double(result.turretTakedowns)),
            ("visionScorePerMinute", Double(result.wardsPlaced * 2 + result.wardsKilled * 2) / minutes),
            ("voidMonsterKill", Double(result.hordeTakedowns)),
            ("wardTakedowns", Double(result.wardsKilled)),
        ]
    }

    private func share(_ own: Int, of sides: [Int]) -> Double {
        sides[contestant.side] == 0 ? 0 : Double(own) / Double(sides[contestant.side])
    }

    private func teamKills(_ objective: TeamTotals.Objective) -> Int {
        game.plan.kind == .arena ? 0 : totals.kills(objective, team: contestant.side)
    }
}
