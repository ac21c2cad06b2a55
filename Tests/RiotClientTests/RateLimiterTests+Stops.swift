import Logging
import Reactor
import Redis
import RiotModels
import TestSupport
import Testing

@testable import RiotClient

/// Stops after a 429, and a key that is refused.
extension RateLimiterTests {
    // MARK: Stops

    @Test func stopsAreSharedAndOnlyMovedLater() async throws {
        try await withLimiter { limiter in
            try await learn(
                limiter,
                application: "100:1",
                method: "100:1",
                kinds: [.match, .matchIDs, .platformStatus]
            )
            let permits = try await grants(limiter, 4, at: 2000)
            let another = VirtualLimiter(
                redis: limiter.redis,
                prefix: limiter.prefix,
                owner: "another",
                logger: limiter.limiter.logger
            )
            #expect(await limiter.limiter.block(permits[0], scope: .method, retryAfter: .seconds(3)) == .seconds(4))
            #expect(await limiter.limiter.block(permits[1], scope: .service, retryAfter: .seconds(1)) == .seconds(4))
            let stopped = try await another.acquire(at: 2000)
            #expect(stopped.reason == .blocked(route: "europe", method: .match, type: "method"))
            #expect(stopped.wait == 4000)
            #expect(try await another.acquire(at: 2000, method: .matchIDs).permit != nil)
            #expect(
                await limiter.limiter.block(permits[2], scope: .application, retryAfter: .seconds(9)) == .seconds(10)
            )
            #expect(try await another.acquire(at: 2000, method: .platformStatus).wait == 10_000)
            #expect(try await another.acquire(at: 2000, route: "asia").permit != nil)
            #expect(try await another.acquire(at: 11_999).permit == nil)
            #expect(try await another.acquire(at: 12_000).permit != nil)
        }
    }

    @Test func stopWithoutATimeGrowsAndASuccessForgivesIt() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            var now = 2000.0
            for strike in 0..<9 {
                let permit = try await grants(limiter, 1, at: now)[0]
                let pause = await limiter.limiter.block(permit, scope: .none, retryAfter: nil).wholeMilliseconds
                let base = min(60_000, 1000 << strike)
                #expect((base...(base * 3 / 2)).contains(pause), "strike \(strike): \(pause)")
                now += Double(pause)
            }
            let works = try await grants(limiter, 1, at: now)[0]
            try await limiter.settle(works, at: now)
            let again = try await grants(limiter, 1, at: now)[0]
            #expect(await limiter.limiter.block(again, scope: .none, retryAfter: nil) <= .milliseconds(1500))
        }
    }

    // MARK: The key

    @Test func refusedKeyStopsEverybodyAndOneProbeGoesPerInterval() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            let permits = try await grants(limiter, 2, at: 2000)
            #expect(await limiter.limiter.keyState() == .accepted)
            #expect(await limiter.limiter.refuseKey(key, permit: permits[0], status: 403, path: "a"))
            #expect(await limiter.limiter.refuseKey(key, permit: permits[1], status: 403, path: "b"))
            let stopped = try await limiter.acquire(at: 2001, route: "kr", method: .summonerByPUUID)
            #expect(stopped.reason == .keyRejected(status: 403))
            #expect(stopped.reason?.waitingFor == "key")
            #expect(stopped.wait == 999)
            guard case .rejected(403, let since, let next) = await limiter.limiter.keyState() else {
                Issue.record("the refusal is not known")
                return
            }
            #expect(next - since == 1_000_000)
            #expect(try await limiter.acquireKeyProbe(at: 2999).permit == nil)
            // Nothing but the probe is let through when its time has come.
            let due = try await limiter.acquire(at: 3000)
            #expect(due.reason == .keyRejected(status: 403) && due.wait == 0)
            let probe = try #require(try await limiter.acquireKeyProbe(at: 3000).permit)
            #expect(probe.isKeyProbe && probe.method == .platformStatus)
            #expect(try await limiter.acquireKeyProbe(at: 3001).wait == 14_999)
            // Lost, or refused again: the next one in its turn.
            try await limiter.settle(probe, at: 10_000, isLost: true)
            #expect(try await limiter.acquireKeyProbe(at: 17_999).permit == nil)
            let second = try #require(try await limiter.acquireKeyProbe(at: 18_000).permit)
            await limiter.limiter.giveBack(second)
            let third = try #require(try await limiter.acquireKeyProbe(at: 18_001).permit)
            #expect(await limiter.limiter.refuseKey(key, permit: third, status: 401, path: "status"))
            try await limiter.settle(third, at: 18_100)
            let fourth = try #require(try await limiter.acquireKeyProbe(at: 33_100).permit)
            await limiter.limiter.acceptKey(key, permit: fourth)
            #expect(await limiter.limiter.keyState() == .accepted)
            _ = try await grants(limiter, 5, at: 33_101)
        }
    }

    @Test func anotherKeyIsNotStoppedByTheRefusalOfTheFormer() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            let permits = try await grants(limiter, 2, at: 2000)
            #expect(await limiter.limiter.refuseKey(key, permit: permits[0], status: 403, path: "a"))
            #expect(try await limiter.acquire(at: 2001).permit == nil)
            limiter.limiter.useKey(try RiotKey("RGAPI-another"))
            #expect(await limiter.limiter.keyState() == .accepted)
            _ = try await grants(limiter, 1, at: 2002)
            // An answer to the former key that was under way stops the former key.
            #expect(await limiter.limiter.refuseKey(key, permit: permits[1], status: 403, path: "a"))
            _ = try await grants(limiter, 1, at: 2003)
        }
    }

    @Test func pathThatIsForbiddenAloneStopsTheFleetOnlyOnce() async throws {
        try await withLimiter { limiter in
            let scripts = limiter.limiter
            try await learn(limiter, application: "100:1", method: "100:1")
            let permits = try await grants(limiter, 4, at: 2000)
            #expect(await scripts.refuseKey(key, permit: permits[0], status: 403, path: "forbidden"))
            await scripts.acceptKey(key, permit: try #require(try await limiter.acquireKeyProbe(at: 17_000).permit))
            #expect(await scripts.refuseKey(key, permit: permits[1], status: 403, path: "forbidden") == false)
            #expect(await scripts.keyState() == .accepted)
            #expect(await scripts.refuseKey(key, permit: permits[2], status: 401, path: "forbidden"))
            #expect(await scripts.keyState() != .accepted)
            await scripts.acceptKey(key, permit: try #require(try await limiter.acquireKeyProbe(at: 60_000).permit))
            #expect(await scripts.refuseKey(key, permit: permits[3], status: 403, path: "other"))
        }
    }

    @Test func answerThatWasUnderWayDoesNotClearTheKey() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            let permits = try await grants(limiter, 2, at: 2000)
            _ = await limiter.limiter.refuseKey(key, permit: permits[0], status: 401, path: "a")
            await limiter.limiter.acceptKey(key, permit: permits[1])
            #expect(await limiter.limiter.keyState() != .accepted)
        }
    }
}
