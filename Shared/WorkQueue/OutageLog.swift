import Logging
import Redis

/// A series of failures to reach Redis: one line in the log for all of them, and growing pauses.
struct OutageLog {
    /// Longest pause between two tries.
    private static let longestPause = Duration.seconds(2)

    private var failures = 0
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    /// Takes note of a failure; how long to wait before the next try.
    mutating func pause(after error: RedisError) -> Duration {
        if failures == 0 {
            logger.warning("the queue waits for Redis", metadata: ["reason": "\(error.message)"])
        }
        failures = min(failures + 1, 8)
        let full = min(Duration.milliseconds(25) * (1 << failures), Self.longestPause)
        return full * Double.random(in: 0.5...1)
    }

    /// Takes note of a success.
    mutating func didSucceed() {
        if failures > 0 { logger.notice("the queue has Redis again") }
        failures = 0
    }
}
