public import Logging
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
/// A ticket is had before a job is claimed, so nothing waits for a permit while it holds a job.
public final class QueueConsumer<Ticket: Sendable>: Sendable {
    private let queue: WorkQueue
    private let lane: String
    private let kind: String
    private let worker: String
    private let tenantCap: Int
    private let bell: RedisBell
    private let logger: Logger
    private let acquire: @Sendable () async -> Acquired<Ticket>
    private let release: @Sendable (Ticket) async -> Void
    private let handle: @Sendable (WorkQueue.ClaimedJob, Ticket) async -> WorkQueue.Outcome
    private let buried: @Sendable (_ jobID: String) async -> Void
    private let held: HeldJobs

    /// Prepares a consumer.
    ///
    /// - Parameters:
    ///   - worker: the name under which it holds jobs; the same after a restart, so that it gives back what it held.
    ///   - slots: jobs that run at a time.
    ///   - tenantCap: jobs of one tenant that run at a time while another one waits; 0 for no cap.
    ///   - bell: closed at the end.
    ///   - acquire: asked before each claim.
    ///   - release: takes back a ticket for which there was no job.
    ///   - handle: runs a job; cancelled when the job is lost or time is up.
    ///   - buried: told of a job that was given up because it lost its worker too often.
    public init(
        queue: WorkQueue,
        lane: String,
        kind: String,
        worker: String,
        slots: Int,
        tenantCap: Int,
        bell: RedisBell,
        logger: Logger,
        acquire: @escaping @Sendable () async -> Acquired<Ticket>,
        release: @escaping @Sendable (Ticket) async -> Void,
        handle: @escaping @Sendable (WorkQueue.ClaimedJob, Ticket) async -> WorkQueue.Outcome,
        buried: @escaping @Sendable (_ jobID: String) async -> Void
    ) {
        self.queue = queue
        self.lane = lane
        self.kind = kind
        self.worker = worker
        self.tenantCap = tenantCap
        self.bell = bell
        self.logger = logger
        self.acquire = acquire
        self.release = release
        self.handle = handle
        self.buried = buried
        self.held = HeldJobs(slots: slots)
    }

    /// Takes no more jobs; `run` returns when the running ones have ended or their time is up.
    public func drain() { held.drain() }

    /// Takes and runs jobs until `drain` is called or the task is cancelled.
    public func run() async {
        let intake = Task { await self.takeJobs() }  // ended by `drain`, awaited here
        let heart = Task { await self.beat() }  // ended and awaited here
        held.willClaim(intake)
        await withTaskCancellationHandler {
            await intake.value
        } onCancel: {
            held.drain()
        }
        await letRunningJobsEnd()
        heart.cancel()
        await heart.value
        await bell.close()
    }

    // MARK: Taking

    private func takeJobs() async {
        await giveBackWhatAFormerSelfHeld()
        var trouble = Trouble()
        while !held.isDraining {
            await held.untilThereIsRoom()
            guard !held.isDraining else { return }
            switch await acquire() {
            case .wait(let duration): await pause(min(duration, QueueTiming.longestTicketWait))
            case .ready(let ticket):
                do {
                    let claim = try await queue.claim(
                        lane: lane,
                        kind: kind,
                        worker: worker,
                        maximum: 1,
                        lease: QueueTiming.lease,
                        tenantCap: tenantCap
                    )
                    trouble.isOver(logger)
                    await take(claim, ticket)
                } catch {
                    await release(ticket)
                    await pause(trouble.next(error, logger))
                }
            }
        }
    }

    private func take(_ claim: WorkQueue.Claim, _ ticket: Ticket) async {
        switch claim {
        case .jobs(let jobs):
            for job in jobs { start(job, ticket) }
        case .empty(let next):
            await release(ticket)
            await waitForBell(min(next ?? QueueTiming.bell, QueueTiming.bell))
        case .paused:
            await release(ticket)
            await pause(.seconds(1))
        case .hold(let duration):
            await release(ticket)
            await pause(min(duration, QueueTiming.longestTicketWait))
        }
    }

