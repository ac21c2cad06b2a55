public import Logging
import Reactor
public import Redis

/// What a consumer needs before it may claim a job.
public enum Acquired<Ticket: Sendable>: Sendable {
    /// It may claim one; the ticket goes to the job, or back when there was none.
    case ready(Ticket)
    /// Not before this time has passed.
    case wait(Duration)
}

/// Takes jobs of one kind from one lane and runs several at a time.
///
/// A ticket is had before a job is claimed, so nothing waits for a permit while it holds a job. Outages of Redis are
/// waited out. One instance runs once.
public final class QueueConsumer<Ticket: Sendable>: Sendable {
    let queue: WorkQueue
    let lane: String
    let kind: String
    let worker: String
    let logger: Logger
    let handle: @Sendable (WorkQueue.ClaimedJob, Ticket) async -> WorkQueue.Outcome
    let held: HeldJobs
    let timing: QueueTiming
    private let tenantCap: Int
    private let maximumStalls: Int
    private let bell: RedisBell
    private let acquire: @Sendable () async -> Acquired<Ticket>
    private let release: @Sendable (Ticket) async -> Void
    private let buried: @Sendable (_ jobID: String) async -> Bool

    /// Where the queue is asked: beside the connection to Redis, so that nothing changes threads between the bell and
    /// the claim.
    static var executor: ReactorTaskExecutor { IOReactor.shared.tasks }

    /// Prepares a consumer.
    ///
    /// - Parameters:
    ///   - worker: the name under which it holds jobs; the same after a restart, so that it gives back what its former
    ///     self held, and nobody else's.
    ///   - slots: jobs that run at a time.
    ///   - tenantCap: jobs of one tenant that run at a time while another one waits; 0 for no cap.
    ///   - maximumStalls: how often a job may lose its worker before it is given up.
    ///   - bell: closed at the end.
    ///   - acquire: asked before each claim, for several jobs at the same moment when many wait; its task is cancelled
    ///     when the consumer drains.
    ///   - release: takes back a ticket for which there was no job.
    ///   - handle: runs a job; cancelled when the job is lost, nobody wants it any more, or time is up.
    ///   - buried: writes down that a job was given up because it lost its worker too often; false when it could not,
    ///     and the job is given up another time.
    public convenience init(
        queue: WorkQueue,
        lane: String,
        kind: String,
        worker: String,
        slots: Int,
        tenantCap: Int,
        maximumStalls: Int,
        bell: RedisBell,
        logger: Logger,
        acquire: @escaping @Sendable () async -> Acquired<Ticket>,
        release: @escaping @Sendable (Ticket) async -> Void,
        handle: @escaping @Sendable (WorkQueue.ClaimedJob, Ticket) async -> WorkQueue.Outcome,
        buried: @escaping @Sendable (_ jobID: String) async -> Bool
    ) {
        self.init(
            queue: queue,
            lane: lane,
            kind: kind,
            worker: worker,
            slots: slots,
            tenantCap: tenantCap,
            maximumStalls: maximumStalls,
            bell: bell,
            logger: logger,
            timing: QueueTiming(),
            acquire: acquire,
            release: release,
            handle: handle,
            buried: buried
        )
    }

    init(
        queue: WorkQueue,
        lane: String,
        kind: String,
        worker: String,
        slots: Int,
        tenantCap: Int,
        maximumStalls: Int,
        bell: RedisBell,
        logger: Logger,
        timing: QueueTiming,
        acquire: @escaping @Sendable () async -> Acquired<Ticket>,
        release: @escaping @Sendable (Ticket) async -> Void,
        handle: @escaping @Sendable (WorkQueue.ClaimedJob, Ticket) async -> WorkQueue.Outcome,
        buried: @escaping @Sendable (_ jobID: String) async -> Bool
    ) {
        var logger = logger
        logger[metadataKey: "lane"] = "\(lane)"
        logger[metadataKey: "kind"] = "\(kind)"
        self.queue = queue
        self.lane = lane
        self.kind = kind
        self.worker = worker
        self.tenantCap = tenantCap
        self.maximumStalls = maximumStalls
        self.bell = bell
        self.logger = logger
        self.timing = timing
        self.acquire = acquire
        self.release = release
        self.handle = handle
        self.buried = buried
        self.held = HeldJobs(slots: slots)
    }

    /// Takes no more jobs; `run` returns when the running ones have ended or their time is up.
    public func drain() { held.drain() }

    /// Takes and runs jobs until `drain` is called, or until the task is cancelled, which cancels running jobs too.
    ///
    /// What does not end in time goes back without costing an attempt.
    public func run() async {
        // Ended by `drain`, and awaited here.
        let intake = Task(executorPreference: Self.executor) { await self.takeJobs() }
        // Ended and awaited here.
        let heart = Task(executorPreference: Self.executor) { await self.beat() }
        held.willClaim(intake)
        await withTaskCancellationHandler {
            await intake.value
            await Task { await self.letRunningJobsEnd() }.value  // shielded: it has deadlines of its own
        } onCancel: {
            held.stop()
        }
        heart.cancel()
        await heart.value
        await bell.close()
    }

