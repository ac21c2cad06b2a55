/// Who waits for a request.
public enum RequestPriority: Sendable, CaseIterable {
    /// A person: a share of every window is kept for these.
    case interactive
    /// Nobody in particular; takes what is left.
    case background
}

/// The right to send one request, for one method of one route, until a deadline.
///
/// It is spent by `RiotClient.attempt`, or handed to `RateLimiter.giveBack`. One that is neither, because its process
/// died, frees its slot by itself when its deadline and the longest window have passed.
public struct Permit: Sendable {
    /// The route it is for.
    public let route: String
    /// The endpoint it is for.
    public let method: RiotMethod
    let id: String
    /// On the limiter's clock, in microseconds.
    let grantedAt: Int64
    /// After this instant the request must not be sent, and must have ended.
    let expires: ContinuousClock.Instant
    /// Whether its answer decides if a refused key is good again.
    let isKeyProbe: Bool
    /// False for the permits of a limiter without Redis.
    let isMetered: Bool
}

/// When and why a request may not go yet.
public struct PermitWait: Sendable, Equatable, CustomStringConvertible {
    /// How long; ask again then.
    public let duration: Duration
    /// The same moment by this machine's clock, in epoch milliseconds.
    public let until: Int64
    /// What has to end.
    public let reason: WaitReason

    init(_ duration: Duration, _ reason: WaitReason, now: Int64 = WallClock.milliseconds()) {
        self.duration = duration
        self.reason = reason
        until = now + Int64(duration.wholeMilliseconds)
    }

    /// The time in UTC, and the reason.
    public var description: String { "Not before \(WallClock.timeOfDay(until)) UTC. \(reason)" }

    /// Whether a refused key may be probed now.
    var isKeyProbeDue: Bool {
        guard case .keyRejected = reason else { return false }
        return duration <= .zero
    }
}

/// The limiter's answer.
public enum PermitDecision: Sendable {
    /// Go.
    case granted(Permit)
    /// Ask again later; the limiter itself never sleeps.
    case wait(PermitWait)
}

/// Whether Riot accepts the key, as all processes that have it know.
public enum KeyState: Sendable, Equatable {
    /// As far as is known.
    case accepted
    /// Refused with this status; times in microseconds on the limiter's clock.
    case rejected(status: Int, since: Int64, nextProbe: Int64)
    /// Redis is away.
    case unknown
}
