import Logging
import Redis
import TestSupport
import Testing

@testable import RiotClient

/// What the limiter shows of itself, at moments that are easily forgotten.
@Suite(.timeLimit(.minutes(1))) struct LimitsSnapshotTests {
    private func limiter(_ redis: RedisClient, _ test: TestRedis) -> RateLimiter {
        RateLimiter(
            redis: redis,
            prefix: test.prefix,
            scope: "test",
            isLoopback: true,
            owner: "test",
            logger: test.logger
        )
    }

    @Test func atFirstNothingIsKnown() async throws {
        try await withTestRedis { test, redis in
            let snapshot = try await limiter(redis, test).snapshot()
            #expect(snapshot == LimitsSnapshot(key: .init(isAccepted: true), buckets: []))
        }
    }

    /// The first answer of an endpoint can be a 429 without a word about limits.
    @Test func aStopIsSeenBeforeAnyLimitIsKnown() async throws {
        try await withTestRedis { test, redis in
            let limiter = limiter(redis, test)
            guard case .granted(let permit) = await limiter.acquire(route: "kr", method: .leagueByPUUID) else {
                Issue.record("no permit")
                return
            }
            _ = await limiter.block(permit, scope: .service, retryAfter: .seconds(100))
            let bucket = try #require(try await limiter.snapshot().method(.leagueByPUUID, "kr"))
            #expect(bucket.stoppedBy == "service")
            #expect((90_000...102_000).contains(bucket.stoppedFor))
            #expect(bucket.underWay == 1)
            #expect(bucket.windows.isEmpty)
        }
    }

    @Test func aRefusedKeyIsSeenByItsOwnProcessesOnly() async throws {
        try await withTestRedis { test, redis in
            let (old, new) = (try RiotKey("RGAPI-old"), try RiotKey("RGAPI-new"))
            let limiter = limiter(redis, test)
            limiter.useKey(old)
            guard case .granted(let permit) = await limiter.acquire(route: "kr", method: .match) else {
                Issue.record("no permit")
                return
            }
            #expect(await limiter.refuseKey(old, permit: permit, status: 403, path: "kr/x"))
            let refused = try await limiter.snapshot().key
            #expect(!refused.isAccepted)
            #expect(refused.status == 403)
            #expect((refused.refusedFor ?? -1) >= 0)
            #expect((refused.nextProbeIn ?? 0) > 0)
            limiter.useKey(new)
            #expect(try await limiter.snapshot().key == LimitsSnapshot.Key(isAccepted: true))
        }
    }
}
