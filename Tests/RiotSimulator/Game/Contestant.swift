/// Where somebody plays on the rift.
enum Lane: Int, Sendable, CaseIterable {
    case top, jungle, middle, bottom, utility

    var position: StaticString {
        switch self {
        case .top: "TOP"
        case .jungle: "JUNGLE"
        case .middle: "MIDDLE"
        case .bottom: "BOTTOM"
        case .utility: "UTILITY"
        }
    }

    /// The old guess that bodies still carry beside `teamPosition`.
    var oldLane: StaticString {
        switch self {
        case .top: "TOP"
        case .jungle: "JUNGLE"
        case .middle: "MIDDLE"
        case .bottom, .utility: "BOTTOM"
        }
    }

    var oldRole: StaticString {
        switch self {
        case .top, .middle: "SOLO"
        case .jungle: "NONE"
        case .bottom: "CARRY"
        case .utility: "SUPPORT"
        }
    }
}

/// Somebody in one game, before it begins.
struct Contestant: Sendable {
    /// Position in the roster, from 0; the participant id is one more.
    let index: Int
    /// The player; nil for a bot.
    let player: SimulatedPlayer?
    let champion: Champion
    /// 100 or 200.
    let teamID: Int
    /// Whom he plays with: 0 or 1, in Arena 0 to 7.
    let side: Int
    /// His place on the rift; nil where there are no lanes.
    let lane: Lane?
    let skill: Double
    let summonerSpells: (Int, Int)

    var participantID: Int { index + 1 }

    var puuid: String { player?.puuid ?? "BOT" }
}

/// Who plays what in a game.
struct Draft: Sendable {
    var contestants: [Contestant] = []
    /// Bans of each team, -1 for none.
    var bans: [[Int]] = [[], []]

    init(plan: GamePlan, players: [SimulatedPlayer], seed: UInt64) {
        var random = SeededRandom(seed: seed, stableHash("draft"))
        var pool = random.shuffled(Champion.all)
        // Kayn's place: the jungle of either team.
        let kayn = random.chance(0.5) ? 1 : 6
        for index in 0..<plan.kind.playerCount {
            let side = plan.kind == .arena ? index / 2 : index / 5
            let lane = plan.kind.hasLanes ? Lane(rawValue: index % 5) : nil
            let champion = lane != nil && index == kayn ? Champion.kayn : pool.removeLast()
            let player = index < plan.players.count ? players[Int(plan.players[index])] : nil
            contestants.append(
                Contestant(
                    index: index,
                    player: player,
                    champion: champion,
                    teamID: side == 0 ? 100 : 200,
                    side: side,
                    lane: lane,
                    skill: (player?.skill ?? 0.6) * random.double(0.85, 1.15),
                    summonerSpells: Self.spells(plan.kind, lane: lane, random: &random)
                )
            )
        }
        switch plan.kind {
        case .rift, .remake:
            for team in 0...1 {
                bans[team] = (0..<5).map { _ in random.chance(0.04) ? -1 : pool[random.int(0, 60)].id }
            }
        case .arena: bans[0] = (0..<16).map { _ in random.chance(0.1) ? -1 : pool[random.int(0, 60)].id }
        default: break
        }
    }

    private static func spells(_ kind: GameKind, lane: Lane?, random: inout SeededRandom) -> (Int, Int) {
        switch (kind, lane) {
        case (.arena, _): (2201, 2202)
        case (_, .jungle): (11, 4)
        case (_, .some): random.chance(0.5) ? (4, 14) : (4, 12)
        default: random.chance(0.5) ? (32, 4) : (4, 6)
        }
    }
}

extension GameKind {
    /// Whether there is a jungle, lanes with turrets, and monsters.
    var hasLanes: Bool {
        switch self {
        case .rift, .bots, .remake: true
        default: false
        }
    }
}
