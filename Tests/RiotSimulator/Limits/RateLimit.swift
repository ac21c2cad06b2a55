/// So many requests in so many seconds.
public struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    /// Requests that one window lets through.
    public let count: Int
    /// Length of the window.
    public let seconds: Int

    /// A limit of `count` requests in `seconds`.
    public init(count: Int, seconds: Int) {
        self.count = count
        self.seconds = seconds
    }

    /// Reads a list as Riot's headers have it, `20:1,100:120`.
    ///
    /// - Throws: `LimitSyntaxError` when it is not such a list.
    public static func list(_ text: String) throws(LimitSyntaxError) -> [RateLimit] {
        var limits: [RateLimit] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let count = numbers[0], let seconds = numbers[1],
                (1...1_000_000_000).contains(count), (1...86_400).contains(seconds)
            else { throw LimitSyntaxError(text: text) }
            limits.append(RateLimit(count: count, seconds: seconds))
        }
        guard Set(limits.map(\.seconds)).count == limits.count else { throw LimitSyntaxError(text: text) }
        return limits
    }

    /// As headers write it.
    public var description: String { "\(count):\(seconds)" }
}

/// A text that is not a list of limits.
public struct LimitSyntaxError: Error, CustomStringConvertible {
    let text: String

    /// A sentence that says what would be right.
    public var description: String {
        "\"\(text)\" is not a list of limits; it is requests:seconds, each length once, for example 20:1,100:120"
    }
}

/// The limits of a key: per route, and per route and method.
public struct RateLimits: Sendable, Equatable {
    /// Windows of the application limit; none means no such limit.
    public var application: [RateLimit]
    /// Windows by method; a method that is missing has none.
    public var methods: [SimulatedMethod: [RateLimit]]

    /// Limits as given.
    public init(application: [RateLimit], methods: [SimulatedMethod: [RateLimit]]) {
        self.application = application
        self.methods = methods
    }

    /// Nothing is limited, and no header says so.
    public static let none = RateLimits(application: [], methods: [:])

    /// A development key's, as its headers and Riot's older list show them.
    public static let developmentKey = RateLimits(
        application: [RateLimit(count: 20, seconds: 1), RateLimit(count: 100, seconds: 120)],
        methods: [
            .account: [RateLimit(count: 1000, seconds: 60)],
            .accountByPUUID: [RateLimit(count: 1000, seconds: 60)],
            .region: wide,
            .summoner: [RateLimit(count: 2000, seconds: 60)],
            .league: wide,
            .matchIDs: [RateLimit(count: 500, seconds: 10)],
            .match: [RateLimit(count: 250, seconds: 10)],
            .timeline: [RateLimit(count: 250, seconds: 10)],
            .status: wide,
        ]
    )

    private static let wide = [RateLimit(count: 20_000, seconds: 10), RateLimit(count: 1_200_000, seconds: 600)]
}
