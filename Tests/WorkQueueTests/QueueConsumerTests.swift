import Logging
import Redis
import TestSupport
import Testing

@testable import WorkQueue

@Suite(.timeLimit(.minutes(1)))
struct QueueConsumerTests {
    private static let stalls = 3

    private typealias Handler = @Sendable (WorkQueue.ClaimedJob) async -> WorkQueue.Outcome

    private static let quick = QueueTiming(
        lease: .seconds(30),
        heartbeat: .milliseconds(20),
        bell: .seconds(2),
        longestPause: .seconds(1),
        drainBudget: .milliseconds(50),
        cancelGrace: .milliseconds(50)
    )

    /// A consumer that writes what it does into `journal`.
    private func consumer(
        _ corner: QueueCorner,
        _ journal: Journal,
        worker: String = "w1",
        slots: Int = 4,
        timing: QueueTiming = QueueTiming(),
        tickets: Int = .max,
        budget: TicketBudget? = nil,
        canBury: Bool = true,
        handle: @escaping Handler
    ) -> QueueConsumer<Int> {
        let budget = budget ?? TicketBudget(tickets)
        return QueueConsumer(
            queue: corner.queue,
            lane: corner.lane,
            kind: "match",
            worker: worker,
            slots: slots,
            tenantCap: 2,
            maximumStalls: Self.stalls,
            bell: corner.redis.bell(),
            logger: corner.redis.logger,
            timing: timing,
            acquire: {
                guard let ticket = await budget.take() else {
                    await journal.add("no ticket")
                    return .wait(.seconds(60))
                }
                return .ready(ticket)
            },
            release: { _ in await journal.add("release") },
            handle: { job, _ in
                await journal.add("start \(job.id)")
                let outcome = await handle(job)
                await journal.add("end \(job.id)")
                return outcome
            },
            buried: {
                await journal.add("buried \($0)")
                return canBury
            }
        )
    }

    @Test func everyJobRunsOnceAndOnlySoManyAtATime() async throws {
        try await withQueue { corner in
            let journal = Journal()
            let gauge = Gauge()
            let ids = (0..<200).map { "m\($0)" }
            try await corner.enqueue("run", ids, seal: true)
            let consumer = consumer(corner, journal) { _ in
                await gauge.enter()
                await Task.yield()
                await gauge.leave()
                return .done(followUp: nil)
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "end", count: 200)
            consumer.drain()
            await task.value
            #expect(Set(await journal.entries.filter { $0.hasPrefix("start") }).count == 200)
            #expect(await gauge.highest <= 4)
            #expect(try await corner.progress("run")?.done == 200)
            #expect(try await corner.depth() == WorkQueue.Depth())
        }
    }

    @Test func anIdleConsumerIsWokenByTheBell() async throws {
        try await withQueue { corner in
            let journal = Journal()
            let consumer = consumer(corner, journal) { _ in .done(followUp: nil) }
            let task = Task { await consumer.run() }
            for round in 1...20 {
                await journal.wait(for: "release", count: round)
                let start = ContinuousClock.now
                try await corner.enqueue("run", ["m\(round)"])
                await journal.wait(for: "end", count: round)
                // A missed bell would cost two seconds.
                #expect(start.duration(to: .now) < .seconds(1.5))
            }
            consumer.drain()
            await task.value
        }
    }

