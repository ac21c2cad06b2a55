/// What a role brings per minute.
struct Pace {
    let minions: Double
    let monsters: Double
    /// Gold that comes by itself.
    let gold: Double
    let experience: Double
    let damage: Double
    let taken: Double

    static func of(_ contestant: Contestant, kind: GameKind) -> Pace {
        switch kind {
        case .aram: Pace(minions: 3.2, monsters: 0, gold: 330, experience: 640, damage: 1150, taken: 1250)
        case .arena: Pace(minions: 0, monsters: 0, gold: 410, experience: 620, damage: 980, taken: 1100)
        default: onRift(contestant.lane)
        }
    }

    private static func onRift(_ lane: Lane?) -> Pace {
        switch lane {
        case .jungle: Pace(minions: 1, monsters: 5.4, gold: 128, experience: 430, damage: 470, taken: 900)
        case .middle: Pace(minions: 6.9, monsters: 0.3, gold: 126, experience: 480, damage: 680, taken: 560)
        case .bottom: Pace(minions: 7.2, monsters: 0.4, gold: 126, experience: 400, damage: 700, taken: 520)
        case .utility: Pace(minions: 1.1, monsters: 0, gold: 190, experience: 300, damage: 330, taken: 560)
        default: Pace(minions: 6.6, monsters: 0.2, gold: 126, experience: 470, damage: 590, taken: 830)
        }
    }
}

/// Which ability is learned at which level.
struct SkillOrder {
    private static let pattern = [0, 1, 2, 0, 0, 3, 0, 1, 0, 1, 3, 1, 1, 2, 2, 3, 2, 2]

    private var basics = [1, 2, 3]

    init() {}

    init(random: inout SeededRandom) {
        basics = random.shuffled(basics)
    }

    func slot(at level: Int) -> Int {
        let choice = Self.pattern[(level - 1) % Self.pattern.count]
        return choice == 3 ? 4 : basics[choice]
    }
}

/// When everybody was dead.
struct DeathTimes {
    private var spans: [Int: [ClosedRange<Int>]] = [:]

    init(fights: [GameEvent], kind: GameKind) {
        for event in fights {
            guard case .championKill(let kill) = event.kind else { continue }
            let length = kind == .aram ? 10_000 + event.timestamp / 60 : 8000 + event.timestamp / 45
            spans[kill.victimID - 1, default: []].append(event.timestamp...event.timestamp + length)
        }
    }

    func isDead(_ index: Int, at time: Int) -> Bool {
        spans[index]?.contains { $0.contains(time) } ?? false
    }

    /// Seconds dead before the game's end.
    func secondsDead(_ index: Int, endAt: Int) -> Int {
        (spans[index] ?? []).reduce(0) { $0 + max(0, min($1.upperBound, endAt) - $1.lowerBound) } / 1000
    }

    /// The longest time between two deaths, in seconds.
    func longestLife(_ index: Int, endAt: Int) -> Int {
        var last = 0
        var longest = 0
        for span in spans[index] ?? [] {
            longest = max(longest, span.lowerBound - last)
            last = span.upperBound
        }
        return last == 0 ? 0 : max(longest, endAt - last) / 1000
    }
}
