/// How a game ended for somebody.
struct ContestantResult: Sendable {
    var teamID = 100
    var isWinner = false
    /// Places of Arena, 0 elsewhere.
    var placement = 0
    var kills = 0
    var deaths = 0
    var assists = 0
    /// Two, three, four, five kills in a row.
    var multiKills = [0, 0, 0, 0]
    var largestMultiKill = 0
    var killingSprees = 0
    var largestKillingSpree = 0
    var hasFirstBlood = false
    var hasFirstBloodAssist = false
    var hasFirstTower = false
    var hasFirstTowerAssist = false
    var soloKills = 0
    var turretKills = 0
    var turretTakedowns = 0
    var inhibitorKills = 0
    var inhibitorTakedowns = 0
    var dragonKills = 0
    var dragonTakedowns = 0
    var baronKills = 0
    var baronTakedowns = 0
    var heraldTakedowns = 0
    var hordeTakedowns = 0
    var platesTaken = 0
    var wardsPlaced = 0
    var wardsKilled = 0
    var controlWards = 0
    var transform = 0
    var secondsDead = 0
    var longestLife = 0
    var final = FrameFigures()
    var goldSpent = 0
    var bag = [0, 0, 0, 0, 0, 0, 0]
    var finishedItems: [Int] = []
    var purchases = 0
    var consumables = 0

    var takedowns: Int { kills + assists }
}

/// Counts a game's events into results.
struct ResultTally {
    private let draft: Draft
    private let kind: GameKind
    private let endAt: Int
    private let winner: Int
    private var results: [ContestantResult]
    private var streak: [Int]
    private var hasTower = false
    private var isFirstKill = true

    init(draft: Draft, kind: GameKind, endAt: Int, winner: Int) {
        self.draft = draft
        self.kind = kind
        self.endAt = endAt
        self.winner = winner
        results = draft.contestants.map { _ in ContestantResult() }
        streak = draft.contestants.map { _ in 0 }
    }

    mutating func count(_ event: GameEvent) {
        switch event.kind {
        case .championKill(let kill): count(kill)
        case .specialKill(_, let killer, let length?, _): countMulti(killer - 1, length: length)
        case .buildingKill(let fall): count(fall)
        case .eliteMonster(let monster): count(monster)
        case .turretPlate(let killer, _, _, _) where killer > 0: results[killer - 1].platesTaken += 1
        case .wardPlaced(let creator, let type) where creator > 0:
            results[creator - 1].wardsPlaced += 1
            if "\(type)" == "CONTROL_WARD" { results[creator - 1].controlWards += 1 }
        case .wardKill(let killer, _) where killer > 0: results[killer - 1].wardsKilled += 1
        case .transform(let participant, let type):
            results[participant - 1].transform = "\(type)" == "SLAYER" ? 1 : 2
        default: break
        }
    }

    private mutating func count(_ kill: ChampionKill) {
        results[kill.victimID - 1].deaths += 1
        streak[kill.victimID - 1] = 0
        for helper in kill.assistants { results[helper - 1].assists += 1 }
        guard kill.killerID > 0 else { return }
        let killer = kill.killerID - 1
        results[killer].kills += 1
        if kill.assistants.isEmpty { results[killer].soloKills += 1 }
        streak[killer] += 1
        if streak[killer] == 2 { results[killer].killingSprees += 1 }
        if streak[killer] >= 2 {
            results[killer].largestKillingSpree = max(results[killer].largestKillingSpree, streak[killer])
        }
        results[killer].largestMultiKill = max(results[killer].largestMultiKill, 1)
        if isFirstKill {
            isFirstKill = false
            results[killer].hasFirstBlood = true
            for helper in kill.assistants { results[helper - 1].hasFirstBloodAssist = true }
        }
    }

    private mutating func countMulti(_ killer: Int, length: Int) {
        results[killer].multiKills[min(length, 5) - 2] += 1
        results[killer].largestMultiKill = max(results[killer].largestMultiKill, length)
    }

    private mutating func count(_ fall: BuildingKill) {
        let takers = (fall.killerID > 0 ? [fall.killerID] : []) + fall.assistants
        if fall.turret == nil {
            if fall.killerID > 0 { results[fall.killerID - 1].inhibitorKills += 1 }
            for taker in takers { results[taker - 1].inhibitorTakedowns += 1 }
            return
        }
        if fall.killerID > 0 { results[fall.killerID - 1].turretKills += 1 }
        for taker in takers { results[taker - 1].turretTakedowns += 1 }
        guard !hasTower else { return }
        hasTower = true
        if fall.killerID > 0 { results[fall.killerID - 1].hasFirstTower = true }
        for helper in fall.assistants { results[helper - 1].hasFirstTowerAssist = true }
    }

    private mutating func count(_ kill: EliteMonsterKill) {
        guard kill.killerID > 0 else { return }
        let takers = [kill.killerID] + kill.assistants
        switch kill.monster {
        case .dragon, .elder:
            results[kill.killerID - 1].dragonKills += 1
            for taker in takers { results[taker - 1].dragonTakedowns += 1 }
        case .baron:
            results[kill.killerID - 1].baronKills += 1
            for taker in takers { results[taker - 1].baronTakedowns += 1 }
        case .herald: for taker in takers { results[taker - 1].heraldTakedowns += 1 }
        case .horde: for taker in takers { results[taker - 1].hordeTakedowns += 1 }
        case .atakhan: break
        }
    }

    /// The results with what the last frame and the shops say.
    func finish(frames: [FrameRecord], shops: [ShoppingScript], fights: [GameEvent]) -> [ContestantResult] {
        var results = results
        let deaths = DeathTimes(fights: fights, kind: kind)
        let places = kind == .arena ? arenaPlaces() : []
        for contestant in draft.contestants {
            let index = contestant.index
            let shop = shops[index]
            results[index].placement = places.isEmpty ? 0 : places[contestant.side]
            results[index].isWinner = places.isEmpty ? contestant.side == winner : places[contestant.side] <= 4
            results[index].teamID = places.isEmpty ? contestant.teamID : results[index].isWinner ? 100 : 200
            results[index].secondsDead = deaths.secondsDead(index, endAt: endAt)
            results[index].longestLife = deaths.longestLife(index, endAt: endAt)
            results[index].final = frames.last?.figures[index] ?? FrameFigures()
            results[index].goldSpent = shop.spent
            results[index].bag = shop.bag
            results[index].finishedItems = shop.finished
            results[index].purchases = shop.purchases
            results[index].consumables = shop.consumables
        }
        return results
    }

    /// Places of Arena's eight duos: the winner first, then by deaths.
    private func arenaPlaces() -> [Int] {
        let deaths = (0..<8).map { side in results[side * 2].deaths + results[side * 2 + 1].deaths }
        let order = (0..<8).sorted { ($0 == winner ? -1 : deaths[$0], $0) < ($1 == winner ? -1 : deaths[$1], $1) }
        var places = Array(repeating: 0, count: 8)
        for (place, side) in order.enumerated() { places[side] = place + 1 }
        return places
    }
}
