import Logging
import Reactor
import Redis

/// What must reach Redis even if it is away just now.
enum LimiterNotice: Sendable {
    case block(bucket: String, scope: LimitScope, pause: Duration?)
    case refusal(status: Int, culprit: String)
    case acceptance
    case unclaimed(_ permit: String, keys: [String])
}

extension RedisError {
    /// Whether Redis may have run the command although its answer did not come.
    var mayHaveRun: Bool { [.timedOut, .connectionLost, .cancelled].contains(code) }
}

extension RateLimiter {
    /// More than these are dropped, oldest first: a stop is repeated by Riot's next answer.
    private static let untoldLimit = 64

    /// Stops what a 429 was about, for all processes; the time that it stays stopped.
    func block(_ permit: Permit, scope: LimitScope, retryAfter: Duration?) async -> Duration {
        let pause = retryAfter.map { $0 + timing.retryAfterMargin }
        let buckets = bucketKeys(permit.route, permit.method)
        let notice = LimiterNotice.block(
            bucket: scope == .application ? buckets[0] : buckets[2],
            scope: scope,
            pause: pause
        )
        let fallback = pause ?? timing.retryAfterMargin
        guard permit.isMetered, let milliseconds = await tell(notice) else { return fallback }
        return .milliseconds(milliseconds)
    }

    /// Stops everything after a 401 or 403; false when only this path is refused.
    func refuseKey(_ permit: Permit, status: Int, path: String) async -> Bool {
        guard permit.isMetered else { return true }
        return await tell(.refusal(status: status, culprit: StableHash.text(path))) != 0
    }

    /// Lets everybody go on after the probe of a refused key was answered.
    func acceptKey(_ permit: Permit) async {
        guard permit.isKeyProbe else { return }
        if await tell(.acceptance) == 1 { logger.notice("Riot accepts the API key again; work goes on.") }
    }

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

    private func tell(_ notice: LimiterNotice) async -> Int64? {
        await shielded { [self] redis throws(RedisError) in
            do throws(RedisError) {
                return try await send(notice, to: redis)
            } catch {
                postpone(notice)
                throw error
            }
        }
    }

    /// Keeps what Redis must hear of before it grants the next permit.
    func postpone(_ notice: LimiterNotice) {
        untold.withLock { untold in
            if untold.count >= Self.untoldLimit {
                if case .unclaimed = notice { return }  // its slot becomes free by itself
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
        switch notice {
        case .block(let bucket, let scope, let pause):
            let milliseconds = pause.map { RedisArgument($0.wholeMilliseconds) } ?? ""
            let reply = try await redis.evaluate(
                scripts.block,
                keys: [bucket],
                arguments: [RedisArgument(scope.rawValue), milliseconds, RedisArgument("\(Double.random(in: 0..<1))")],
                timeout: timing.redisTimeout
            )
            return reply.int
        case .refusal(let status, let culprit):
            let interval = RedisArgument(timing.keyProbeInterval.wholeMilliseconds)
            return try await redis.evaluate(
                scripts.refuseKey,
                keys: [keyKey],
                arguments: [RedisArgument(status), RedisArgument(culprit), interval],
                timeout: timing.redisTimeout
            ).int
        case .unclaimed(let permit, let keys):
            return try await redis.evaluate(
                scripts.giveBack,
                keys: keys,
                arguments: [RedisArgument(permit), "0"],
                timeout: timing.redisTimeout
            ).int
        case .acceptance:
            return try await redis.evaluate(
                scripts.acceptKey,
                keys: [keyKey],
                arguments: [],
                timeout: timing.redisTimeout
            ).int
        }
    }
}
