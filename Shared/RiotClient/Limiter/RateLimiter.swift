public import Logging
import Reactor
public import Redis

/// The one judge of all processes of a key: no request leaves without a permit from here.
///
/// Limits are read from Riot's headers and live in Redis; a Lua script decides application and method windows in one
/// step on Redis's clock. Keys are `<prefix>limit:{<route>}:<scope>:…` and `<prefix>limit:key:<scope>`; a Redis
/// Cluster is not supported, since one script touches both. Nothing here sleeps.
public final class RateLimiter: Sendable {
    let timing: LimiterTiming
    let scripts: LimiterScripts
    let logger: Logger
    let redis: RedisClient?
    let isLoopback: Bool
    private let prefix: String
    private let scope: String
    private let owner: String
    private let lastNumber = Lock<UInt64>(0)
    /// Stops and refusals that Redis has not heard of yet; they are told before the next permit is asked for.
    let untold = Lock<[LimiterNotice]>([])

    /// Creates a limiter; nothing is sent to Redis before the first call.
    ///
    /// - Parameters:
    ///   - redis: Nil grants permits to a loopback base URL only, and unmetered.
    ///   - prefix: Of every key.
    ///   - scope: The application that the key belongs to; limits are counted per application.
    ///   - isLoopback: Whether requests go to a simulator. Its limits are kept apart from Riot's.
    ///   - owner: The process, for whoever reads the logs in Redis.
    public convenience init(
        redis: RedisClient?,
        prefix: String,
        scope: String,
        isLoopback: Bool,
        owner: String,
        logger: Logger
    ) {
        self.init(
            redis: redis,
            prefix: prefix,
            scope: scope,
            isLoopback: isLoopback,
            owner: owner,
            logger: logger,
            timing: LimiterTiming(),
            scripts: .shared
        )
    }

    init(
        redis: RedisClient?,
        prefix: String,
        scope: String,
        isLoopback: Bool,
        owner: String,
        logger: Logger,
        timing: LimiterTiming,
        scripts: LimiterScripts
    ) {
        self.redis = redis
        self.prefix = prefix
        self.scope = isLoopback ? "loopback-\(scope)" : scope
        self.isLoopback = isLoopback
        // The number makes ids differ from those of an earlier process of this name, which may still be in the logs.
        self.owner = "\(owner):\(String(UInt64.random(in: .min ... .max), radix: 36))"
        self.logger = logger
        self.timing = timing
        self.scripts = scripts
    }

    // MARK: Permits

    /// A permit for one request, or how long to wait and why.
    public func acquire(route: String, method: RiotMethod) async -> PermitDecision {
        let decision = await decide(route: route, method: method)
        RiotMetrics.count(decision, route: route, method: method)
        return decision
    }

    private func decide(route: String, method: RiotMethod) async -> PermitDecision {
        let number = lastNumber.withLock { number in
            number += 1
            return number
        }
        let id = "\(owner):\(number)"
        // Taken before Redis is asked, so that it passes before Redis's deadline for the same permit.
        let expires = ContinuousClock.now + timing.permitLifetime
        guard let redis else {
            guard isLoopback else { return .wait(timing.redisPause, .limiterUnavailable) }
            return .granted(
                Permit(
                    route: route,
                    method: method,
                    id: id,
                    grantedAt: 0,
                    expires: expires,
                    isKeyProbe: false,
                    isMetered: false
                )
            )
        }
        let keys = [keyKey] + bucketKeys(route, method)
        do throws(RedisError) {
            try await tellNotices(redis)
            let reply = try await redis.evaluate(
                scripts.acquire,
                keys: keys,
                arguments: [
                    RedisArgument(id), RedisArgument(timing.permitLifetime.wholeMilliseconds),
                    RedisArgument(timing.keyProbeInterval.wholeMilliseconds),
                ],
                timeout: timing.redisTimeout
            )
            return try AcquireReply(reply).decision(route: route, method: method, id: id, expires: expires)
        } catch {
            logger.log(
                level: error.code == .cancelled ? .debug : .warning,
                "No permit: Redis did not answer.",
                metadata: ["error": "\(error)"]
            )
            // Granted perhaps, and known to nobody: its slot is freed before the next permit is asked for.
            if error.mayHaveRun { postpone(.unclaimed(id, keys: keys)) }
            return .wait(timing.redisPause, .limiterUnavailable)
        }
    }

    /// Returns a permit whose request was never sent.
    ///
    /// When Redis does not hear of it, the slot becomes free by itself at the permit's deadline.
    public func giveBack(_ permit: Permit) async {
        guard permit.isMetered else { return }
        await shielded { [self] redis throws(RedisError) in
            _ = try await redis.evaluate(
                scripts.giveBack,
                keys: [keyKey] + bucketKeys(permit.route, permit.method),
                arguments: [RedisArgument(permit.id), permit.isKeyProbe ? "1" : "0"],
                timeout: timing.redisTimeout
            )
        }
    }

    /// Ends a permit whose request was sent; `headers` is nil when no answer came.
    func settle(_ permit: Permit, headers: HTTPHeaders?, works: Bool) async {
        guard permit.isMetered else { return }
        let answer = LimitHeaders(headers ?? HTTPHeaders())
        let late = headers == nil ? timing.lateArrival : .zero
        await shielded { [self] redis throws(RedisError) in
            _ = try await redis.evaluate(
                scripts.settle,
                keys: bucketKeys(permit.route, permit.method),
                arguments: [
                    RedisArgument(permit.id), RedisArgument(permit.grantedAt), RedisArgument(late.wholeMilliseconds),
                    works ? "1" : "0",
                ] + answer.arguments.map { RedisArgument($0) },
                timeout: timing.redisTimeout
            )
        }
    }

    // MARK: Redis

    var keyKey: String { "\(prefix)limit:key:\(scope)" }

    /// Application bucket, its log, method bucket, its log.
    func bucketKeys(_ route: String, _ method: RiotMethod) -> [String] {
        let base = "\(prefix)limit:{\(route)}:\(scope):"
        return ["\(base)app", "\(base)app:log", "\(base)\(method.rawValue)", "\(base)\(method.rawValue):log"]
    }

    /// Runs bookkeeping that a cancelled request must not skip; nil when Redis did not hear of it.
    func shielded<Result: Sendable>(
        _ body: @escaping @Sendable (RedisClient) async throws(RedisError) -> Result?
    ) async -> Result? {
        guard let redis else { return nil }
        // A task of its own, awaited here: cancellation of the caller does not reach it, each script has a deadline.
        return await Task { [logger] in
            do throws(RedisError) {
                return try await body(redis)
            } catch {
                logger.warning("The limiter could not tell Redis about an answer.", metadata: ["error": "\(error)"])
                return nil
            }
        }.value
    }
}
