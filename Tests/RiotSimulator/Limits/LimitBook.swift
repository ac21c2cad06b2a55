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

/// Counts every request of every key against the limits, as Riot's edge does, and keeps what their use is judged by.
struct LimitBook: Sendable {
    /// Who makes a request.
    enum Caller: Sendable {
        /// Whoever sends requests to the simulator.
        case client
        /// The simulator's own second program under the same key.
        case secondProgram
    }

    enum Admission: Sendable, Equatable {
        case granted(LimitHeaders)
        case refused(RateLimitType, window: RateLimit, retryAfter: Int, LimitHeaders)
    }

    private struct Scope: Hashable {
        let key: String
        let route: String
        let method: SimulatedMethod?
    }

    private(set) var limits: RateLimits
    private let started: ContinuousClock.Instant
    private var windows: [Scope: WindowSet] = [:]
    private var logs: [Scope: ScopeLog] = [:]
    /// Keys in the order in which they came.
    private var keys: [String] = []

    /// A book whose times are told in milliseconds since `started`.
    init(limits: RateLimits, started: ContinuousClock.Instant = .now) {
        self.limits = limits
        self.started = started
    }

    /// Other limits from now on; windows whose length stays go on with what they have counted.
    mutating func change(to limits: RateLimits) {
        self.limits = limits
        for (scope, set) in windows {
            var set = set
            set.change(to: limits.list(scope.method))
            windows[scope] = set
            logs[scope]?.keepOnly(limits.list(scope.method))
        }
    }

    /// Measures the use from now on, each window from when it opens next.
    mutating func forgetUse() {
        logs = [:]
    }

    /// Counts a request that arrives now.
    ///
    /// The application's windows are asked first. A request that only the method refuses has passed them and is counted
    /// there.
    mutating func admit(
        key: String,
        route: String,
        method: SimulatedMethod,
        by caller: Caller = .client,
        at now: ContinuousClock.Instant
    ) -> Admission {
        let applicationScope = Scope(key: key, route: route, method: nil)
        let methodScope = Scope(key: key, route: route, method: method)
        if !keys.contains(key) { keys.append(key) }
        var application = windows[applicationScope] ?? WindowSet(limits.application)
        var own = windows[methodScope] ?? WindowSet(limits.list(method))
        defer {
            windows[applicationScope] = application
            windows[methodScope] = own
        }
        if let refusal = application.refusal(at: now) {
            return refused(.application, refusal, headers(application, own))
        }
        note(opened: application.take(at: now), in: applicationScope, at: now)
        if let refusal = own.refusal(at: now) {
            return refused(.method, refusal, headers(application, own))
        }
        note(opened: own.take(at: now), in: methodScope, at: now)
        if !application.isEmpty { note(acceptedBy: caller, in: applicationScope, at: now) }
        if !own.isEmpty { note(acceptedBy: caller, in: methodScope, at: now) }
        return .granted(headers(application, own))
    }

    /// The use of every window that has opened.
    ///
    /// - Parameter end: Milliseconds since the start; nil stands for just after the last accepted request.
    func use(until end: Int?) -> [RouteUse] {
        var routes: [RouteUse] = []
        for (number, key) in keys.enumerated() {
            let scopes = logs.keys.filter { $0.key == key }
            for route in Set(scopes.map(\.route)).sorted() {
                let windows = scopes.filter { $0.route == route }
                    .sorted { ($0.method?.rawValue ?? "") < ($1.method?.rawValue ?? "") }
                    .flatMap { scope in
                        limits.list(scope.method).compactMap { logs[scope]?.use(of: $0, by: scope.method, until: end) }
                    }
                routes.append(RouteUse(key: number + 1, route: route, windows: windows))
            }
        }
        return routes
    }

    private func refused(
        _ type: RateLimitType,
        _ refusal: WindowSet.Refusal,
        _ headers: LimitHeaders
    ) -> Admission {
        .refused(type, window: refusal.window, retryAfter: refusal.seconds, headers)
    }

    private mutating func note(opened limits: [RateLimit], in scope: Scope, at now: ContinuousClock.Instant) {
        for limit in limits { logs[scope, default: ScopeLog()].opened(limit, at: milliseconds(now)) }
    }

    private mutating func note(acceptedBy caller: Caller, in scope: Scope, at now: ContinuousClock.Instant) {
        logs[scope, default: ScopeLog()].accepted(by: caller, at: milliseconds(now))
    }

    private func milliseconds(_ now: ContinuousClock.Instant) -> Int32 {
        Int32(clamping: Int((now - started) / .milliseconds(1)))
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

extension RateLimits {
    /// The windows of a method, or of the application for nil.
    func list(_ method: SimulatedMethod?) -> [RateLimit] {
        method.map { methods[$0] ?? [] } ?? application
    }
}
