/// How long to wait before something that failed is started again.
///
/// Doubles from `first` to `longest`. A run of at least `stableAfter` counts as a success and starts the row afresh, so
/// that a service that dies once a day is back in a moment and one that dies at once does not spin.
public struct BackOff: Sendable, Equatable {
    /// The wait after the first failure.
    public let first: Duration
    /// The wait that is never exceeded.
    public let longest: Duration
    /// A run of this length forgets earlier failures.
    public let stableAfter: Duration
    /// Failures since the last stable run.
    public private(set) var failures = 0

    /// Creates a row of waits.
    public init(
        first: Duration = .milliseconds(200),
        longest: Duration = .seconds(30),
        stableAfter: Duration = .seconds(30)
    ) {
        precondition(first > .zero && longest >= first, "a back-off grows from a positive wait")
        self.first = first
        self.longest = longest
        self.stableAfter = stableAfter
    }

    /// Counts a failure after a run of the given length and returns how long to wait.
    public mutating func wait(afterRunOf uptime: Duration) -> Duration {
        if uptime >= stableAfter { failures = 0 }
        failures += 1
        var wait = first
        for _ in 1..<failures where wait < longest { wait += wait }
        return min(wait, longest)
    }
}
