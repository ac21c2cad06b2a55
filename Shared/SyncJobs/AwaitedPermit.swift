import RiotClient

/// A permit with which a job may be claimed, and how long it was waited for.
struct AwaitedPermit: Sendable {
    let permit: Permit
    let waited: Duration
}

/// The time from the first refusal of a permit to its grant, for somebody who asks again and again.
struct PermitWaitClock {
    private var refusedAt: ContinuousClock.Instant?

    /// It was refused; only the first time counts.
    mutating func refused(at now: ContinuousClock.Instant) { refusedAt = refusedAt ?? now }

    /// It was granted: how long that took, nothing when it was never refused.
    mutating func granted(at now: ContinuousClock.Instant) -> Duration {
        defer { refusedAt = nil }
        return refusedAt.map { $0.duration(to: now) } ?? .zero
    }
}
