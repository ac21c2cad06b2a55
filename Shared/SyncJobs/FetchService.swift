import JSONRPC
import Logging
import Reactor
import Redis
import RiotClient
import RiotModels
import ServiceLifecycle
import Storage
import WorkQueue

/// Takes jobs of one kind from the lists of all lanes, each with a permit that is taken before the job is claimed.
struct FetchService: Service {
    /// Jobs of one lane that a worker runs at a time.
    static let slots = 16
    /// Jobs of one task that run at a time in a lane while another task waits.
    static let tenantCap = 4
    /// What a match leaves to timelines when a limit lets requests through again: time to take their permits.
    static let headStart: Duration = .milliseconds(50)

    let kind: FetchKind
    let worker: String
    /// Returns when the name is this process's alone.
    let isOwned: @Sendable () async throws -> Void
    let queue: WorkQueue
    let road: JobRoad
    let client: RiotClient
    let storage: Storage
    let running: RunningJobs
    let makeBell: @Sendable () -> RedisBell
    let logger: Logger

    func run() async throws {
        try await isOwned()
        try await withThrowingDiscardingTaskGroup { group in
            for route in RegionalRoute.allCases {
                let consumer = consumer(of: route)
                group.addTask {
                    await withGracefulShutdownHandler {
                        await consumer.run()
                    } onGracefulShutdown: {
                        consumer.drain()
                    }
                }
            }
        }
    }

    private func consumer(of route: RegionalRoute) -> QueueConsumer<AwaitedPermit> {
        let clock = Lock(PermitWaitClock())
        return QueueConsumer(
            queue: queue,
            lane: route.rawValue,
            kind: kind.rawValue,
            worker: worker,
            slots: Self.slots,
            tenantCap: Self.tenantCap,
            maximumStalls: JobKind(kind).retryPolicy.stalls,
            bell: makeBell(),
            logger: logger,
            acquire: { await acquire(route, clock) },
            release: { await client.limiter.giveBack($0.permit) },
            handle: { job, permit in await running.during(job) { await handle(job, permit) } },
            buried: { await isWrittenDown($0, reason: "its worker was lost too often") }
        )
    }

    private func acquire(_ route: RegionalRoute, _ clock: Lock<PermitWaitClock>) async -> Acquired<AwaitedPermit> {
        switch await client.acquire(route: route.rawValue, method: kind.riotMethod) {
        case .granted(let permit):
            return .ready(AwaitedPermit(permit: permit, waited: clock.withLock { $0.granted(at: .now) }))
        case .wait(let wait):
            clock.withLock { $0.refused(at: .now) }
            guard case .application = wait.reason, await standsBack(in: route) else { return .wait(wait.duration) }
            return .wait(wait.duration + Self.headStart)
        }
    }

    /// When both wait for the application's limit, the timelines of matches that are stored go before the next match, so
    /// that what is processed rises evenly.
    private func standsBack(in route: RegionalRoute) async -> Bool {
        guard kind == .match,
            let timelines = try? await queue.depth(lane: route.rawValue, kind: FetchKind.timeline.rawValue)
        else { return false }
        return timelines.waiting > 0 && !timelines.isPaused && timelines.hold == .zero
    }

    /// Runs a job with its permit; what the job did not use goes back.
    func handle(_ job: WorkQueue.ClaimedJob, _ awaited: AwaitedPermit) async -> WorkQueue.Outcome {
        RiotMetrics.record(wait: awaited.waited, for: awaited.permit)
        let held = HeldPermit(awaited.permit)
        let outcome = await HeldPermit.$current.withValue(held) {
            await road.run(job, followUp: followUp)
        }
        if let unused = held.take() { await client.limiter.giveBack(unused) }
        guard case .failed(let reason) = outcome else { return outcome }
        return await settleFailure(ofJob: job.id, reason: reason)
    }

    private func isWrittenDown(_ jobID: String, reason: String) async -> Bool {
        if case .failed = await settleFailure(ofJob: jobID, reason: reason) { true } else { false }
    }

    /// PostgreSQL learns of a failure before the queue forgets the job.
    private func settleFailure(ofJob jobID: String, reason: String) async -> WorkQueue.Outcome {
        guard let text = jobID.split(separator: ":", maxSplits: 1).last, let id = try? MatchID(String(text)) else {
            return .failed(reason: reason)
        }
        logger.error("a job is given up", metadata: ["job": "\(jobID)", "reason": "\(reason)"])
        do {
            try await storage.markFailed(kind, id, reason: reason)
            return .failed(reason: reason)
        } catch {
            return .snooze(after: JobRoad.dependencyPause, reason: "the failure could not be kept: \(error)")
        }
    }

    /// A stored match's timeline follows it, for every run that waits at that moment.
    @Sendable private func followUp(_ result: [UInt8]) -> WorkQueue.FollowUp? {
        guard kind == .match, let result = try? JSONText(trusted: result).decoded(as: FetchResult.self),
            result.timelineWanted == true,
            let id = try? MatchID(result.matchID)
        else { return nil }
        return WorkQueue.FollowUp(kind: FetchKind.timeline.rawValue, job: FetchKind.timeline.job(id))
    }
}
