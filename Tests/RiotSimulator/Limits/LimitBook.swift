/// The kinds of 429.
public enum RateLimitType: String, Sendable, Codable {
    /// Over the application's limit of a route.
    case application
    /// Over a method's limit of a route.
    case method
    /// Riot's own service is overloaded.
    case service
}

/// What the headers of an answer say about limits.
struct LimitHeaders: Sendable, Equatable {
    var application: String?
    var applicationCount: String?
    var method: String?
    var methodCount: String?
}

/// Counts every request of every key against the limits, as Riot's edge does.
struct LimitBook: Sendable {
    enum Admission: Sendable, Equatable {
        case granted(LimitHeaders)
        case refused(RateLimitType, retryAfter: Int, LimitHeaders)
    }

    private struct Scope: Hashable {
        let key: String
        let route: String
        let method: SimulatedMethod?
    }

    private(set) var limits: RateLimits
    private var windows: [Scope: WindowSet] = [:]

    init(limits: RateLimits) {
        self.limits = limits
    }

    /// Other limits from now on; windows that are open are forgotten.
    mutating func change(to limits: RateLimits) {
        self.limits = limits
        windows = [:]
    }

    /// Counts a request that arrives now.
    ///
    /// The application's windows are asked first. A request that only the method refuses has passed them and is counted
    /// there.
    mutating func admit(
        key: String,
        route: String,
        method: SimulatedMethod,
        at now: ContinuousClock.Instant
    ) -> Admission {
        let applicationScope = Scope(key: key, route: route, method: nil)
        let methodScope = Scope(key: key, route: route, method: method)
        var application = windows[applicationScope] ?? WindowSet(limits.application)
        var own = windows[methodScope] ?? WindowSet(limits.methods[method] ?? [])
        defer {
            windows[applicationScope] = application
            windows[methodScope] = own
        }
        if let seconds = application.refusal(at: now) {
            return .refused(.application, retryAfter: seconds, headers(application, own))
        }
        application.take(at: now)
        if let seconds = own.refusal(at: now) {
            return .refused(.method, retryAfter: seconds, headers(application, own))
        }
        own.take(at: now)
        return .granted(headers(application, own))
    }

    private func headers(_ application: WindowSet, _ method: WindowSet) -> LimitHeaders {
        LimitHeaders(
            application: application.limitText,
            applicationCount: application.countText,
            method: method.limitText,
            methodCount: method.countText
        )
    }
}
