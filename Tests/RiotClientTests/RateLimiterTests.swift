import Logging
import Reactor
import Redis
import RiotModels
import TestSupport
import Testing

@testable import RiotClient

@Suite(.timeLimit(.minutes(1))) struct RateLimiterTests {
    private let margin = 20

    @Test func oneRequestFindsOutWhatIsUnknown() async throws {
        try await withLimiter { limiter in
            let probe = try #require(try await limiter.acquire(at: 0).permit)
            #expect(try await limiter.acquire(at: 1).reason == .probing(route: "europe", method: .match))
            #expect(
                try await limiter.acquire(at: 1, method: .timeline).reason
                    == .probing(route: "europe", method: .timeline)
            )
            #expect(try await limiter.acquire(at: 1, route: "asia").permit != nil)
            try await limiter.settle(probe, at: 100, application: ("3:1", "1:1"), method: ("10:10", "1:10"))
            #expect(try await limiter.acquire(at: 101).permit != nil)
            // The method's limits are unknown still: again one at a time.
            let other = try #require(try await limiter.acquire(at: 102, method: .timeline).permit)
            #expect(
                try await limiter.acquire(at: 103, method: .timeline).reason
                    == .application(route: "europe", limit: "3:1")
            )
            await limiter.limiter.giveBack(other)
            #expect(try await limiter.acquire(at: 104).permit != nil)
        }
    }

    @Test func probeThatBringsNoLimitsIsFollowedByTheNextOne() async throws {
        try await withLimiter { limiter in
            let probe = try #require(try await limiter.acquire(at: 0).permit)
            try await limiter.settle(probe, at: 100, application: ("20:1,", "x"))
            let next = try #require(try await limiter.acquire(at: 101).permit)
            #expect(try await limiter.acquire(at: 102).permit == nil)
            try await limiter.settle(next, at: 200, isLost: true)
            #expect(try await limiter.acquire(at: 201).permit != nil)
            // A probe whose process died is waited for until its deadline, 20 s after its grant.
            #expect(try await limiter.acquire(at: 20_200).permit == nil)
            #expect(try await limiter.acquire(at: 20_202).permit != nil)
        }
    }

    @Test func everyWindowOfBothLimitsHolds() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "4:1,6:10", method: "3:1")
            let first = try await grants(limiter, 3, at: 2000)
            let full = try await limiter.acquire(at: 2000)
            #expect(full.reason == .method(route: "europe", method: .match, limit: "3:1"))
            #expect(full.wait == 100 + 1000 + margin)  // an answer that is under way is expected in 100 ms
            for permit in first { try await limiter.settle(permit, at: 2050) }
            #expect(try await limiter.acquire(at: 2500).wait == 550 + margin)
            #expect(try await limiter.acquire(at: 2500, method: .timeline).permit != nil)
            #expect(try await limiter.acquire(at: 3049 + Double(margin)).permit == nil)
            _ = try await grants(limiter, 1, at: 3050 + Double(margin))
            // One to learn, three, one of the timeline, one: six in ten seconds.
            let closed = try await limiter.acquire(at: 3100)
            #expect(closed.reason == .application(route: "europe", limit: "6:10"))
            #expect(closed.wait == 10_000 + margin - 3100)
        }
    }

    @Test func unansweredPermitHoldsItsSlotUntilItsDeadlineAndAWindow() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "1:1", method: "100:1", kinds: [.match])
            _ = try await grants(limiter, 1, at: 5000)
            let free = 5000 + 20_000 + 1000 + Double(margin)
            #expect(try await limiter.acquire(at: 20_000).permit == nil)
            #expect(try await limiter.acquire(at: free - 1).permit == nil)
            #expect(try await limiter.acquire(at: free).permit != nil)
        }
    }

    @Test func lostAnswerIsKeptAndUnsentPermitIsFreeAtOnce() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "1:1", method: "100:1", kinds: [.match])
            let lost = try await grants(limiter, 1, at: 5000)[0]
            try await limiter.settle(lost, at: 6000, isLost: true)
            #expect(try await limiter.acquire(at: 6000).wait == 100 + 1000 + margin)
            #expect(try await limiter.acquire(at: 8019).permit == nil)
            let unsent = try await grants(limiter, 1, at: 8020)[0]
            #expect(try await limiter.acquire(at: 8021).permit == nil)
            await limiter.limiter.giveBack(unsent)
            #expect(try await limiter.acquire(at: 8021).permit != nil)
        }
    }

    @Test func limitsChangeWhileItRunsAndALateAnswerChangesNothingBack() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "5:1", method: "100:1")
            let old = try await grants(limiter, 1, at: 2000)[0]
            let new = try await grants(limiter, 1, at: 2001)[0]
            try await limiter.settle(new, at: 2100, application: ("2:1", "2:1"))
            #expect(try await limiter.acquire(at: 2101).reason == .application(route: "europe", limit: "2:1"))
            try await limiter.settle(old, at: 2110, application: ("5:1", "1:1"))
            #expect(try await limiter.acquire(at: 2111).reason == .application(route: "europe", limit: "2:1"))
        }
    }

    @Test func requestsOfAnotherProgramAreCountedOnceEach() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "10:1", method: "100:1")
            let ours = try await grants(limiter, 3, at: 2000)
            try await limiter.settle(ours[0], at: 2050, application: ("10:1", "8:1"))  // five of somebody else
            try await limiter.settle(ours[1], at: 2051, application: ("10:1", "7:1"))
            try await limiter.settle(ours[2], at: 2052, application: ("10:1", "8:1"))
            let left = try await grants(limiter, 2, at: 2060)
            #expect(try await limiter.acquire(at: 2060).permit == nil)
            // The last of the old window is told late, and tells nothing new about the next one.
            #expect(try await limiter.acquire(at: 3300).permit != nil)
            try await limiter.settle(left[0], at: 3400, application: ("10:1", "10:1"))
            #expect(try await limiter.acquire(at: 3401).permit != nil)
        }
    }

    @Test func emptiedRedisLearnsFromTheNextAnswer() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "5:10", method: "100:1")
            let ours = try await grants(limiter, 4, at: 2000)
            let logs = ["europe"].flatMap { route in
                ["app", "app:log", "match", "match:log"].map { "\(limiter.prefix)limit:{\(route)}:test:\($0)" }
            }
            _ = try await limiter.redis.send(["DEL"] + logs.map { RedisArgument($0) })
            try await limiter.settle(ours[0], at: 2050, application: ("5:10", "5:10"), method: ("100:1", "5:1"))
            #expect(try await limiter.acquire(at: 2051).reason == .application(route: "europe", limit: "5:10"))
        }
    }

    // MARK: Stops

    @Test func stopsAreSharedAndOnlyMovedLater() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
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
            #expect(await limiter.limiter.refuseKey(permits[0], status: 403, path: "a"))
            #expect(await limiter.limiter.refuseKey(permits[1], status: 403, path: "b"))
            let stopped = try await limiter.acquire(at: 2001, route: "kr", method: .summonerByPUUID)
            #expect(stopped.reason == .keyRejected(status: 403))
            #expect(stopped.reason?.waitingFor == "key")
            #expect(stopped.wait == 14_999)
            guard case .rejected(403, let since, let next) = await limiter.limiter.keyState() else {
                Issue.record("the refusal is not known")
                return
            }
            #expect(next - since == 15_000)
            let probe = try #require(try await limiter.acquire(at: 17_000).permit)
            #expect(probe.isKeyProbe)
            #expect(try await limiter.acquire(at: 17_001).wait == 14_999)
            // Lost, or refused again: the next one in its turn.
            try await limiter.settle(probe, at: 20_000, isLost: true)
            #expect(try await limiter.acquire(at: 31_999).permit == nil)
            let second = try #require(try await limiter.acquire(at: 32_000).permit)
            await limiter.limiter.giveBack(second)
            let third = try #require(try await limiter.acquire(at: 32_001).permit)
            await limiter.limiter.acceptKey(third)
            #expect(await limiter.limiter.keyState() == .accepted)
            _ = try await grants(limiter, 5, at: 32_002)
        }
    }

    @Test func pathThatIsForbiddenAloneStopsTheFleetOnlyOnce() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            let permits = try await grants(limiter, 4, at: 2000)
            #expect(await limiter.limiter.refuseKey(permits[0], status: 403, path: "forbidden"))
            await limiter.limiter.acceptKey(try #require(try await limiter.acquire(at: 17_000).permit))
            #expect(await limiter.limiter.refuseKey(permits[1], status: 403, path: "forbidden") == false)
            #expect(await limiter.limiter.keyState() == .accepted)
            #expect(await limiter.limiter.refuseKey(permits[2], status: 401, path: "forbidden"))
            #expect(await limiter.limiter.keyState() != .accepted)
            await limiter.limiter.acceptKey(try #require(try await limiter.acquire(at: 40_000).permit))
            #expect(await limiter.limiter.refuseKey(permits[3], status: 403, path: "other"))
        }
    }

    @Test func answerThatWasUnderWayDoesNotClearTheKey() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            let permits = try await grants(limiter, 2, at: 2000)
            _ = await limiter.limiter.refuseKey(permits[0], status: 401, path: "a")
            await limiter.limiter.acceptKey(permits[1])
            #expect(await limiter.limiter.keyState() != .accepted)
        }
    }

    // MARK: Without Redis

    @Test func nothingIsGrantedWhenRedisIsAwayExceptToASimulatorWithoutRedis() async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let away = RedisClient(
            address: try RedisAddress(parsing: "unix:///nonexistent/redis.sock?db=0"),
            name: "away",
            logger: logger
        )
        func limiter(_ redis: RedisClient?, isLoopback: Bool) -> RateLimiter {
            RateLimiter(
                redis: redis,
                prefix: "p:",
                scope: "s",
                isLoopback: isLoopback,
                owner: "o",
                logger: logger,
                timing: LimiterTiming(redisTimeout: .milliseconds(50)),
                scripts: .shared
            )
        }
        for limiter in [
            limiter(away, isLoopback: false), limiter(away, isLoopback: true), limiter(nil, isLoopback: false),
        ] {
            guard case .wait(_, .limiterUnavailable) = await limiter.acquire(route: "kr", method: .match) else {
                Issue.record("a permit without Redis")
                continue
            }
            #expect(await limiter.keyState() == .unknown)
        }
        guard case .granted(let permit) = await limiter(nil, isLoopback: true).acquire(route: "kr", method: .match)
        else {
            Issue.record("no permit for a simulator")
            return
        }
        await limiter(nil, isLoopback: true).settle(permit, headers: HTTPHeaders(), works: true)
        await away.close()
    }

    /// A stop that Redis has not heard of is told before anything else is granted.
    @Test func stopIsNotForgottenWhileRedisIsAway() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "100:1", method: "100:1")
            let permit = try await grants(limiter, 1, at: 2000)[0]
            limiter.limiter.untold.withLock {
                $0.append(
                    .block(
                        bucket: limiter.limiter.bucketKeys("europe", .match)[0],
                        scope: .application,
                        pause: .seconds(7)
                    )
                )
                $0.append(.refusal(status: 401, culprit: "x"))
            }
            #expect(try await limiter.acquire(at: 2000).reason == .keyRejected(status: 401))
            #expect(limiter.limiter.untold.withLock { $0.isEmpty })
            await limiter.limiter.acceptKey(try #require(try await limiter.acquire(at: 60_000).permit))
            await limiter.limiter.giveBack(permit)
        }
    }

    /// Redis granted, and the answer never came: the slot must not stay taken for a whole deadline.
    @Test func permitThatNobodyHeardOfIsTakenBack() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "1:1", method: "100:1", kinds: [.match])
            let unheard = try await grants(limiter, 1, at: 2000)[0]
            #expect(try await limiter.acquire(at: 2000).permit == nil)
            let keys = [limiter.limiter.keyKey] + limiter.limiter.bucketKeys("europe", .match)
            limiter.limiter.postpone(.unclaimed(unheard.id, keys: keys))
            #expect(try await limiter.acquire(at: 2000).permit != nil)
        }
    }

    @Test func simulatorsLimitsAreKeptApartFromRiots() {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let keys = [true, false].map {
            RateLimiter(redis: nil, prefix: "p:", scope: "s", isLoopback: $0, owner: "o", logger: logger)
        }
        #expect(keys[1].bucketKeys("kr", .match)[0] == "p:limit:{kr}:s:app")
        #expect(keys[1].keyKey == "p:limit:key:s")
        #expect(keys[0].keyKey == "p:limit:key:loopback-s")
    }

    @Test(arguments: [
        WaitReason.application(route: "europe", limit: "100:120"), .method(route: "kr", method: .match, limit: "5:1"),
        .blocked(route: "kr", method: .match, type: "application"),
        .blocked(route: "kr", method: .match, type: "method"),
        .blocked(route: "kr", method: .match, type: "service"), .blocked(route: "kr", method: .match, type: "none"),
        .probing(route: "kr", method: .match), .keyRejected(status: 403), .limiterUnavailable,
    ])
    func everyReasonIsASentence(reason: WaitReason) {
        #expect(reason.description.hasSuffix("."))
        #expect(["quota", "key", "riot", "queue"].contains(reason.waitingFor))
    }

    // MARK: Support

    private func withLimiter(_ body: (VirtualLimiter) async throws -> Void) async throws {
        try await withTestRedis { test, redis in
            try await body(VirtualLimiter(redis: redis, prefix: test.prefix, logger: test.logger))
        }
    }

    /// One request at 0 ms, answered at 0 ms, that tells the limits.
    private func learn(
        _ limiter: VirtualLimiter,
        application: String,
        method: String,
        kinds: [RiotMethod] = [.match, .timeline, .matchIDs, .platformStatus]
    ) async throws {
        for kind in kinds {
            let permit = try #require(try await limiter.acquire(at: 0, method: kind).permit)
            try await limiter.settle(permit, at: 0, application: (application, "0:1"), method: (method, "0:1"))
            // Only the first is left in the application's log.
            if kind != .match { await limiter.limiter.giveBack(permit) }
        }
    }

    private func grants(_ limiter: VirtualLimiter, _ count: Int, at milliseconds: Double) async throws -> [Permit] {
        var permits: [Permit] = []
        for number in 0..<count {
            permits.append(
                try #require(try await limiter.acquire(at: milliseconds).permit, "number \(number) of \(count)")
            )
        }
        return permits
    }
}
