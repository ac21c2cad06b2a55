/// How often a job is tried again, and after which pauses; the table of all kinds is ``JobKind/retryPolicy``.
///
/// Three things are counted apart. An answer that Riot owes us costs an attempt. A worker that is lost costs a stall,
/// because the job need not be to blame. A pause that Riot asked for, and a part of ours that is away, cost neither.
public struct RetryPolicy: Sendable, Equatable {
    /// What has just failed is left alone for so long at least.
    public static let shortestPause: Duration = .seconds(1)

    /// Attempts in all; the job is given up when the last one fails.
    public let attempts: Int
    /// The longest that the pause after the first attempt may be.
    public let firstPause: Duration
    /// The longest that any pause may be.
    public let longestPause: Duration
    /// How often the job may lose its worker before it is given up.
    public let stalls: Int

    /// A policy by its figures.
    public init(attempts: Int, firstPause: Duration, longestPause: Duration, stalls: Int) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.stalls = stalls
    }

    /// Whether another attempt follows when this one fails; the first one is 1.
    public func allowsAttempt(after attempt: Int) -> Bool { attempt < attempts }

    /// The longest that the pause after an attempt may be: doubled each time.
    public func ceiling(afterAttempt attempt: Int) -> Duration {
        min(longestPause, firstPause * (1 << min(max(attempt, 1) - 1, 20)))
    }

    /// The pause after an attempt: anything between the shortest pause and the ceiling, so that jobs that failed together
    /// do not come back together ("full jitter").
    public func pause(
        afterAttempt attempt: Int,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        let ceiling = ceiling(afterAttempt: attempt).jobMilliseconds
        let shortest = min(Self.shortestPause.jobMilliseconds, ceiling)
        return .milliseconds(Int64.random(in: shortest...ceiling, using: &random))
    }

    /// The pause after an attempt, by the system's random numbers.
    public func pause(afterAttempt attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return pause(afterAttempt: attempt, using: &random)
    }
}
