import Redis
import TestSupport
import Testing

@testable import WorkQueue

/// What happens to jobs whose worker is lost, and to what Redis forgets.
@Suite(.timeLimit(.minutes(1)))
struct WorkerLossTests {
    @Test func aDeadWorkersJobsRunAgainInFrontAndCostNoAttempt() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b", "c"], seal: true)
            let lost = try await corner.claim("dead", 2)
            #expect(try await corner.reap("dead") == WorkQueue.Reaped(requeued: 2, adopted: 0, buried: []))
            let again = try await corner.claim("alive", 3)
            #expect(Set(again.prefix(2).map(\.id)) == ["a", "b"])
            #expect(again.allSatisfy { $0.attempt == 1 })
            #expect(again.map(\.stalls) == [1, 1, 0])
            for job in lost { #expect(try await corner.finish(job, "dead") == .lost) }
            for job in again { #expect(try await corner.finish(job, "alive") == .done) }
            #expect(try await corner.progress("run")?.done == 3)
            let workers = try await corner.client.send(["SMEMBERS", RedisArgument("\(corner.keys)workers:match")])
            #expect(workers == .array([.string(Array("alive".utf8))]))
            _ = try await corner.reap()
            #expect(
                try await corner.client.send(["EXISTS", RedisArgument("\(corner.keys)workers:match")]) == .integer(0)
            )
        }
    }

    @Test func anEndedLeaseGivesTheJobBackAndTheZombieIsFenced() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"], seal: true)
            let zombie = try #require(try await corner.claim("w1").first)
            #expect(try await corner.reap().requeued == 0)
            try await corner.endLeases()
            #expect(try await corner.reap().requeued == 1)
            // The same worker name, so that only the token can tell the two claims apart.
            let current = try #require(try await corner.claim("w1").first)
            #expect(current.token > zombie.token)
            let beat = try await corner.queue.heartbeat(
                lane: corner.lane,
                kind: "match",
                worker: "w1",
                jobs: [zombie],
                lease: .seconds(30)
            )
            #expect(beat.lost == ["a"])
            #expect(try await corner.finish(zombie) == .lost)
            #expect(try await corner.finish(current) == .done)
            #expect(try await corner.progress("run")?.done == 1)
        }
    }

    @Test func aHeartbeatKeepsTheJob() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            let job = try #require(try await corner.claim().first)
            try await corner.endLeases()
            let beat = try await corner.queue.heartbeat(
                lane: corner.lane,
                kind: "match",
                worker: "w1",
                jobs: [job],
                lease: .seconds(30)
            )
            #expect(beat.lost.isEmpty)
            #expect(try await corner.reap().requeued == 0)
        }
    }

    @Test func aJobWithoutALeaseIsAdopted() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            _ = try await corner.claim()
            _ = try await corner.client.send(["DEL", RedisArgument("\(corner.keys)match:lease")])
            #expect(try await corner.reap() == WorkQueue.Reaped(requeued: 1, adopted: 1, buried: []))
        }
    }

    @Test func aJobThatLosesItsWorkerTooOftenIsNamedUntilItIsBuried() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["poison"], seal: true)
            for _ in 0..<3 {
                _ = try await corner.claim("victim")
                #expect(try await corner.reap("victim").requeued == 1)
                try await corner.endDelays()
            }
            let last = try #require(try await corner.claim("victim").first)
            #expect(last.stalls == 3)
            #expect(try await corner.reap("victim") == WorkQueue.Reaped(requeued: 0, adopted: 0, buried: ["poison"]))
            // Nobody gets it, nothing is counted, and it does not get lost either until it has been written down.
            #expect(try await corner.claim("other").isEmpty)
            #expect(try await corner.progress("run")?.open == 1)
            #expect(try await corner.reap().buried.isEmpty)
            try await corner.endLeases()
            #expect(try await corner.reap().buried == ["poison"])
            #expect(try await corner.reopen("run", ["poison"]).new == 0)
            #expect(try await corner.queue.bury(lane: corner.lane, kind: "match", ids: ["poison"], reason: "lost") == 1)
            #expect(try await corner.queue.bury(lane: corner.lane, kind: "match", ids: ["poison"], reason: "lost") == 0)
            #expect(try await corner.progress("run")?.failed == 1)
            #expect(try await corner.claim(kind: "fin").map(\.id) == ["fin:run"])
            #expect(try await corner.depth() == WorkQueue.Depth(dead: 1))
            #expect(try await corner.finish(last, "victim") == .lost)
        }
    }

    /// A match that kills its worker took with it those that ran beside it: they came back together and died together.
    @Test func jobsThatLoseTheirWorkerAgainComeBackOneAfterTheOther() async throws {
        try await withQueue { corner in
            try await corner.enqueue("refresh", ["a", "b"], ring: .background)
            try await corner.enqueue("run", ["c", "d"])
            #expect(try await corner.claim("victim", 4).count == 4)
            #expect(try await corner.reap("victim").requeued == 4)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 4))
            #expect(try await corner.claim("victim", 4).count == 4)
            #expect(try await corner.reap("victim").requeued == 4)
            #expect(try await corner.depth() == WorkQueue.Depth(delayed: 4))
            let key = RedisArgument("\(corner.keys)match:delay")
            let entries = try await corner.client.send(["ZRANGE", key, 0, -1, "WITHSCORES"]).array ?? []
            #expect(Set(entries.compactMap(\.text).prefix(4)).isSuperset(of: ["c", "d"]), "who waits comes first")
            let moments = entries.enumerated().filter { $0.offset % 2 == 1 }.compactMap { $0.element.text }
                .compactMap { Int($0) }
            #expect(zip(moments, moments.dropFirst()).map { $1 - $0 } == [3_600_000, 3_600_000, 3_600_000])
            try await corner.endDelays()
            #expect(try await corner.claim("other", 4).map(\.stalls) == [2, 2, 2, 2])
        }
    }

    @Test func aDoomedJobThatEndsAfterAllIsDone() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["slow"])
            let job = try #require(try await corner.claim().first)
            try await corner.endLeases()
            #expect(try await corner.reap(stalls: 0).buried == ["slow"])
            #expect(try await corner.finish(job) == .done)
            #expect(try await corner.queue.bury(lane: corner.lane, kind: "match", ids: ["slow"], reason: "lost") == 0)
            #expect(try await corner.depth() == WorkQueue.Depth())
        }
    }

    @Test func theHintThatARunHasEndedIsNeverBuried() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", [String](), seal: true)
            for _ in 0..<6 {
                #expect(try await corner.claim("o", kind: "fin").count == 1)
                #expect(try await corner.reap("o", kind: "fin").requeued == 1)
            }
        }
    }

    /// The orchestrator hears of it late, because it was stopped or starved.
    @Test func theEndOfAProcessThatIsToldLateTakesNothingFromItsSuccessor() async throws {
        try await withQueue { corner in
            func reap(_ worker: WorkQueue.DeadWorker) async throws -> Int {
                try await corner.queue.reap(
                    lane: corner.lane,
                    kind: "match",
                    limit: 500,
                    maximumStalls: 3,
                    deadWorker: worker
                ).requeued
            }
            try await corner.enqueue("run", ["a", "b"], seal: true)
            #expect(try await reap(.predecessors(of: "first", name: "w1")) == 0)
            _ = try await corner.claim("w1", 2)
            #expect(try await reap(.predecessors(of: "second", name: "w1")) == 2)
            let held = try await corner.claim("w1", 2)
            #expect(try await reap(.process("first", of: "w1")) == 0)
            #expect(try await corner.finish(held[0], "w1") == .done)
            #expect(try await reap(.process("second", of: "w1")) == 1)
        }
    }

    // MARK: Redis forgets

    @Test func aTokenDoesNotComeAgainWhenTheLastWritesWereLost() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b", "c"])
            let key = RedisArgument("\(corner.keys)tok")
            _ = try await corner.claim("w1")
            let before = try #require(try await corner.client.send(["GET", key]).text)
            let first = try #require(try await corner.claim("w1").first)
            _ = try await corner.client.send(["SET", key, RedisArgument(before)])
            // Redis's clock has gone on, as it has when a server was started again.
            let deadline = ContinuousClock.now + .seconds(10)
            while try await redisMilliseconds(corner) <= first.token, .now < deadline { await Task.yield() }
            let second = try #require(try await corner.claim("w1").first)
            #expect(second.token > first.token)
        }
    }

    private func redisMilliseconds(_ corner: QueueCorner) async throws -> Int64 {
        let time = try await corner.client.send(["TIME"]).array?.compactMap { $0.text.flatMap { Int64($0) } } ?? []
        return try #require(time.first) * 1_000 + time[1] / 1_000
    }

    @Test func whatTheLedgerWantsIsPutBackAfterEverythingWasLost() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b", "c", "d"], seal: true)
            let held = try await corner.claim("w1", 2)
            #expect(try await corner.finish(held[0]) == .done)
            try await corner.redis.removeKeys()
            #expect(try await corner.finish(held[1]) == .lost)
            let back = try await corner.reopen("run", ["b", "c", "d"])
            #expect(back == WorkQueue.Enqueued(new: 3, joined: 0, total: 3))
            #expect(try await corner.reopen("run", ["b", "c", "d"]).new == 0)
            let jobs = try await corner.claim("w1", 9)
            #expect(jobs.map(\.id) == ["b", "c", "d"])
            // The token of the lost time must not fit the new claim.
            #expect(jobs[0].token > held[1].token)
            #expect(try await corner.finish(held[1]) == .lost)
            for job in jobs { #expect(try await corner.finish(job) == .done) }
            #expect(try await corner.claim(kind: "fin").map(\.id) == ["fin:run"])
        }
    }

    @Test func reopeningPutsBackWhatTheRunHasCountedAsSettled() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["done", "dead", "open", "held", "late"], seal: true)
            let jobs = try await corner.claim("w1", 5)
            _ = try await corner.finish(jobs[0])
            _ = try await corner.finish(jobs[1], "w1", .failed(reason: "x"))
            _ = try await corner.finish(jobs[2], "w1", .snooze(after: .zero, reason: "x"))
            _ = try await corner.finish(jobs[4], "w1", .snooze(after: .seconds(500), reason: "x"))
            let back = try await corner.reopen("run", ["done", "dead", "open", "held", "late"])
            #expect(back.new == 2 && back.joined == 0 && back.total == 5)
            let progress = try #require(try await corner.progress("run"))
            #expect(progress.open == 5 && progress.done == 0 && progress.failed == 0)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 3, running: 1, delayed: 1))
        }
    }

    @Test func reopeningJoinsAJobThatAnotherRunHas() async throws {
        try await withQueue { corner in
            try await corner.enqueue("one", ["a"])
            try await corner.enqueue("two", ["a"])
            _ = try await corner.finish(try #require(try await corner.claim().first))
            try await corner.enqueue("three", ["a"])
            #expect(try await corner.reopen("one", ["a"]).joined == 1)
            #expect(try await corner.depth().waiting == 1)
            _ = try await corner.finish(try #require(try await corner.claim().first))
            #expect(try await corner.progress("one")?.done == 1)
            #expect(try await corner.progress("three")?.done == 1)
        }
    }
}
