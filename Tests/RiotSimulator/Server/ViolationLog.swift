/// A request that a faithful Riot refuses, or one of those for which it puts keys on its blacklist.
public struct Violation: Sendable, Codable, Equatable {
    /// Why.
    public enum Reason: String, Sendable, Codable, CodingKeyRepresentable {
        /// A window of the application limit was full.
        case application
        /// A window of a method limit was full.
        case method
        /// A `Retry-After` was running, and the 429 had gone out before the request was sent.
        case sentWhileBlocked = "sent-while-blocked"
        /// A `Retry-After` was running, but the request was on its way before the 429 went out.
        case underwayWhenBlocked = "underway-when-blocked"
        /// No key, or one that is not good.
        case key
    }

    /// Milliseconds since the simulator started, when the request arrived.
    public let at: Double
    /// The route.
    public let route: String
    /// The method; `unknown` for a path that does not exist.
    public let method: String
    /// All that was wrong with it.
    public let reasons: [Reason]
    /// The window that was full, `100:10`; nil for other reasons.
    public let window: String?
    /// The status with which a key was refused.
    public let status: Int?
}

/// The violations, as `GET /_sim/violations` shows them.
public struct ViolationLog: Sendable, Codable, Equatable {
    /// Violations that are kept; the oldest go first.
    public static let limit = 10_000

    /// All that there were.
    public private(set) var total = 0
    /// How often each reason occurred.
    public private(set) var byReason: [Violation.Reason: Int] = [:]
    /// The newest, oldest first.
    public private(set) var violations: [Violation] = []

    mutating func add(_ violation: Violation) {
        total += 1
        for reason in violation.reasons { byReason[reason, default: 0] += 1 }
        if violations.count >= Self.limit { violations.removeFirst(Self.limit / 4) }
        violations.append(violation)
    }
}