    // MARK: Taking

    private func takeJobs() async {
        await giveBackWhatTheFormerSelfHeld()
        var outage = OutageLog(logger)
        var waiting = 0
        while !held.isDraining {
            await held.untilThereIsRoom()
            guard !held.isDraining else { return }
            let (tickets, wait) = await tickets(max(1, min(held.room, waiting, WorkQueue.claimBatch)))
            guard !held.isDraining else { return await release(tickets[...]) }
            guard !tickets.isEmpty else {
                waiting = 0  // one question is enough to find out when there are tickets again
                await pause(min(wait ?? .zero, timing.longestPause))
                continue
            }
            do {
                let claim = try await claim(tickets.count)
                outage.didSucceed()
                waiting = await take(claim, tickets)
            } catch {
                waiting = 0
                await release(tickets[...])
                await pause(outage.pause(after: error))
            }
        }
    }

    /// Asks for tickets, all at the same moment; those that were had, and the shortest wait for another one.
    private func tickets(_ count: Int) async -> ([Ticket], Duration?) {
        if count == 1 {
            switch await acquire() {
            case .ready(let ticket): return ([ticket], nil)
            case .wait(let duration): return ([], duration)
            }
        }
        return await withTaskGroup(of: Acquired<Ticket>.self) { [acquire] group in
            for _ in 0..<count { group.addTask { await acquire() } }
            var tickets: [Ticket] = []
            var wait: Duration?
            for await acquired in group {
                switch acquired {
                case .ready(let ticket): tickets.append(ticket)
                case .wait(let duration): wait = min(wait ?? duration, duration)
                }
            }
            return (tickets, wait)
        }
    }

    private func release(_ tickets: ArraySlice<Ticket>) async {
        await withDiscardingTaskGroup { [release] group in
            for ticket in tickets { group.addTask { await release(ticket) } }
        }
    }

    /// Shielded from `drain`: a claim that was sent is awaited, or its job would be held without anybody knowing.
    private func claim(_ count: Int) async throws(RedisError) -> WorkQueue.Claim {
        try await Task(executorPreference: Self.executor) { () -> Result<WorkQueue.Claim, RedisError> in
            do throws(RedisError) {
                return .success(
                    try await self.queue.claim(
                        lane: self.lane,
                        kind: self.kind,
                        worker: self.worker,
                        maximum: count,
                        lease: self.timing.lease,
                        tenantCap: self.tenantCap
                    )
                )
            } catch {
                return .failure(error)
            }
        }.value.get()
    }

    /// Starts what was claimed, or waits until there may be something to claim; how many jobs are known to wait.
    private func take(_ claim: WorkQueue.Claim, _ tickets: [Ticket]) async -> Int {
        switch claim {
        case .jobs(let jobs, let waiting):
            for (job, ticket) in zip(jobs, tickets) { start(job, ticket) }
            await release(tickets.dropFirst(jobs.count))
            return waiting
        case .empty(let next):
            await release(tickets[...])
            await waitForBell(min(next ?? timing.bell, timing.bell))
        case .paused:
            await release(tickets[...])
            await waitForBell(timing.bell)
        case .hold(let duration):
            await release(tickets[...])
            await pause(min(duration, timing.longestPause))
        }
        return 0
    }

    private func waitForBell(_ timeout: Duration) async {
        do {
            _ = try await bell.wait(keys: [queue.wakeKey(lane: lane, kind: kind)], timeout: timeout)
        } catch {
            await pause(.milliseconds(100))  // the next claim tells what is wrong
        }
    }

    private func giveBackWhatTheFormerSelfHeld() async {
        var outage = OutageLog(logger)
        while !held.isDraining {
            do {
                let reaped = try await queue.reap(
                    lane: lane,
                    kind: kind,
                    limit: WorkQueue.batch,
                    maximumStalls: maximumStalls,
                    deadWorker: .predecessors(of: WorkQueue.process, name: worker)
                )
                outage.didSucceed()
                if reaped.requeued > 0 {
                    logger.notice("jobs of the former process run again", metadata: ["jobs": "\(reaped.requeued)"])
                }
                var written: [String] = []
                for id in reaped.buried where await buried(id) { written.append(id) }
                try await queue.bury(
                    lane: lane,
                    kind: kind,
                    ids: written,
                    reason: "its worker was lost too often"
                )
                return
            } catch {
                await pause(outage.pause(after: error))
            }
        }
    }

    /// A pause that `drain` ends, because it cancels the intake.
    private func pause(_ duration: Duration) async { try? await Task.sleep(for: duration) }
}
