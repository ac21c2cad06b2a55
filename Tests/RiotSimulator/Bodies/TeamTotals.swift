/// What the teams of a game did together.
struct TeamTotals {
    /// The counters of a team, in the order of the body.
    enum Objective: Int, CaseIterable {
        case atakhan, baron, champion, dragon, horde, inhibitor, riftHerald, tower

        var name: StaticString {
            switch self {
            case .atakhan: "atakhan"
            case .baron: "baron"
            case .champion: "champion"
            case .dragon: "dragon"
            case .horde: "horde"
            case .inhibitor: "inhibitor"
            case .riftHerald: "riftHerald"
            case .tower: "tower"
            }
        }
    }

    /// Counts by objective and team; in Arena everything belongs to the first.
    private(set) var kills = Array(repeating: [0, 0], count: Objective.allCases.count)
    /// The team that was first, by objective.
    private(set) var first: [Int?] = Array(repeating: nil, count: Objective.allCases.count)
    /// By side: kills, damage to champions, damage taken.
    private(set) var sideKills: [Int]
    private(set) var sideDamage: [Int]
    private(set) var sideTaken: [Int]
    private let winner: Int

    init(game: GameRecord) {
        winner = game.winner
        let sides = game.plan.kind == .arena ? 8 : 2
        sideKills = Array(repeating: 0, count: sides)
        sideDamage = sideKills
        sideTaken = sideKills
        for contestant in game.draft.contestants {
            let result = game.results[contestant.index]
            sideKills[contestant.side] += result.kills
            sideDamage[contestant.side] += result.final.damage.toChampions.total
            sideTaken[contestant.side] += result.final.damage.taken.total
        }
        for event in game.events { count(event, in: game) }
    }

    private mutating func count(_ event: GameEvent, in game: GameRecord) {
        switch event.kind {
        case .championKill(let kill) where kill.killerID > 0:
            let team = game.plan.kind == .arena ? 0 : game.draft.contestants[kill.killerID - 1].side
            add(.champion, team)
        case .buildingKill(let fall):
            add(fall.turret == nil ? .inhibitor : .tower, fall.teamID == 100 ? 1 : 0)
        case .eliteMonster(let kill) where kill.killerTeamID < 300:
            let objective: Objective =
                switch kill.monster {
                case .dragon, .elder: .dragon
                case .baron: .baron
                case .herald: .riftHerald
                case .horde: .horde
                case .atakhan: .atakhan
                }
            add(objective, kill.killerTeamID == 100 ? 0 : 1)
        default: break
        }
    }

    private mutating func add(_ objective: Objective, _ team: Int) {
        kills[objective.rawValue][team] += 1
        if first[objective.rawValue] == nil { first[objective.rawValue] = team }
    }

    func kills(_ objective: Objective, team: Int) -> Int {
        kills[objective.rawValue][team]
    }

    /// The state of a feat: 3 and 1001 for one that is reached and missed, as real bodies have them.
    func featState(team: Int, feat: Int) -> Int {
        team == winner ? (feat == 1 ? 3 : 1) : (feat == 0 ? 0 : 1001)
    }
}
