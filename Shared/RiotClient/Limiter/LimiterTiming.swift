/// The limiter's constants.
struct LimiterTiming: Sendable {
    /// From the grant to the end of the request: longer than a request's time-out, and short enough that the permits
    /// of a killed process do not hold their slots for long.
    ///
    /// The scripts have the same figure.
    static let permitLifetime: Duration = .seconds(20)

    /// Between two requests with a key that Riot has refused; it blacklists those whose holders do not stop.
    var keyProbeInterval: Duration = .seconds(15)
    /// From the first refusal to the first probe, which tells a refused key from a path that it must not use.
    var firstKeyProbe: Duration = .seconds(1)
    /// How long after its connection was given up a request may still arrive.
    var lateArrival: Duration = .seconds(1)
    /// Wait before Redis is asked again when it is away.
    var redisPause: Duration = .milliseconds(500)
    /// For one script; longer than this is the same as away.
    var redisTimeout: Duration = .seconds(2)
    /// Added to `Retry-After`, which is whole seconds and may have been rounded down.
    var retryAfterMargin: Duration = .seconds(1)
    /// Added instead when Riot's counts show the window that is full: its end is known besides.
    var knownWindowMargin: Duration = .milliseconds(20)
    /// After so long without an answer from Redis its clock is not compared with ours: they drift apart.
    var clockMemory: Duration = .seconds(60)
}
