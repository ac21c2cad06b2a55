/// How a simulator behaves.
public struct SimulatorOptions: Sendable {
    /// The port of 127.0.0.1; 0 takes one that is free.
    public var port: Int
    /// Limits of every key.
    public var limits: RateLimits
    /// The only good key; nil accepts any that is not empty.
    public var key: String?
    /// Delay of answers.
    public var latency: Latency
    /// Faults that are switched on from the start.
    public var faults: [FaultRule]
    /// 429s come without `Retry-After`.
    public var omitsRetryAfter: Bool
    /// What the `Date` headers show.
    public var clock: AnswerClock
    /// The number that delays and faults are drawn from.
    public var seed: UInt64
    /// How many of a player's newest games a list shows at most.
    public var listCap: Int
    /// Megabytes of compressed bodies that are kept for being asked again.
    public var cacheMegabytes: Int

    /// A development key's limits, no delay, any key.
    public init(
        port: Int = 0,
        limits: RateLimits = .developmentKey,
        key: String? = nil,
        latency: Latency = .none,
        faults: [FaultRule] = [],
        omitsRetryAfter: Bool = false,
        clock: AnswerClock = AnswerClock(),
        seed: UInt64 = 1,
        listCap: Int = 1000,
        cacheMegabytes: Int = 64
    ) {
        self.port = port
        self.limits = limits
        self.key = key
        self.latency = latency
        self.faults = faults
        self.omitsRetryAfter = omitsRetryAfter
        self.clock = clock
        self.seed = seed
        self.listCap = listCap
        self.cacheMegabytes = cacheMegabytes
    }
}
