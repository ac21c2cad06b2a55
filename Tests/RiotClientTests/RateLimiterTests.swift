import Logging
import Reactor
import Redis
import RiotModels
import TestSupport
import Testing

@testable import RiotClient

@Suite(.timeLimit(.minutes(1))) struct RateLimiterTests {
    /// What is added to a window of a second, and of ten, in milliseconds.
    private let margin = 10.5
    private let longMargin = 15.0

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
            // It may arrive for another second, and would not be in the count of the next one.
            #expect(try await limiter.acquire(at: 1199).permit == nil)
            #expect(try await limiter.acquire(at: 1201).permit != nil)
            // A probe whose process died is waited for until its deadline, 20 s after its grant.
            #expect(try await limiter.acquire(at: 21_200).permit == nil)
            #expect(try await limiter.acquire(at: 21_202).permit != nil)
        }
    }

    @Test func aKilledProcessThatBeginsAgainDoesNotWaitForWhatItHeld() async throws {
        try await withTestRedis { test, redis in
            func begin(_ owner: String) -> VirtualLimiter {
                VirtualLimiter(redis: redis, prefix: test.prefix, owner: owner, logger: test.logger)
            }
            let killed = begin("worker")
            let other = begin("worker2")
            #expect(try await killed.acquire(at: 0).permit != nil)
            #expect(try await other.acquire(at: 500).reason == .probing(route: "europe", method: .match))
            let next = begin("worker")
            await next.limiter.giveUpFormerPermits()
            #expect(try await other.acquire(at: 1499).permit == nil, "it may still arrive")
            let probe = try #require(try await other.acquire(at: 1510).permit)
            try await other.settle(probe, at: 1550, application: ("4:1", ""), method: ("100:1", ""))

            // Three slots are the killed one's, and their requests may arrive for another second.
            let lost = try await grants(next, 3, at: 4000)
            let kept = try #require(try await other.acquire(at: 4000).permit)
            try await other.settle(kept, at: 4040, isLost: true)
            #expect(lost.count == 3)
            try await other.setClock(milliseconds: 4100)
            let last = begin("worker")
            await last.limiter.giveUpFormerPermits()
            #expect(try await other.acquire(at: 4900).permit == nil)
            await last.limiter.giveUpFormerPermits()  // a process that dies again and again does not keep them
            #expect(try await other.acquire(at: 6040).permit == nil)
            #expect(try await grants(other, 4, at: 6115).count == 4)
            // What others have under way is theirs.
            await last.limiter.giveUpFormerPermits()
            #expect(try await last.acquire(at: 6115).permit == nil)
            #expect(try await last.acquire(at: 13_000).permit == nil)
        }
    }

    /// Another program's part is known by Riot's count only, to which what is under way is added.
    @Test func requestsOfAKilledProcessStayUnderWayWhereAnotherProgramHasAPart() async throws {
        try await withTestRedis { test, redis in
            func begin() -> VirtualLimiter { VirtualLimiter(redis: redis, prefix: test.prefix, logger: test.logger) }
            let killed = begin()
            try await learn(killed, application: "20:10", method: "100:1")
            let first = try #require(try await killed.acquire(at: 30_000).permit)
            try await killed.settle(first, at: 30_040, application: ("20:10", "12:10"))
            _ = try await grants(killed, 4, at: 30_050)
            try await killed.setClock(milliseconds: 30_100)
            let next = begin()
            await next.limiter.giveUpFormerPermits()
            var granted = 0
            while try await next.acquire(at: 30_110).permit != nil { granted += 1 }
            #expect(granted == 3, "12 of 20 are counted, 4 may still be, and one slot is left to the other program")
        }
    }

    /// All slots of a window come back together, one length after the first answer: no later window can have opened
    /// before, and this one cannot have opened after it.
    @Test func slotsComeBackTogetherOneLengthAfterTheFirstAnswer() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "4:1,100:10", method: "100:1")
            let permits = try await grants(limiter, 4, at: 2000)
            #expect(try await limiter.acquire(at: 2000).reason == .application(route: "europe", limit: "4:1"))
            for (index, time) in [2040.0, 2100, 2300, 2600].enumerated() {
                let counts = "\(index + 1):1,\(index + 2):10"
                try await limiter.settle(permits[index], at: time, application: ("4:1,100:10", counts))
            }
            #expect(try await limiter.acquire(at: 2700).wait == Int((2040 + 1000 + margin - 2700).rounded(.up)))
            #expect(try await limiter.acquire(at: 3040 + margin - 0.001).permit == nil)
            _ = try await grants(limiter, 4, at: 3040 + margin)
        }
    }

    /// An answer that comes when the window may be over already tells nothing about which one it was counted in.
    @Test func requestAcrossTheEndOfAWindowTakesASlotInBoth() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "4:1", method: "100:1")
            let permits = try await grants(limiter, 4, at: 2000)
            try await limiter.settle(permits[0], at: 2100, application: ("4:1", "1:1"))
            try await limiter.settle(permits[1], at: 2900, application: ("4:1", "2:1"))
            try await limiter.settle(permits[2], at: 3050)  // without headers
            let open = 2100 + 1000 + margin
            let next = try await grants(limiter, 2, at: open)  // the third and the fourth are loose
            #expect(try await limiter.acquire(at: open).permit == nil)
            // Riot's count of the new window says that the third was none of it; the fourth has not been heard of.
            try await limiter.settle(next[0], at: open + 100, application: ("4:1", "1:1"))
            #expect(try await limiter.acquire(at: open + 101).permit != nil)
            #expect(try await limiter.acquire(at: open + 102).permit == nil)
        }
    }

    /// A lost answer whose request Riot has counted takes no slot in the next window.
    @Test func countThatCoversAllThatWereSentTellsThatALostOneArrived() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "3:1", method: "100:1")
            let permits = try await grants(limiter, 3, at: 2000)
            try await limiter.settle(permits[0], at: 2100, application: ("3:1", "1:1"))
            try await limiter.settle(permits[1], at: 2200, application: ("3:1", "3:1"))
            _ = try await grants(limiter, 3, at: 3100 + margin)
        }
    }

    @Test func unansweredPermitHoldsItsSlotUntilItsDeadlineAndAWindow() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "1:1", method: "100:1", kinds: [.match])
            _ = try await grants(limiter, 1, at: 5000)
            let free = 5000 + 20_000 + 1000 + margin
            #expect(try await limiter.acquire(at: 20_000).permit == nil)
            #expect(try await limiter.acquire(at: free - 0.001).permit == nil)
            #expect(try await limiter.acquire(at: free).permit != nil)
        }
    }

    @Test func lostAnswerIsKeptAndUnsentPermitIsFreeAtOnce() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "1:1", method: "100:1", kinds: [.match])
            let lost = try await grants(limiter, 1, at: 5000)[0]
            try await limiter.settle(lost, at: 6000, isLost: true)
            let free = 6000 + 1000 + 1000 + margin
            #expect(try await limiter.acquire(at: free - 0.001).permit == nil)
            let unsent = try await grants(limiter, 1, at: free)[0]
            #expect(try await limiter.acquire(at: free).permit == nil)
            await limiter.limiter.giveBack(unsent)
            #expect(try await limiter.acquire(at: free).permit != nil)
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
            // A window of another length is known by its count; one that is gone is forgotten.
            let next = try await grants(limiter, 1, at: 5000)[0]
            try await limiter.settle(next, at: 5100, application: ("9:10", "7:10"))
            _ = try await grants(limiter, 1, at: 5101)
            #expect(try await limiter.acquire(at: 5102).reason == .application(route: "europe", limit: "9:10"))
        }
    }

    @Test func requestsOfAnotherProgramAreCounted() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "32:10", method: "100:1")
            // A window that begins when it is known that none is open.
            let ours = try await grants(limiter, 3, at: 20_000)
            try await limiter.settle(ours[0], at: 20_050, application: ("32:10", "25:10"))
            try await limiter.settle(ours[1], at: 20_051, application: ("32:10", "24:10"))  // late, lowers nothing
            // 25, one under way, and two slots left to the other program.
            _ = try await grants(limiter, 4, at: 20_060)
            let closed = try await limiter.acquire(at: 20_061)
            #expect(closed.reason == .application(route: "europe", limit: "32:10"))
            #expect(closed.wait == 100)
        }
    }

    @Test func peopleHaveAShareThatIsLeftToAllWhenTheWindowIsOld() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "40:10", method: "100:1")
            let background = try await grants(limiter, 38, at: 20_000)
            #expect(try await limiter.acquire(at: 20_001).reason == .application(route: "europe", limit: "40:10"))
            try await limiter.settle(background[0], at: 20_002, application: ("40:10", "1:10"))
            // One of the two slots is left to all after half of three quarters of the window.
            #expect(try await limiter.acquire(at: 20_002).wait == 3748)
            #expect(try await limiter.acquire(at: 20_010, priority: .interactive).permit != nil)
            #expect(try await limiter.acquire(at: 23_751).permit == nil)
            #expect(try await limiter.acquire(at: 27_500).permit != nil)
            #expect(try await limiter.acquire(at: 27_501, priority: .interactive).permit == nil)
        }
    }

    @Test func emptiedRedisLearnsFromTheNextAnswer() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "5:10", method: "100:1")
            let ours = try await grants(limiter, 4, at: 20_000)
            var cursor = "0"
            repeat {
                let page = try await limiter.redis.send([
                    "SCAN", RedisArgument(cursor), "MATCH", RedisArgument("\(limiter.prefix)limit:*"),
                ])
                cursor = page.array?.first?.text ?? "0"
                for key in page.array?.last?.array?.compactMap(\.text) ?? [] {
                    _ = try await limiter.redis.send(["DEL", RedisArgument(key)])
                }
            } while cursor != "0"
            try await limiter.settle(ours[0], at: 20_050, application: ("5:10", "5:10"), method: ("100:1", "5:1"))
            #expect(try await limiter.acquire(at: 20_051).reason == .application(route: "europe", limit: "5:10"))
        }
    }

    /// Redis's clock is set, or another Redis takes over: nothing that is open is taken to be over, or to last longer.
    @Test(arguments: [3_600_000.0, -3_600_000])
    func clockThatJumpsChangesNothing(jump: Double) async throws {
        try await withTestRedis { test, redis in
            let limiter = VirtualLimiter(
                redis: redis,
                prefix: test.prefix,
                timing: LimiterTiming(clockMemory: .seconds(60)),
                logger: test.logger
            )
            try await learn(limiter, application: "3:10", method: "100:1")  // the clock is known from here
            let start = 1500.0
            for (index, permit) in try await grants(limiter, 2, at: start).enumerated() {
                try await limiter.settle(permit, at: start + 1, application: ("3:10", "\(index + 2):10"))
            }
            let stopped = try await limiter.acquire(at: start + jump)
            #expect(stopped.reason == .application(route: "europe", limit: "3:10"))
            // Of the ten seconds some have passed before the jump.
            #expect((8_000...10_020).contains(stopped.wait ?? 0), "\(String(describing: stopped.wait))")
            // A process that has seen the old clock only meets the new one as the others do.
            #expect(try await limiter.acquire(at: start + jump + 10).reason == stopped.reason)
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
            guard await limiter.acquire(route: "kr", method: .match).reason == .limiterUnavailable else {
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
                $0.append(.refusal(status: 401, culprit: "x", key: limiter.limiter.keyKey, isProbe: false))
            }
            #expect(try await limiter.acquire(at: 2000).reason == .keyRejected(status: 401))
            #expect(limiter.limiter.untold.withLock { $0.isEmpty })
            let probe = try #require(try await limiter.acquireKeyProbe(at: 60_000).permit)
            await limiter.limiter.acceptKey(key, permit: probe)
            await limiter.limiter.giveBack(permit)
        }
    }

    /// Redis granted, and the answer never came: the slot must not stay taken for a whole deadline.
    @Test func permitThatNobodyHeardOfIsTakenBack() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "1:1", method: "100:1", kinds: [.match])
            let unheard = try await grants(limiter, 1, at: 2000)[0]
            #expect(try await limiter.acquire(at: 2000).permit == nil)
            let keys =
                [limiter.limiter.shiftKey, limiter.limiter.keyKey] + limiter.limiter.bucketKeys("europe", .match)
            limiter.limiter.postpone(.unclaimed(unheard.id, isKeyProbe: false, keys: keys))
            #expect(try await limiter.acquire(at: 2000).permit != nil)
        }
    }

    /// The answer came while Redis was away: the slot must not stay taken for a whole deadline.
    @Test func answersThatRedisMissedDoNotHoldTheirSlots() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "2:1", method: "100:1", kinds: [.match])
            let permits = try await grants(limiter, 2, at: 2000)
            let answer = LimitHeaders(HTTPHeaders())
            limiter.limiter.postpone(.end(PermitEnd(permit: permits[0], answer: answer, works: true, age: .zero)))
            limiter.limiter.postpone(.end(PermitEnd(permit: permits[1], answer: nil, works: false, age: .zero)))
            // Told twice, as when the first time was heard and its answer was lost.
            limiter.limiter.postpone(.end(PermitEnd(permit: permits[0], answer: answer, works: true, age: .zero)))
            #expect(try await limiter.acquire(at: 2100).permit == nil, "the window is full")
            #expect(limiter.limiter.untold.withLock { $0.isEmpty })
            #expect(try await grants(limiter, 2, at: 5000).count == 2, "both are free long before their deadline")
        }
    }

    @Test func simulatorsLimitsAreKeptApartFromRiots() {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let keys = [true, false].map {
            RateLimiter(redis: nil, prefix: "p:", scope: "s", isLoopback: $0, owner: "o", logger: logger)
        }
        #expect(keys[1].bucketKeys("kr", .match)[0] == "p:limit:{kr}:s:app")
        #expect(keys[1].keyKey == "p:limit:key:s:none")
        #expect(keys[0].keyKey == "p:limit:key:loopback-s:none")
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

    /// Lua's stack holds 8000 values, and a wide window more requests than that.
    @Test func windowEndsAfterThousandsWereCountedAndNotAnswered() async throws {
        try await withLimiter { limiter in
            try await learn(limiter, application: "9000:10", method: "9000:10")
            let first = try #require(try await limiter.acquire(at: 11_000).permit)
            let granted = await withTaskGroup { group in
                for _ in 0..<32 {
                    group.addTask {
                        var granted = 0
                        for _ in 0..<255 {
                            let decision = await limiter.limiter.acquire(route: "europe", method: .match)
                            granted += decision.permit == nil ? 0 : 1
                        }
                        return granted
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(granted == 8160)
            let counts = ("9000:10", "8161:10")
            try await limiter.settle(first, at: 11_100, application: counts, method: counts)
            // None of them takes a slot of the next window, although they are under way until 31 s.
            #expect(try await limiter.acquire(at: 21_100 + longMargin).permit != nil)
            let buckets = try await limiter.limiter.snapshot().buckets
            #expect(buckets.map { $0.windows.map(\.used) } == [[1], [1]])
        }
    }

    // MARK: Support

    let key: RiotKey

    init() throws { key = try RiotKey("RGAPI-the-key") }

    func withLimiter(_ body: (VirtualLimiter) async throws -> Void) async throws {
        try await withTestRedis { test, redis in
            let limiter = VirtualLimiter(redis: redis, prefix: test.prefix, logger: test.logger)
            limiter.limiter.useKey(key)
            try await body(limiter)
        }
    }

    /// One request at 0 ms, answered at 0 ms, that tells the limits; its window is the first of all.
    func learn(
        _ limiter: VirtualLimiter,
        application: String,
        method: String,
        kinds: [RiotMethod] = [.match]
    ) async throws {
        for kind in kinds {
            let permit = try #require(try await limiter.acquire(at: 0, method: kind).permit)
            try await limiter.settle(permit, at: 0, application: (application, ""), method: (method, ""))
        }
    }

    func grants(_ limiter: VirtualLimiter, _ count: Int, at milliseconds: Double) async throws -> [Permit] {
        var permits: [Permit] = []
        for number in 0..<count {
            permits.append(
                try #require(try await limiter.acquire(at: milliseconds).permit, "number \(number) of \(count)")
            )
        }
        return permits
    }
}
