public import Logging
import Reactor
public import Redis
import RiotModels

/// The one judge of all processes of a key: no request leaves without a permit from here.
///
/// Limits are read from Riot's headers and live in Redis; a Lua script decides application and method windows in one
/// step on Redis's clock (`prelude.lua` says how, and why no window can be overrun). Keys are
/// `<prefix>limit:{<route>}:<scope>:…` and `<prefix>limit:key:<scope>:…`; a Redis Cluster is not supported, since one
/// script touches both. Nothing here sleeps.
public final class RateLimiter: Sendable {
    let timing: LimiterTiming
    let scripts: LimiterScripts
    let logger: Logger
    let redis: RedisClient?
    let isLoopback: Bool
    private let prefix: String
    private let scope: String
    /// Stands for the name that this process shares with those before and after it.
    let owner: String
    /// The same with a number of its own; every permit begins with it.
    let process: String
    private let clock: LimiterClock
    private let lastNumber = Lock<UInt64>(0)
    /// Which key is used; a refusal is one key's, so another one is not stopped by it.
    let keyPrint = Lock<String>("none")
    /// Stops and refusals that Redis has not heard of yet; they are told before the next permit is asked for.
    let untold = Lock<[LimiterNotice]>([])

    /// Creates a limiter; nothing is sent to Redis before the first call.
    ///
    /// - Parameters:
    ///   - redis: Nil grants permits to a loopback base URL only, and unmetered.
    ///   - prefix: Of every key.
    ///   - scope: The application that the key belongs to; limits are counted per application.
    ///   - isLoopback: Whether requests go to a simulator. Its limits are kept apart from Riot's.
    ///   - owner: The process, under the same name after a restart; no other one of the key has it.
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
        self.owner = StableHash.text(owner)  // short, because Redis keeps every permit several times
        // The number makes ids differ from those of an earlier process of this name, which may still be in Redis.
        process = "\(self.owner):\(String(UInt64.random(in: .min ... .max), radix: 36))"
        self.logger = logger
        self.timing = timing
        self.scripts = scripts
        clock = LimiterClock(memory: timing.clockMemory)
    }

    // MARK: Permits

    /// A permit for one request, or how long to wait and why.
    ///
    /// Services ask `RiotClient.acquire`, which also finds out when a refused key is good again.
    public func acquire(
        route: String,
        method: RiotMethod,
        priority: RequestPriority = .background
    ) async -> PermitDecision {
        let decision = await decide(route: route, method: method, priority: priority, isKeyProbe: false)
        RiotMetrics.count(decision, route: route, method: method)
        return decision
    }

    /// A permit for the request that finds out whether a refused key is good again: one per interval for all processes.
    func acquireKeyProbe(route: String) async -> PermitDecision {
        let decision = await decide(route: route, method: .platformStatus, priority: .interactive, isKeyProbe: true)
        RiotMetrics.count(decision, route: route, method: .platformStatus)
        return decision
    }

    private func decide(
        route: String,
        method: RiotMethod,
        priority: RequestPriority,
        isKeyProbe: Bool
    ) async -> PermitDecision {
        let id = makeID()
        // Taken before Redis is asked, so that it passes before Redis's deadline for the same permit.
        let expires = ContinuousClock.now + LimiterTiming.permitLifetime
        func permit(at time: Int64, isMetered: Bool) -> PermitDecision {
            .granted(
                Permit(
                    route: route,
                    method: method,
                    id: id,
                    grantedAt: time,
                    expires: expires,
                    isKeyProbe: isKeyProbe,
                    isMetered: isMetered
                )
            )
        }
        guard let redis else {
            return isLoopback
                ? permit(at: 0, isMetered: false) : .wait(PermitWait(timing.redisPause, .limiterUnavailable))
        }
        let keys = [shiftKey, keyKey] + bucketKeys(route, method)
        do throws(RedisError) {
            try await tellNotices(redis)
            let reply = try AcquireReply(
                try await redis.evaluate(
                    scripts.acquire,
                    keys: keys,
                    arguments: [
                        RedisArgument(id), priority == .interactive ? "1" : "0", isKeyProbe ? "1" : "0",
                        RedisArgument(timing.keyProbeInterval.wholeMicroseconds),
                        clock.earliest().map { RedisArgument($0) } ?? "",
                    ],
                    timeout: timing.redisTimeout
                )
            )
            clock.note(reply.time)
            switch reply {
            case .go(let time): return permit(at: time, isMetered: true)
            case .wait(let microseconds, let word, let detail, _):
                let reason = AcquireReply.reason(word, detail, route: route, method: method)
                return .wait(PermitWait(.microseconds(microseconds), reason))
            }
        } catch {
            logger.log(
                level: error.code == .cancelled ? .debug : .warning,
                "No permit: Redis did not answer.",
                metadata: ["error": "\(error)"]
            )
            // Granted perhaps, and known to nobody: its slot is freed before the next permit is asked for.
            // Whoever was cancelled may be the last to ask, so Redis is told at once.
            let notice = LimiterNotice.unclaimed(id, isKeyProbe: false, keys: keys)
            if error.mayHaveRun {
                if error.code == .cancelled { _ = await tell(notice) } else { postpone(notice) }
            }
            return .wait(PermitWait(timing.redisPause, .limiterUnavailable))
        }
    }

    private func makeID() -> String {
        let number = lastNumber.withLock { number in
            number += 1
            return number
        }
        return "\(process):\(number)"
    }

    /// Returns a permit whose request was never sent.
    ///
    /// What Redis does not hear of at once it is told before it grants the next permit.
    public func giveBack(_ permit: Permit) async {
        RiotMetrics.countReturn(of: permit)
        guard permit.isMetered else { return }
        let keys = [shiftKey, keyKey] + bucketKeys(permit.route, permit.method)
        _ = await tell(.unclaimed(permit.id, isKeyProbe: permit.isKeyProbe, keys: keys))
    }

    /// Ends a permit whose request was sent; `headers` is nil when no answer came.
    ///
    /// Riot's window opened before the headers came, however long it took to get here: each millisecond that is not
    /// taken off is one in which nothing is sent at the next window's start.
    package func settle(_ permit: Permit, headers: HTTPHeaders?, works: Bool) async {
        await settle(permit, headers: headers, works: works, age: headers?.receivedAt?.duration(to: .now) ?? .zero)
    }

    func settle(_ permit: Permit, headers: HTTPHeaders?, works: Bool, age: Duration) async {
        guard permit.isMetered else { return }
        let end = PermitEnd(permit: permit, answer: headers.map { LimitHeaders($0) }, works: works, age: age)
        _ = await tell(.end(end))
    }

    // MARK: Redis

    /// What is taken off Redis's clock because it has jumped.
    var shiftKey: String { "\(prefix)limit:shift" }

    /// The state of the key in use.
    var keyKey: String { "\(prefix)limit:key:\(scope):\(keyPrint.withLock { $0 })" }

    /// The state of a key.
    func stateKey(of key: RiotKey) -> String { "\(prefix)limit:key:\(scope):\(key.fingerprint)" }

    /// The set of all buckets whose limits are known, or which were stopped.
    var indexKey: String { "\(prefix)limit:buckets:\(scope)" }

    /// The application's bucket and the method's.
    func bucketKeys(_ route: String, _ method: RiotMethod) -> [String] {
        [bucketKey(route, "app"), bucketKey(route, method.rawValue)]
    }

    /// All that can be.
    var everyBucketKey: [String] {
        let routes = RegionalRoute.allCases.map(\.rawValue) + Platform.allCases.map(\.rawValue)
        let limits = ["app"] + RiotMethod.allCases.map(\.rawValue)
        return routes.flatMap { route in limits.map { bucketKey(route, $0) } }
    }

    private func bucketKey(_ route: String, _ limit: String) -> String { "\(prefix)limit:{\(route)}:\(scope):\(limit)" }

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
                logger.warning(
                    "The limiter could not tell Redis what became of a permit.",
                    metadata: ["error": "\(error)"]
                )
                return nil
            }
        }.value
    }
}
