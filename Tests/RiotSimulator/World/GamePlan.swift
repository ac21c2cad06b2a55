import RiotModels

/// The kinds of game in the simulated world.
enum GameKind: Sendable, Equatable {
    case rift(queue: Int)
    case aram
    case arena
    case bots
    case remake
    /// Broken off before it began: metadata and nothing else.
    case aborted

    var playerCount: Int { self == .arena ? 16 : 10 }

    /// How many of the players are people.
    var humanCount: Int {
        switch self {
        case .arena: 16
        case .bots: 5
        default: 10
        }
    }

    var queue: Int {
        switch self {
        case .rift(let queue): queue
        case .aram: 450
        case .arena: 1700
        case .bots: 870
        case .remake: 420
        case .aborted: 0
        }
    }

    /// What the `type` parameter of the id list calls it; nil matches no type.
    var listType: String? {
        switch queue {
        case 420, 440: "ranked"
        case 0: nil
        default: "normal"
        }
    }

    static func draw(unusualShare: Double, random: inout SeededRandom) -> GameKind {
        if random.chance(unusualShare) { return random.pick([.arena, .arena, .bots, .remake, .aborted]) }
        return random.pick([
            .rift(queue: 420), .rift(queue: 420), .rift(queue: 420), .rift(queue: 440), .rift(queue: 400),
            .rift(queue: 490), .aram,
        ])
    }

    /// Seconds that a game of this kind lasts.
    func drawDuration(random: inout SeededRandom) -> Int {
        switch self {
        case .rift: random.int(1520, 1930) + (random.chance(0.4) ? random.int(0, 620) : 0)
        case .aram: random.int(1150, 1500)
        case .arena: random.int(1320, 1680)
        case .bots: random.int(900, 1200)
        case .remake: random.int(185, 240)
        case .aborted: 0
        }
    }
}

/// One game that takes place: enough to make its bodies at any time.
struct GamePlan: Sendable {
    let platform: Platform
    let kind: GameKind
    /// When the clock of the game stands at 0, in milliseconds.
    let startedAt: Int64
    let durationSeconds: Int
    /// Who plays, as positions in the world's list of players; bots are not among them.
    let players: [Int32]
    /// The number of its match id, given when all games of the platform are known.
    var number: Int64 = 0

    var endedAt: Int64 { startedAt + Int64(durationSeconds) * 1000 }

    var matchIDText: String { "\(platform.matchIDPrefix)_\(number)" }
}
