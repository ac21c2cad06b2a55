import Redis
import TestSupport
import Testing

@testable import WorkQueue

/// What the queue promises, case by case.
@Suite(.timeLimit(.minutes(1)))
struct WorkQueueTests {
    @Test func aClaimTellsHowManyWaitStill() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b", "c", "d", "e"])
            for (maximum, waiting) in [(2, 3), (1, 2), (8, 0)] {
                let claim = try await corner.queue.claim(
                    lane: corner.lane,
                    kind: "match",
                    worker: "w1",
                    maximum: maximum,
                    lease: .seconds(30),
                    tenantCap: 0
                )
                if case .jobs(_, let left) = claim {
                    #expect(left == waiting)
                } else {
                    Issue.record("nothing was claimed: \(claim)")
                }
            }
        }
    }

    @Test func jobsAreTakenInTheirOrderAndCountedOnce() async throws {
        try await withQueue { corner in
            let first = try await corner.enqueue("run", ["a", "b", "c"], seal: true)
            #expect(first == WorkQueue.Enqueued(new: 3, joined: 0, total: 3))
            let again = try await corner.enqueue("run", ["a", "b", "c"], seal: true)
            #expect(again == WorkQueue.Enqueued(new: 0, joined: 0, total: 3))
            let jobs = try await corner.claim("w1", 10)
            #expect(jobs.map(\.id) == ["a", "b", "c"])
            #expect(jobs.map(\.payload) == ["payload of a", "payload of b", "payload of c"])
            #expect(jobs.allSatisfy { $0.attempt == 1 && $0.stalls == 0 })
            for job in jobs {
                #expect(try await corner.finish(job) == .done)
                #expect(try await corner.finish(job) == .lost)
            }
            #expect(
                try await corner.progress("run")
                    == WorkQueue.Progress(
                        total: 3,
                        open: 0,
                        done: 3,
                        failed: 0,
                        cancelled: 0,
                        isSealed: true,
                        isAnnounced: true
                    )
            )
            #expect(try await corner.depth() == WorkQueue.Depth())
        }
    }

    @Test func aRedisThatWasEmptiedIsNoticedByOneProcess() async throws {
        try await withQueue { corner in
            #expect(try await corner.queue.hasBeenForgotten())
            #expect(try await corner.queue.hasBeenForgotten() == false)
            try await corner.enqueue("run", ["a"])
            try await corner.redis.removeKeys()
            #expect(try await corner.queue.hasBeenForgotten())
            #expect(try await corner.queue.hasBeenForgotten() == false)
        }
    }

    @Test func anEnqueueOfManyBatchesKeepsTheOrder() async throws {
        try await withQueue { corner in
            let ids = (0..<1_203).map { "j\($0)" }
            #expect(try await corner.enqueue("run", ids, seal: true).new == 1_203)
            var taken: [String] = []
            while true {
                let jobs = try await corner.claim("w1", 100)
                if jobs.isEmpty { break }
                taken += jobs.map(\.id)
            }
            #expect(taken == ids)
        }
    }

    @Test func emptyHoldAndPauseAreToldApart() async throws {
        try await withQueue { corner in
            func claim() async throws -> WorkQueue.Claim {
                try await corner.queue.claim(
                    lane: corner.lane,
                    kind: "match",
                    worker: "w",
                    maximum: 1,
                    lease: .seconds(1),
                    tenantCap: 0
                )
            }
            #expect(try await claim() == .empty(nextIn: nil))
            try await corner.enqueue("run", ["a"])
            try await corner.queue.setPauses(lane: corner.lane, ["match": true])
            #expect(try await claim() == .paused)
            try await corner.queue.setPauses(lane: corner.lane, ["match": false])
            try await corner.queue.hold(lane: corner.lane, kind: "match", for: .seconds(60))
            try await corner.queue.hold(lane: corner.lane, kind: "match", for: .seconds(1))
            guard case .hold(let duration) = try await claim() else {
                Issue.record("no hold")
                return
            }
            #expect(duration > .seconds(50))
            let key = RedisArgument("\(corner.keys)match:hold")
            _ = try await corner.client.send(["DEL", key])
            let jobs = try await corner.claim()
            #expect(jobs.map(\.id) == ["a"])
            _ = try await corner.finish(jobs[0], "w1", .snooze(after: .seconds(100), reason: "later"))
            guard case .empty(let next) = try await claim(), let next else {
                Issue.record("no next time")
                return
            }
            #expect(next > .seconds(90) && next <= .seconds(100))
        }
    }

    @Test func retriesCostAttemptsAndSnoozesDoNot() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"], seal: true)
            for attempt in 1...3 {
                let job = try #require(try await corner.claim().first)
                #expect(job.attempt == attempt)
                #expect(try await corner.finish(job, "w1", .snooze(after: .zero, reason: "redis")) == .delayed)
                let again = try #require(try await corner.claim().first)
                #expect(again.attempt == attempt)
                let end = try await corner.finish(
                    again,
                    "w1",
                    .retry(after: .seconds(1_000), maximumAttempts: 3, reason: "500")
                )
                #expect(end == (attempt == 3 ? .dead : .delayed))
                try await corner.endDelays()
            }
            #expect(try await corner.depth().dead == 1)
            #expect(try await corner.progress("run")?.failed == 1)
            #expect(try await corner.progress("run")?.isAnnounced == true)
        }
    }

    @Test func aFailedJobIsDeadAtOnceAndMayBeWantedAgain() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            let job = try #require(try await corner.claim().first)
            #expect(try await corner.finish(job, "w1", .failed(reason: "404")) == .dead)
            #expect(try await corner.enqueue("run", ["a"]).new == 0)
            #expect(try await corner.enqueue("other", ["a"]).new == 1)
            let again = try #require(try await corner.claim().first)
            #expect(again.attempt == 1)
            #expect(again.token > job.token)
        }
    }

    // MARK: Sharing

    @Test func runsShareAJobAndEachIsCounted() async throws {
        try await withQueue { corner in
            try await corner.enqueue("one", ["a"], seal: true)
            let joined = try await corner.enqueue("two", ["a", "b"], seal: true)
            #expect(joined == WorkQueue.Enqueued(new: 1, joined: 1, total: 2))
            let jobs = try await corner.claim("w1", 10)
            #expect(jobs.map(\.id).sorted() == ["a", "b"])
            for job in jobs { _ = try await corner.finish(job) }
            #expect(try await corner.progress("one")?.done == 1)
            #expect(try await corner.progress("two")?.done == 2)
        }
    }

    @Test func aRunThatJoinsWhileTheJobRunsIsCounted() async throws {
        try await withQueue { corner in
            try await corner.enqueue("one", ["a"], seal: true)
            let job = try #require(try await corner.claim().first)
            #expect(try await corner.enqueue("late", ["a"], seal: true).joined == 1)
            #expect(try await corner.claim().isEmpty)
            #expect(try await corner.finish(job) == .done)
            #expect(try await corner.progress("late")?.done == 1)
        }
    }

    @Test func aJoinerRaisesAJobToItsRing() async throws {
        try await withQueue { corner in
            try await corner.enqueue("beat", ["a", "b", "c"], ring: .background)
            try await corner.enqueue("waiting", ["x"])
            try await corner.enqueue("person", ["c"])
            let first = try await corner.claim("w1", 2).map(\.id)
            #expect(Set(first) == ["x", "c"])
            let rest = try await corner.claim("w1", 9).map(\.id)
            #expect(rest == ["a", "b"])
        }
    }

    @Test func aRunMayRaiseItsOwnJobs() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b"], ring: .background)
            try await corner.enqueue("other", ["x"])
            try await corner.enqueue("run", ["b"], ring: .interactive)
            try await corner.enqueue("run", ["b"], ring: .background)
            #expect(Set(try await corner.claim("w1", 2).map(\.id)) == ["x", "b"])
            #expect(try await corner.depth().waiting == 1)
        }
    }

    // MARK: Follow-ups

    @Test func aFollowUpIsEnqueuedForEveryRunAtTheFront() async throws {
        try await withQueue { corner in
            try await corner.enqueue("one", ["t-old"], kind: "timeline")
            try await corner.enqueue("one", ["match:1"], seal: true)
            try await corner.enqueue("two", ["match:1"], seal: true)
            let job = try #require(try await corner.claim().first)
            try await corner.enqueue("late", ["match:1"], seal: true)
            let next = WorkQueue.FollowUp(kind: "timeline", job: .init(id: "timeline:1", payload: "p"))
            #expect(try await corner.finish(job, "w1", .done(followUp: next)) == .done)
            for run in ["two", "late"] {
                let progress = try #require(try await corner.progress(run))
                #expect(progress.total == 2 && progress.open == 1 && progress.done == 1 && !progress.isAnnounced)
            }
            #expect(try await corner.depth("timeline").waiting == 2)
            let timeline = try #require(try await corner.claim(kind: "timeline").first)
            #expect(timeline.id == "timeline:1")
            _ = try await corner.finish(timeline)
            for run in ["two", "late"] { #expect(try await corner.progress(run)?.isAnnounced == true) }
            #expect(Set(try await corner.claim("w1", 9, kind: "fin").map(\.id)) == ["fin:two", "fin:late"])
        }
    }

    @Test func aFollowUpThatIsThereAlreadyIsJoined() async throws {
        try await withQueue { corner in
            try await corner.enqueue("one", ["match:1"])
            try await corner.enqueue("two", ["timeline:1"], kind: "timeline")
            let job = try #require(try await corner.claim().first)
            let next = WorkQueue.FollowUp(kind: "timeline", job: .init(id: "timeline:1", payload: "p"))
            _ = try await corner.finish(job, "w1", .done(followUp: next))
            #expect(try await corner.depth("timeline").waiting == 1)
            let timeline = try await corner.claim("w1", 9, kind: "timeline")
            #expect(timeline.count == 1)
            _ = try await corner.finish(timeline[0])
            #expect(try await corner.progress("one")?.done == 2)
            #expect(try await corner.progress("two")?.done == 1)
        }
    }

    // MARK: Ends

    @Test func theEndIsAnnouncedWhenSealedAndAgainWhenTheRunWasOpenedAgain() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"])
            _ = try await corner.finish(try #require(try await corner.claim().first))
            #expect(try await corner.claim(kind: "fin").isEmpty)
            try await corner.enqueue("run", [String](), seal: true)
            let fin = try #require(try await corner.claim(kind: "fin").first)
            #expect(fin.id == "fin:run" && fin.payload == "run")
            // While the hint is being looked at, the run gets and settles more: the hint must come again.
            try await corner.reopen("run", ["a"])
            _ = try await corner.finish(try #require(try await corner.claim().first))
            #expect(try await corner.finish(fin) == .done)
            let again = try #require(try await corner.claim(kind: "fin").first)
            #expect(try await corner.finish(again, "w1", .failed(reason: "x")) == .delayed)
            try await corner.endDelays(kind: "fin")
            #expect(try await corner.claim(kind: "fin").count == 1)
        }
    }

    @Test func anEmptySealedRunEndsAtOnce() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", [String](), seal: true)
            #expect(try await corner.claim(kind: "fin").map(\.id) == ["fin:run"])
        }
    }

    // MARK: Cancelling

    @Test func aCancelledRunLeavesSharedJobsToTheOthers() async throws {
        try await withQueue { corner in
            let mine = (0..<1_100).map { "m\($0)" }
            try await corner.enqueue("gone", mine + ["shared", "running", "both"], seal: true)
            try await corner.enqueue("stays", ["shared", "both"])
            let held = try await corner.claim("w1", 2)
            #expect(held.map(\.id) == ["m0", "shared"])
            try await corner.queue.cancelRun(lane: corner.lane, run: "gone")
            let progress = try #require(try await corner.progress("gone"))
            #expect(progress.cancelled == 1_103 && progress.open == 0 && progress.isAnnounced)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1, running: 2))
            let beat = try await corner.queue.heartbeat(
                lane: corner.lane,
                kind: "match",
                worker: "w1",
                jobs: held,
                lease: .seconds(30)
            )
            #expect(beat.cancelled == ["m0"] && beat.lost.isEmpty)
            #expect(try await corner.finish(held[0], "w1", .snooze(after: .zero, reason: "cancelled")) == .dropped)
            #expect(try await corner.finish(held[1]) == .done)
            #expect(try await corner.claim("w1", 9).map(\.id) == ["both"])
            #expect(try await corner.enqueue("gone", ["new"]).isCancelled)
            #expect(try await corner.reopen("gone", ["new"]).isCancelled)
        }
    }

    @Test func aRunThatJoinsACancelledRunningJobSavesIt() async throws {
        try await withQueue { corner in
            try await corner.enqueue("gone", ["a"])
            let job = try #require(try await corner.claim().first)
            try await corner.queue.cancelRun(lane: corner.lane, run: "gone")
            try await corner.enqueue("late", ["a"], seal: true)
            let beat = try await corner.queue.heartbeat(
                lane: corner.lane,
                kind: "match",
                worker: "w1",
                jobs: [job],
                lease: .seconds(30)
            )
            #expect(beat.cancelled.isEmpty)
            #expect(try await corner.finish(job) == .done)
            #expect(try await corner.progress("late")?.done == 1)
        }
    }
}
