/// What goes wrong with answers, and with how many.
public struct FaultRule: Sendable, Codable, Equatable {
    /// What goes wrong.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Another status, with Riot's body for it.
        case status
        /// A 429 of type `type`, or untyped.
        case rateLimit = "rate-limit"
        /// The request is counted, then the connection is reset.
        case reset
        /// The request is counted, then the connection is closed without an answer.
        case lost
        /// No answer until the client gives up.
        case hang
        /// The body ends in the middle and the connection with it.
        case truncated
        /// The connection is reset in the middle of the body.
        case resetBody = "reset-body"
        /// The body says gzip and is not.
        case wrongGzip = "wrong-gzip"
        /// A page of HTML with the status.
        case html
        /// The status without a body.
        case empty
        /// The body byte by byte, one each `interval` milliseconds.
        case trickle
        /// The right body cut inside its JSON, everything else in order.
        case brokenJSON = "broken-json"
        /// Limit headers that cannot be read.
        case malformedHeaders = "malformed-headers"
        /// No limit headers at all.
        case noHeaders = "no-headers"
    }

    /// What goes wrong.
    public var fault: Kind
    /// Only this method; nil for all.
    public var method: SimulatedMethod?
    /// Only this route; nil for all.
    public var route: String?
    /// How many answers; nil until the faults are cleared.
    public var count: Int?
    /// The share of answers that it strikes, 0 to 1; nil for every one.
    public var share: Double?
    /// The status of `status`, `html` and `empty`; 500 when absent.
    public var status: Int?
    /// The message in the body of `status`; Riot's for the status when absent.
    public var message: String?
    /// The type of a 429; nil for one without.
    public var type: RateLimitType?
    /// Seconds of `Retry-After`; nil for none.
    public var retryAfter: Int?
    /// Milliseconds between bytes of `trickle`; 1000 when absent.
    public var interval: Int?

    /// A fault that strikes the next `count` answers.
    public init(
        _ fault: Kind,
        method: SimulatedMethod? = nil,
        route: String? = nil,
        count: Int? = 1,
        share: Double? = nil,
        status: Int? = nil,
        type: RateLimitType? = nil,
        retryAfter: Int? = nil,
        interval: Int? = nil
    ) {
        self.fault = fault
        self.method = method
        self.route = route
        self.count = count
        self.share = share
        self.status = status
        self.type = type
        self.retryAfter = retryAfter
        self.interval = interval
    }
}

/// The faults that are switched on.
struct FaultBook: Sendable {
    /// Rules that may wait at once.
    static let ruleLimit = 100

    private(set) var rules: [FaultRule] = []
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed, stableHash("faults"))
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
