/// The pause before another try: exponential, with full jitter above a floor, so that processes do not march in step.
enum BackOff {
    private static let first: Duration = .milliseconds(500)
    private static let longest: Duration = .seconds(20)

    /// - Parameters:
    ///   - attempt: 1 after the first failure.
    ///   - jitter: From 0 to 1.
    static func pause(attempt: Int, jitter: Double) -> Duration {
        let ceiling = min(longest, first * (1 << min(max(attempt, 1), 10)))
        return first / 2 + (ceiling - first / 2) * min(max(jitter, 0), 1)
    }
}
