/// Damage of each kind, done and taken since the start of the game.
struct DamageFigures: Sendable {
    struct Split: Sendable {
        var magic = 0
        var physical = 0
        var trueDamage = 0

        var total: Int { magic + physical + trueDamage }

        /// Adds an amount that is magic by the share given, with a little true damage.
        mutating func add(_ amount: Int, magicShare: Double) {
            let pure = amount / 25
            let magical = Int(Double(amount - pure) * magicShare)
            trueDamage += pure
            magic += magical
            physical += amount - pure - magical
        }
    }

    var done = Split()
    var toChampions = Split()
    var taken = Split()
}

/// How somebody stands at the end of a frame.
struct FrameFigures: Sendable {
    var totalGold = 0
    var currentGold = 0
    var experience = 0
    var level = 1
    var minions = 0
    var jungleMinions = 0
    var enemySpentControlled = 0
    var isAlive = true
    var position = MapPoint(x: 0, y: 0)
    var damage = DamageFigures()
}

/// One frame: a moment, and how everybody stands.
struct FrameRecord: Sendable {
    var timestamp: Int
    var figures: [FrameFigures]
}

/// Levels by experience, as the game has had them for years.
enum LevelTable {
    private static let thresholds = [
        0, 280, 660, 1140, 1720, 2400, 3180, 4060, 5040, 6120, 7300, 8580, 9960, 11_440, 13_020, 14_700, 16_480, 18_360,
    ]

    static func level(of experience: Int) -> Int {
        (thresholds.firstIndex { $0 > experience } ?? thresholds.count)
    }

    static func experience(of level: Int) -> Int {
        thresholds[min(max(level, 1), thresholds.count) - 1]
    }
}
