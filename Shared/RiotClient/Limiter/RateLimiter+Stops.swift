import Logging
import Reactor
import Redis

/// What must reach Redis even if it is away just now.
enum LimiterNotice: Sendable {
    case block(bucket: String, scope: LimitScope, pause: Duration?)
    case refusal(status: Int, culprit: String, key: String, isProbe: Bool)
    case acceptance(key: String)
    case unclaimed(_ permit: String, isKeyProbe: Bool, keys: [String])
    case end(PermitEnd)
    case formerPermits

    /// What it is about ends by itself, with the permit's deadline.
    var isDispensable: Bool {
        switch self {
        case .unclaimed, .end, .formerPermits: true
        case .block, .refusal, .acceptance: false
        }
    }
}

/// The end of a permit whose request was sent.
struct PermitEnd: Sendable {
    let permit: Permit
    /// What Riot's answer told of the limits; nil when none came.
    let answer: LimitHeaders?
    /// The endpoint works.
    let works: Bool
    /// Time since the answer came, or since the request was given up, when Redis was told first.
    let age: Duration
    /// When Redis did not hear of it.
    var missedAt: ContinuousClock.Instant?
}

extension RedisError {
    /// Whether Redis may have run the command although its answer did not come.
    var mayHaveRun: Bool { [.timedOut, .connectionLost, .cancelled].contains(code) }
}

extension RateLimiter {
    /// More than these are dropped, oldest first: a stop is repeated by Riot's next answer.
    private static let untoldLimit = 64

    /// Stops what a 429 was about, for all processes; the time that it stays stopped.
    ///
    /// - Parameters:
    ///   - retryAfter: As Riot said or implied; nil leaves it to a back-off.
    ///   - isWindowKnown: Riot's counts show the window that is full.
    func block(
        _ permit: Permit,
        scope: LimitScope,
        retryAfter: Duration?,
        isWindowKnown: Bool = false
    ) async -> Duration {
        let margin = isWindowKnown ? timing.knownWindowMargin : timing.retryAfterMargin
        let pause = retryAfter.map { $0 + margin }
        let buckets = bucketKeys(permit.route, permit.method)
        let notice = LimiterNotice.block(
            bucket: scope == .application ? buckets[0] : buckets[1],
            scope: scope,
            pause: pause
        )
        let fallback = pause ?? timing.retryAfterMargin
        guard permit.isMetered, let microseconds = await tell(notice) else { return fallback }
        return .microseconds(microseconds)
    }

    /// Stops everything that uses this key after a 401 or 403; false when only this path is refused.
    func refuseKey(_ key: RiotKey, permit: Permit, status: Int, path: String) async -> Bool {
        guard permit.isMetered else { return true }
        let notice = LimiterNotice.refusal(
            status: status,
            culprit: StableHash.text(path),
            key: stateKey(of: key),
            isProbe: permit.isKeyProbe
        )
        return await tell(notice) != 0
    }

    /// Lets everybody go on after the probe of a refused key was answered.
    func acceptKey(_ key: RiotKey, permit: Permit) async {
        guard permit.isKeyProbe else { return }
        if await tell(.acceptance(key: stateKey(of: key))) == 1 {
            logger.notice("Riot accepts the API key again; work goes on.")
        }
    }

    /// Gives up the permits that earlier processes of this name have left; to be called when they are known to have ended.
    ///
    /// Their slots, and the search for limits that are unknown, would wait for the permits' deadlines otherwise. What
    /// Redis does not hear of at once it is told before it grants the first permit.
    public func giveUpFormerPermits() async {
        guard let count = await tell(.formerPermits), count > 0 else { return }
        logger.notice("permits of the former process are given up", metadata: ["permits": "\(count)"])
    }

    /// Another key is used from now on; what was known of the former one does not stop it.
    func useKey(_ key: RiotKey) { keyPrint.withLock { $0 = key.fingerprint } }