    private func waitForBell(_ timeout: Duration) async {
        do {
            _ = try await bell.wait(keys: [queue.wakeKey(lane: lane, kind: kind)], timeout: timeout)
        } catch {
            await pause(.milliseconds(100))  // the next claim tells what is wrong
        }
    }

    private func giveBackWhatAFormerSelfHeld() async {
        var trouble = Trouble()
        while !held.isDraining {
            do {
                let reaped = try await queue.reap(
                    lane: lane,
                    kind: kind,
                    limit: 500,
                    maximumStalls: WorkQueue.maximumStalls,
                    deadWorker: worker
                )
                if reaped.requeued > 0 {
                    logger.notice(
                        "gave back what it held before",
                        metadata: ["lane": "\(lane)", "jobs": "\(reaped.requeued)"]
                    )
                }
                for id in reaped.buried { await buried(id) }
                return
            } catch {
                await pause(trouble.next(error, logger))
            }
        }
    }

    // MARK: Running

    private func start(_ job: WorkQueue.ClaimedJob, _ ticket: Ticket) {
        held.add(job)
        let task = Task {  // counted in `held`, awaited by `letRunningJobsEnd`
            let outcome = await self.handle(job, ticket)
            await Task { await self.finish(job, outcome) }.value  // shielded: a cancelled job is finished too
            self.held.remove(job)
        }
        held.didStart(job, task)
    }

    /// Tells the queue how a job ended; tries for as long as the lease could last.
    private func finish(_ job: WorkQueue.ClaimedJob, _ outcome: WorkQueue.Outcome) async {
        let deadline = ContinuousClock.now + QueueTiming.lease
        var trouble = Trouble()
        repeat {
            do {
                let finished = try await queue.finish(job, worker: worker, outcome: outcome)
                if finished == .lost {
                    logger.notice("a job was somebody else's already", metadata: ["job": "\(job.id)"])
                }
                return
            } catch {
                let patience = trouble.next(error, logger)
                try? await Task.sleep(for: patience)
            }
        } while ContinuousClock.now < deadline && !held.isDraining
    }

    private func beat() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: QueueTiming.heartbeat) } catch { return }
            let jobs = held.jobs
            guard !jobs.isEmpty else { continue }
            do {
                for id in try await queue.heartbeat(
                    lane: lane,
                    kind: kind,
                    worker: worker,
                    jobs: jobs,
                    lease: QueueTiming.lease
                ) {
                    held.cancel(id)
                }
            } catch {
                logger.debug("a heartbeat failed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Running jobs get a budget; what is left is cancelled and goes back without costing an attempt.
    private func letRunningJobsEnd() async {
        let timer = Task { [held] in  // cancelled below
            do { try await Task.sleep(for: QueueTiming.drainBudget) } catch { return }
            held.cancelAll()
        }
        await held.untilIdle()
        timer.cancel()
    }

    /// A pause that `drain` ends.
    private func pause(_ duration: Duration) async { try? await Task.sleep(for: duration) }
}

/// The times of a consumer.
enum QueueTiming {
    /// How long a job stays a worker's without a heartbeat.
    static let lease: Duration = .seconds(30)
    /// Time between two heartbeats.
    static let heartbeat: Duration = .seconds(5)
    /// Longest wait for the bell; a hint that got lost costs no more.
    static let bell: Duration = .seconds(2)
    /// Longest pause before a ticket is asked for again.
    static let longestTicketWait: Duration = .seconds(5)
    /// Time that running jobs get after `drain`.
    static let drainBudget: Duration = .seconds(10)
}

/// A series of failures: one line in the log, and growing pauses.
struct Trouble {
    private var failures = 0

    mutating func next(_ error: RedisError, _ logger: Logger) -> Duration {
        if failures == 0 { logger.warning("waiting for Redis", metadata: ["error": "\(error)"]) }
        failures += 1
        return .milliseconds(Int64(50 << min(failures, 5)))
    }

    mutating func isOver(_ logger: Logger) {
        if failures > 0 { logger.notice("Redis is back") }
        failures = 0
    }
}
