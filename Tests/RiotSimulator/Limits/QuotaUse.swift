/// How much of what a window allows has been used.
///
/// From its first opening until `until` a window allows at most `limit` × ⌈(until − openedAt) ÷ length⌉ requests, since it
/// opens again one length after it opened at the earliest. The use is what was accepted, by whomever, divided by that. A
/// request that the method refuses is not accepted, though it has taken its place in the application's windows.
public struct WindowUse: Sendable, Codable, Equatable {
    /// The method whose window it is; nil for the application's.
    public let method: SimulatedMethod?
    /// Requests that the window lets through.
    public let limit: Int
    /// Length of the window.
    public let seconds: Int
    /// When the window opened first, in milliseconds since the simulator started.
    public let openedAt: Int
    /// The end of what is judged, in milliseconds since the simulator started; a request of that moment is not in it.
    public let until: Int
    /// Requests of clients that were accepted.
    public let accepted: Int
    /// Requests of the second program that were accepted.
    public let acceptedOfSecondProgram: Int
    /// Requests that the window could have let through at most.
    public let allowed: Int
    /// All that was accepted, as a share of `allowed`.
    public let share: Double

    /// Works the use out.
    ///
    /// - Returns: Nil when `until` is not after the opening: nothing can be said then.
    init?(
        _ limit: RateLimit,
        method: SimulatedMethod?,
        openedAt: Int,
        until: Int,
        accepted: Int,
        acceptedOfSecondProgram: Int
    ) {
        guard until > openedAt else { return nil }
        let length = limit.seconds * 1000
        self.method = method
        self.limit = limit.count
        seconds = limit.seconds
        self.openedAt = openedAt
        self.until = until
        self.accepted = accepted
        self.acceptedOfSecondProgram = acceptedOfSecondProgram
        allowed = limit.count * ((until - openedAt + length - 1) / length)
        share = Double(accepted + acceptedOfSecondProgram) / Double(allowed)
    }
}

/// The use of all windows of one key at one route.
public struct RouteUse: Sendable, Codable, Equatable {
    /// The key's number in the order in which keys came, from 1; the key itself is not shown.
    public let key: Int
    /// The route.
    public let route: String
    /// The application's windows, then those of the methods.
    public let windows: [WindowUse]
    /// The window that was used most: the one that held requests up.
    public let binding: WindowUse?

    /// The windows of a route, the binding one found among them.
    init(key: Int, route: String, windows: [WindowUse]) {
        self.key = key
        self.route = route
        self.windows = windows
        binding = windows.max { $0.share < $1.share }
    }
}

/// The use of the quota, as `GET /_sim/use` shows it.
public struct QuotaUse: Sendable, Codable, Equatable {
    /// Milliseconds since the simulator started.
    public let now: Int
    /// By key and route.
    public let routes: [RouteUse]
}