    /// Whether Riot accepts the key, as all processes know it.
    public func keyState() async -> KeyState {
        guard let redis else { return isLoopback ? .accepted : .unknown }
        do throws(RedisError) {
            let reply = try await redis.send(
                ["HMGET", RedisArgument(keyKey), "status", "since", "next_probe"],
                timeout: timing.redisTimeout
            )
            let fields = reply.array ?? []
            guard fields.count == 3, let status = fields[0].int else { return .accepted }
            return .rejected(status: Int(status), since: fields[1].int ?? 0, nextProbe: fields[2].int ?? 0)
        } catch {
            return .unknown
        }
    }

    func tell(_ notice: LimiterNotice) async -> Int64? {
        await shielded { [self] redis throws(RedisError) in
            do throws(RedisError) {
                return try await send(notice, to: redis)
            } catch {
                var notice = notice
                if case .end(var end) = notice {
                    end.missedAt = .now
                    notice = .end(end)
                }
                postpone(notice)
                throw error
            }
        }
    }

    /// Keeps what Redis must hear of before it grants the next permit.
    func postpone(_ notice: LimiterNotice) {
        untold.withLock { untold in
            if untold.count >= Self.untoldLimit {
                if notice.isDispensable { return }
                untold.removeFirst()
            }
            untold.append(notice)
        }
    }

    /// Tells Redis what it has missed, oldest first.
    func tellNotices(_ redis: RedisClient) async throws(RedisError) {
        while let notice = untold.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            do throws(RedisError) {
                _ = try await send(notice, to: redis)
            } catch {
                untold.withLock { $0.insert(notice, at: 0) }
                throw error
            }
        }
    }

    private func send(_ notice: LimiterNotice, to redis: RedisClient) async throws(RedisError) -> Int64? {
        let script: RedisScript
        let keys: [String]
        let arguments: [RedisArgument]
        switch notice {
        case .block(let bucket, let scope, let pause):
            script = scripts.block
            keys = [shiftKey, bucket, indexKey]
            arguments = [
                RedisArgument(scope.rawValue), pause.map { RedisArgument($0.wholeMicroseconds) } ?? "",
                RedisArgument("\(Double.random(in: 0..<1))"),
            ]
        case .refusal(let status, let culprit, let key, let isProbe):
            script = scripts.refuseKey
            keys = [shiftKey, key]
            arguments = [
                RedisArgument(status), RedisArgument(culprit), RedisArgument(timing.firstKeyProbe.wholeMicroseconds),
                RedisArgument(timing.keyProbeInterval.wholeMicroseconds), isProbe ? "1" : "0",
            ]
        case .unclaimed(let permit, let isKeyProbe, let bucketKeys):
            script = scripts.giveBack
            keys = bucketKeys
            arguments = [RedisArgument(permit), isKeyProbe ? "1" : "0"]
        case .end(let end):
            script = scripts.settle
            keys = [shiftKey] + bucketKeys(end.permit.route, end.permit.method) + [indexKey]
            arguments = self.arguments(of: end)
        case .formerPermits:
            script = scripts.giveUp
            keys = [shiftKey] + everyBucketKey
            arguments = [
                RedisArgument("\(owner):"), RedisArgument("\(process):"),
                RedisArgument(timing.lateArrival.wholeMicroseconds),
            ]
        case .acceptance(let key):
            script = scripts.acceptKey
            keys = [shiftKey, key]
            arguments = []
        }
        return try await redis.evaluate(script, keys: keys, arguments: arguments, timeout: timing.redisTimeout).int
    }

    private func arguments(of end: PermitEnd) -> [RedisArgument] {
        let since = end.missedAt?.duration(to: .now) ?? .zero
        let mayArrive = end.answer == nil ? RedisArgument((timing.lateArrival - since).wholeMicroseconds) : ""
        let told = end.answer ?? LimitHeaders(HTTPHeaders())
        return [
            RedisArgument(end.permit.id), RedisArgument(end.permit.grantedAt), mayArrive, end.works ? "1" : "0",
        ] + told.arguments.map { RedisArgument($0) } + [RedisArgument(max(0, (end.age + since).wholeMicroseconds))]
    }
}
