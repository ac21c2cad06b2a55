import Logging
import Redis
import TestSupport

@testable import RiotClient

/// The limiter's own scripts on a real Redis, with a clock that stands still until a test moves it.
struct VirtualLimiter: Sendable {
    let redis: RedisClient
    let limiter: RateLimiter
    let prefix: String

    /// Processes of one test share `prefix`, and with it the clock and the limits.
    init(
        redis: RedisClient,
        prefix: String,
        owner: String = "test",
        isLoopback: Bool = false,
        timing: LimiterTiming = LimiterTiming(clockMemory: .zero),
        logger: Logger
    ) {
        self.redis = redis
        self.prefix = prefix
        let prelude = String(decoding: PackageResources.prelude_lua, as: UTF8.self)
            .replacing("redis.call('TIME')", with: "redis.call('HMGET', '\(prefix)clock', 's', 'us')")
        limiter = RateLimiter(
            redis: redis,
            prefix: prefix,
            scope: "test",
            isLoopback: isLoopback,
            owner: owner,
            logger: logger,
            timing: timing,
            scripts: LimiterScripts(prelude: prelude)
        )
    }

    /// Sets the clock of all scripts.
    func setClock(milliseconds: Double) async throws {
        let microseconds = Int64((milliseconds * 1000).rounded())
        _ = try await redis.send([
            "HSET", RedisArgument("\(prefix)clock"), "s", RedisArgument(1_700_000_000 + microseconds / 1_000_000),
            "us", RedisArgument(microseconds % 1_000_000),
        ])
    }

    /// A permit at a moment, or how many milliseconds to wait and why.
    func acquire(
        at milliseconds: Double,
        route: String = "europe",
        method: RiotMethod = .match,
        priority: RequestPriority = .background
    ) async throws -> PermitDecision {
        try await setClock(milliseconds: milliseconds)
        return await limiter.acquire(route: route, method: method, priority: priority)
    }

    /// A permit to probe a refused key, likewise.
    func acquireKeyProbe(at milliseconds: Double, route: String = "euw1") async throws -> PermitDecision {
        try await setClock(milliseconds: milliseconds)
        return await limiter.acquireKeyProbe(route: route)
    }

    /// The answer came at a moment.
    func settle(
        _ permit: Permit,
        at milliseconds: Double,
        application: (String, String)? = nil,
        method: (String, String)? = nil,
        isLost: Bool = false,
        age: Duration = .zero
    ) async throws {
        try await setClock(milliseconds: milliseconds)
        var headers = HTTPHeaders()
        headers[.applicationLimit] = application?.0
        headers[.applicationCount] = application?.1
        headers[.methodLimit] = method?.0
        headers[.methodCount] = method?.1
        await limiter.settle(permit, headers: isLost ? nil : headers, works: !isLost, age: age)
    }
}

extension PermitDecision {
    var permit: Permit? { if case .granted(let permit) = self { permit } else { nil } }
    /// Milliseconds, rounded up.
    var wait: Int? { if case .wait(let wait) = self { wait.duration.wholeMilliseconds } else { nil } }
    var reason: WaitReason? { if case .wait(let wait) = self { wait.reason } else { nil } }
}
