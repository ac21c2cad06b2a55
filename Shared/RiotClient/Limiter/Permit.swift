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
    /// On Redis's clock, in epoch milliseconds.
    let grantedAt: Int64
    /// After this instant the request must not be sent, and must have ended.
    let expires: ContinuousClock.Instant
    /// Whether its answer decides if a refused key is good again.
    let isKeyProbe: Bool
    /// False for the permits of a limiter without Redis.
    let isMetered: Bool
}

/// The limiter's answer.
public enum PermitDecision: Sendable {
    /// Go.
    case granted(Permit)
    /// Ask again after this time; the limiter itself never sleeps.
    case wait(Duration, WaitReason)
}

/// Whether Riot accepts the key, as all processes know it.
public enum KeyState: Sendable, Equatable {
    /// As far as is known.
    case accepted
    /// Refused with this status; times in epoch milliseconds on Redis's clock.
    case rejected(status: Int, since: Int64, nextProbe: Int64)
    /// Redis is away.
    case unknown
}
