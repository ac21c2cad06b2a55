/// How long to stay away from a server after failures: doubled each time, with jitter, so that clients spread.
struct BackOff {
    private var failures = 0
    private var connectedAt: ContinuousClock.Instant?

    /// Whether the last attempt failed.
    var isFailing: Bool { failures > 0 }

    mutating func didConnect(now: ContinuousClock.Instant = .now) { connectedAt = now }

    /// Whether the connection that is lost had lasted long enough to connect again at once.
    mutating func mayRetryAtOnce(now: ContinuousClock.Instant = .now) -> Bool {
        guard let connectedAt, now - connectedAt >= RedisLimits.backOffMaximum else { return false }
        failures = 0
        return true
    }

    /// The pause after another failure: between half and all of the doubled base.
    mutating func didFail() -> Duration {
        failures = min(failures + 1, 16)
        let full = min(RedisLimits.backOffBase * (1 << (failures - 1)), RedisLimits.backOffMaximum)
        return full * Double.random(in: 0.5...1)
    }
}
