import Reactor

/// What Redis's clock should show at least, reckoned by our own since it was read last, so that a jump is seen.
struct LimiterClock: Sendable {
    private struct Reading {
        var microseconds: Int64
        var at: ContinuousClock.Instant
    }

    private let reading = Lock<Reading?>(nil)
    private let memory: Duration

    init(memory: Duration) { self.memory = memory }

    /// Takes note of what it showed, not before it was told.
    func note(_ microseconds: Int64, at instant: ContinuousClock.Instant = .now) {
        reading.withLock { reading in
            if let held = reading, held.at > instant { return }
            reading = Reading(microseconds: microseconds, at: instant)
        }
    }

    /// What it shows now or somewhat later; nil when it was read too long ago.
    func earliest(at instant: ContinuousClock.Instant = .now) -> Int64? {
        reading.withLock { reading in
            guard let reading else { return nil }
            let elapsed = reading.at.duration(to: instant)
            guard elapsed >= .zero, elapsed < memory else { return nil }
            return reading.microseconds + elapsed.wholeMicroseconds
        }
    }
}