    /// Each of them waits for the bell, and a missed one would cost longer than the test may take.
    @Test func everyWorkerOfAPausedKindIsWokenWhenItIsResumed() async throws {
        try await withQueue { corner in
            let (journal, gate) = (Journal(), Journal())
            var patient = QueueTiming()
            patient.bell = .seconds(120)
            try await corner.queue.setPauses(lane: corner.lane, ["match": true])
            try await corner.enqueue("run", ["a", "b", "c"])
            let consumers = (1...3).map { number in
                consumer(corner, journal, worker: "w\(number)", slots: 1, timing: patient) { _ in
                    await gate.wait(for: "open")
                    return .done(followUp: nil)
                }
            }
            let tasks = consumers.map { consumer in Task { await consumer.run() } }
            await journal.wait(for: "release", count: 3)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 3, isPaused: true))
            try await corner.queue.setPauses(lane: corner.lane, ["match": false])
            await journal.wait(for: "start", count: 3)
            await gate.add("open")
            await journal.wait(for: "end", count: 3)
            for consumer in consumers { consumer.drain() }
            for task in tasks { await task.value }
            #expect(try await corner.depth() == WorkQueue.Depth())
        }
    }

    @Test func noJobIsClaimedWithoutATicket() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", ["a", "b", "c"])
            let consumer = consumer(corner, journal, tickets: 2) { _ in .done(followUp: nil) }
            let task = Task { await consumer.run() }
            await journal.wait(for: "no ticket")
            await journal.wait(for: "end", count: 2)
            #expect(try await corner.depth().waiting == 1)
            consumer.drain()
            await task.value
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1))
        }
    }

    /// Two consumers take from one list, several jobs at once, so that each often asks for more than are left.
    @Test func everyTicketIsUsedOrGivenBack() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", (0..<101).map { "m\($0)" }, seal: true)
            let budget = TicketBudget(1_000)
            let consumers = ["w1", "w2"].map { worker in
                consumer(corner, journal, worker: worker, slots: 16, budget: budget) { _ in .done(followUp: nil) }
            }
            let tasks = consumers.map { consumer in Task { await consumer.run() } }
            await journal.wait(for: "end", count: 101)
            for consumer in consumers { consumer.drain() }
            for task in tasks { await task.value }
            #expect(await journal.count(of: "start") == 101)
            #expect(await journal.count(of: "release") == (await budget.taken) - 101)
        }
    }

    /// What was stored together ends together; a question of its own for each job that follows would be many.
    @Test func manyThatWaitAreAskedForTogether() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", (0..<20).map { "m\($0)" }, seal: true)
            // The first claim tells how many wait. The next eight tickets are given only to eight who ask at a time.
            let budget = TicketBudget(.max, together: 8)
            let consumer = consumer(corner, journal, slots: 9, budget: budget) { _ in
                await journal.wait(for: "start", count: 9)
                return .done(followUp: nil)
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "end", count: 20)
            consumer.drain()
            await task.value
        }
    }

    @Test func whatIsDrainedWhileItWaitsForATicketClaimsNothing() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a"], seal: true)
            let journal = Journal()
            let asking = AsyncStream<Void>.makeStream()
            let drained = AsyncStream<Void>.makeStream()
            let consumer = QueueConsumer<Int>(
                queue: corner.queue,
                lane: corner.lane,
                kind: "match",
                worker: "w1",
                slots: 4,
                tenantCap: 2,
                maximumStalls: Self.stalls,
                bell: corner.redis.bell(),
                logger: corner.redis.logger,
                acquire: {
                    asking.continuation.finish()
                    // Its task is cancelled by the drain, which ends this wait too.
                    for await _ in drained.stream {}
                    return .ready(1)
                },
                release: { _ in await journal.add("release") },
                handle: { job, _ in
                    await journal.add("start \(job.id)")
                    return .done(followUp: nil)
                },
                buried: { _ in true }
            )
            let task = Task { await consumer.run() }
            for await _ in asking.stream {}
            consumer.drain()
            drained.continuation.finish()
            await task.value
            #expect(await journal.entries == ["release"])
        }
    }

    @Test func aRestartedWorkerGivesBackWhatItsFormerSelfHeld() async throws {
        try await withQueue { corner in
            try await corner.enqueue("run", ["a", "b", "c"], seal: true)
            let former = try await corner.claim("w1", 2)
            let other = try await corner.claim("w2", 1)
            let journal = Journal()
            let consumer = consumer(corner, journal, worker: "w1") { _ in .done(followUp: nil) }
            let task = Task { await consumer.run() }
            await journal.wait(for: "end", count: 2)
            consumer.drain()
            await task.value
            #expect(Set(await journal.entries.filter { $0.hasPrefix("end") }) == ["end a", "end b"])
            for job in former { #expect(try await corner.finish(job, "w1") == .lost) }
            #expect(try await corner.finish(other[0], "w2") == .done)
            #expect(try await corner.progress("run")?.done == 3)
        }
    }

    /// "w1" holds a job that has lost its worker as often as it may.
    private func holdPoison(_ corner: QueueCorner) async throws {
        try await corner.enqueue("run", ["poison"], seal: true)
        for _ in 0..<Self.stalls {
            _ = try await corner.claim("w1")
            _ = try await corner.reap("w1")
            try await corner.endDelays()
        }
        _ = try await corner.claim("w1")
    }

    @Test func aPoisonousJobIsWrittenDownAndBuried() async throws {
        try await withQueue { corner in
            try await holdPoison(corner)
            let journal = Journal()
            let consumer = consumer(corner, journal, worker: "w1") { _ in .done(followUp: nil) }
            let task = Task { await consumer.run() }
            await journal.wait(for: "release")
            consumer.drain()
            await task.value
            #expect(await journal.entries.first == "buried poison")
            #expect(try await corner.depth() == WorkQueue.Depth(dead: 1))
            #expect(try await corner.progress("run")?.failed == 1)
        }
    }

    @Test func aPoisonousJobIsNotBuriedBeforeItIsWrittenDown() async throws {
        try await withQueue { corner in
            try await holdPoison(corner)
            let journal = Journal()
            let consumer = consumer(corner, journal, worker: "w1", canBury: false) { _ in .done(followUp: nil) }
            let task = Task { await consumer.run() }
            await journal.wait(for: "release")
            consumer.drain()
            await task.value
            #expect(await journal.entries.first == "buried poison")
            #expect(try await corner.depth().dead == 0)
            #expect(try await corner.progress("run")?.failed == 0)
        }
    }

    // MARK: The end

    @Test func drainingLetsRunningJobsEnd() async throws {
        try await withQueue { corner in
            let (journal, gate) = (Journal(), Journal())
            try await corner.enqueue("run", ["a", "b"], seal: true)
            let consumer = consumer(corner, journal, slots: 1) { _ in
                await gate.wait(for: "open")
                return .done(followUp: nil)
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "start a")
            consumer.drain()
            await gate.add("open")
            await task.value
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1))
            #expect(try await corner.progress("run")?.done == 1)
        }
    }

    @Test func whatDoesNotEndInTimeIsCancelledAndGoesBackFreeOfCharge() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", ["a"])
            let consumer = consumer(corner, journal, timing: Self.quick) { _ in
                while !Task.isCancelled { await Task.yield() }
                return .snooze(after: .zero, reason: "the worker stops")
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "start a")
            consumer.drain()
            await task.value
            let again = try await corner.claim("w2")
            #expect(again.map(\.id) == ["a"] && again[0].attempt == 1 && again[0].stalls == 0)
        }
    }

    @Test func aJobThatNeverEndsIsGivenBackOverItsHead() async throws {
        try await withQueue { corner in
            let (journal, gate) = (Journal(), Journal())
            try await corner.enqueue("run", ["a"])
            let consumer = consumer(corner, journal, timing: Self.quick) { _ in
                await gate.wait(for: "open")
                return .done(followUp: nil)
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "start a")
            consumer.drain()
            await task.value
            let again = try #require(try await corner.claim("w2").first)
            await gate.add("open")
            await journal.wait(for: "end a")
            #expect(again.attempt == 1)
            #expect(try await corner.finish(again, "w2") == .done)
        }
    }

    @Test func cancellationEndsEverythingAtOnce() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", ["a"])
            let consumer = consumer(corner, journal) { _ in
                while !Task.isCancelled { await Task.yield() }
                return .snooze(after: .zero, reason: "cancelled")
            }
            let start = ContinuousClock.now
            let task = Task { await consumer.run() }
            await journal.wait(for: "start a")
            task.cancel()
            await task.value
            #expect(start.duration(to: .now) < .seconds(8))
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1))
        }
    }

    @Test func aConsumerThatIsDrainedBeforeItRunsTakesNothing() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", ["a"])
            let consumer = consumer(corner, journal) { _ in .done(followUp: nil) }
            consumer.drain()
            await consumer.run()
            #expect(await journal.entries.isEmpty)
            #expect(try await corner.depth() == WorkQueue.Depth(waiting: 1))
        }
    }

    // MARK: Heartbeats and outages

    @Test func aJobThatNobodyWantsAnyMoreIsCancelled() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", ["a"])
            let consumer = consumer(corner, journal, timing: Self.quick) { _ in
                while !Task.isCancelled { await Task.yield() }
                return .retry(after: .zero, maximumAttempts: 5, reason: "cancelled")
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "start a")
            try await corner.queue.cancelRun(lane: corner.lane, run: "run")
            await journal.wait(for: "end a")
            consumer.drain()
            await task.value
            #expect(try await corner.depth() == WorkQueue.Depth())
            #expect(try await corner.progress("run")?.cancelled == 1)
        }
    }

    @Test func aJobThatWasLostIsCancelled() async throws {
        try await withQueue { corner in
            let journal = Journal()
            try await corner.enqueue("run", ["a"])
            let consumer = consumer(corner, journal, slots: 1, timing: Self.quick) { _ in
                while !Task.isCancelled { await Task.yield() }
                return .done(followUp: nil)
            }
            let task = Task { await consumer.run() }
            await journal.wait(for: "start a")
            #expect(try await corner.reap("w1").requeued == 1)
            let current = try #require(try await corner.claim("w2").first)
            await journal.wait(for: "end a")
            consumer.drain()
            await task.value
            #expect(try await corner.finish(current, "w2") == .done)
            #expect(try await corner.progress("run")?.done == 1)
        }
    }

    @Test func anOutageOfRedisIsWaitedOut() async throws {
        let server = try await ScratchRedis(["--appendonly", "yes", "--appendfsync", "always"])
        let redis = try TestRedis(url: server.url)
        let client = redis.client()
        let corner = QueueCorner(redis, client)
        let journal = Journal()
        try await corner.enqueue("run", (0..<30).map { "m\($0)" }, seal: true)
        let consumer = consumer(corner, journal, slots: 2) { job in
            if job.id == "m7" { server.kill() }
            return .done(followUp: nil)
        }
        let task = Task { await consumer.run() }
        await journal.wait(for: "end m7")
        try await server.start()
        await journal.wait(for: "end m29")
        consumer.drain()
        await task.value
        let progress = try await corner.progress("run")
        #expect(progress?.done == 30)
        await client.close()
    }
}

/// Tickets for a number of claims; those after the first only for so many who ask `together`.
private actor TicketBudget {
    private var left: Int
    private let together: Int
    private(set) var taken = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int, together: Int = 1) {
        left = count
        self.together = together
    }

    func take() async -> Int? {
        guard left > 0 else { return nil }
        left -= 1
        taken += 1
        let place = taken
        if place > 1, place < together + 1 {
            await withCheckedContinuation { waiting.append($0) }
        } else if place == together + 1 {
            for continuation in waiting { continuation.resume() }
        }
        return place
    }
}

/// How many are inside, and how many were at most.
private actor Gauge {
    private var inside = 0
    private(set) var highest = 0

    func enter() {
        inside += 1
        highest = max(highest, inside)
    }

    func leave() { inside -= 1 }
}
