import Redis
import TestSupport
import Testing

@testable import WorkQueue

/// What operators see and do.
@Suite(.timeLimit(.minutes(1)))
struct OperatorTests {
    private func bells(_ corner: QueueCorner) async throws -> Int64? {
        try await corner.client.send(["LLEN", RedisArgument("\(corner.keys)match:wake")]).int
    }

    // MARK: Pauses

    @Test func aPauseHoldsOneKindAndIsShown() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            try await corner.enqueue("run", ["t"], kind: "timeline")
            #expect(try await corner.queue.setPauses(lane: corner.lane, ["match": true, "timeline": false]) == 1)
            #expect(try await corner.queue.setPauses(lane: corner.lane, ["match": true, "timeline": false]) == 0)
            #expect(try await corner.claim().isEmpty)
            #expect(try await corner.claim(kind: "timeline").map(\.id) == ["t"])
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1, isPaused: true))
            try await corner.queue.hold(lane: corner.lane, kind: "match", for: .seconds(60))
            let hold = try await corner.depth().hold
            #expect(hold > .seconds(50) && hold <= .seconds(60))
            #expect(try await corner.queue.setPauses(lane: corner.lane, ["match": false]) == 1)
            #expect(try await corner.depth().isPaused == false)
        }
    }

    /// Workers of a paused kind took one bell after the other, and asked for a permit each time.
    @Test func bellsThatRangBeforeAPauseDoNotKeepWorkersBusy() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", (0..<200).map { "m\($0)" })
            #expect(try await bells(corner) == 64)
            try await corner.queue.setPauses(lane: corner.lane, ["match": true])
            #expect(try await corner.claim().isEmpty)
            #expect(try await bells(corner) == 0)
            try await corner.queue.setPauses(lane: corner.lane, ["match": false])
            #expect(try await bells(corner) == 64)
            #expect(try await corner.claim().map(\.id) == ["m0"])
        }
    }

    @Test func whatRunsGoesOnWhileItsKindIsPaused() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b"])
            let job = try #require(try await corner.claim().first)
            try await corner.queue.setPauses(lane: corner.lane, ["match": true])
            #expect(try await corner.finish(job) == .done)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1, isPaused: true))
        }
    }

    // MARK: Tenants

    @Test func tenantsAreShownInTheOrderOfTheirTurns() async throws {
        try await withQueue { corner in
            #expect(try await corner.queue.tenants(lane: corner.lane, kind: "match", limit: 10) == ([], 0))
            try await corner.enqueue("beat", ["x", "y"], ring: .background)
            try await corner.enqueue("one", ["a", "b", "c"])
            try await corner.enqueue("two", ["c", "d"])
            let key = RedisArgument("\(corner.keys)job:a")
            let now = try #require(try await corner.client.send(["TIME"]).array?.first?.int)
            _ = try await corner.client.send(["HSET", key, "e", RedisArgument((now - 60) * 1000)])
            let (tenants, total) = try await corner.queue.tenants(lane: corner.lane, kind: "match", limit: 10)
            #expect(total == 3)
            #expect(tenants.map(\.name) == ["one", "two", "beat"])
            #expect(tenants.map(\.interactive) == [3, 2, 0] && tenants.map(\.background) == [0, 0, 2])
            let oldest = try #require(tenants[0].oldest)
            #expect(oldest >= .seconds(59) && oldest < .seconds(120))
            let shortest = try #require(tenants[1].oldest)
            #expect(shortest < .seconds(59))

            let first = try await corner.claim("w1", 2).map(\.id)
            #expect(first == ["a", "c"])
            let (after, _) = try await corner.queue.tenants(lane: corner.lane, kind: "match", limit: 1)
            #expect(after.map(\.name) == ["one"] && after[0].interactive == 1 && after[0].running == 1)
        }
    }

    @Test func aTenantWithNothingButRunningJobsIsShownToo() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            _ = try await corner.claim()
            let (tenants, total) = try await corner.queue.tenants(lane: corner.lane, kind: "match", limit: 10)
            #expect(total == 1 && tenants == [WorkQueue.Tenant(name: "run", running: 1)])
        }
    }

    // MARK: Dead letters

    /// The list of dead letters named jobs that had been tried again and were done.
    @Test func whatIsQueuedAgainIsNoDeadLetterAnyMore() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b"])
            for job in try await corner.claim("w1", 2) {
                #expect(try await corner.finish(job, "w1", .failed(reason: "400")) == .dead)
            }
            #expect(try await corner.depth() == WorkQueue.Depth(dead: 2))
            #expect(try await corner.queue.job(lane: corner.lane, id: "a")?.state == .dead)
            try await corner.reopen("again", ["a"])
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1, dead: 1))
            let known = try await corner.queue.job(lane: corner.lane, id: "a")
            #expect(known == WorkQueue.KnownJob(state: .ready, attempts: 0, stalls: 0))
        }
    }

    @Test func aForgottenLetterIsGoneAndJobsOfItsIDGoOn() async throws {
        try await withQueue { corner in
            let ids = (0..<120).map { "m\($0)" }
            try await corner.enqueue("run", ids)
            for job in try await corner.claim("w1", 120) {
                _ = try await corner.finish(job, "w1", .failed(reason: "x"))
            }
            try await corner.reopen("again", ["m0"])
            let all = ids + ["other"]
            let forgotten = try await corner.queue.forgetLetters(lane: corner.lane, kind: "match", ids: all)
            #expect(forgotten == 119)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1))
            #expect(try await corner.queue.job(lane: corner.lane, id: "m1") == nil)
            #expect(try await corner.claim().map(\.id) == ["m0"])
        }
    }

    @Test func attemptsAndStallsOfAJobAreToldApart() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            _ = try await corner.claim("w1")
            _ = try await corner.reap("w1")
            let job = try #require(try await corner.claim("w2").first)
            _ = try await corner.finish(job, "w2", .retry(after: .seconds(60), maximumAttempts: 5, reason: "500"))
            let known = try await corner.queue.job(lane: corner.lane, id: "a")
            #expect(known == WorkQueue.KnownJob(state: .delay, attempts: 1, stalls: 1))
        }
    }
}
