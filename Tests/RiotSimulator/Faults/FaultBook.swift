/// The faults that are switched on.
struct FaultBook: Sendable {
    /// Rules that may wait at once.
    static let ruleLimit = 100

    private(set) var rules: [FaultRule] = []
    private var random: SeededRandom

    init(seed: UInt64, rules: [FaultRule] = []) {
        random = SeededRandom(seed: seed, stableHash("faults"))
        self.rules = rules
    }

    /// Adds a rule; false when there are too many.
    mutating func add(_ rule: FaultRule) -> Bool {
        guard rules.count < Self.ruleLimit else { return false }
        rules.append(rule)
        return true
    }

    mutating func clear() {
        rules = []
    }

    /// The fault of this request: the oldest rule that fits and still has some left.
    mutating func strike(method: SimulatedMethod, route: String) -> FaultRule? {
        for index in rules.indices {
            let rule = rules[index]
            guard rule.method == nil || rule.method == method, rule.route == nil || rule.route == route else {
                continue
            }
            if let share = rule.share, !random.chance(share) { continue }
            if let count = rule.count {
                rules[index].count = count - 1
                if count <= 1 { rules.remove(at: index) }
            }
            return rule
        }
        return nil
    }
}
