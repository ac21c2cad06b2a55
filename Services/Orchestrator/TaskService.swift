import Logging
import Redis
import RiotModels
import ServiceLifecycle
import SyncJobs
import WorkQueue

/// Takes the jobs that are the orchestrator's own: starting a task, and looking whether one is over.
struct TaskService: Service {
    /// Tasks of one lane that are started at a time: they mostly wait for permits, and must not keep somebody's task from
    /// its place in that line, so this is more than beat has under way.
    static let startSlots = 64
    /// Tasks of one lane that are ended at a time.
    static let endSlots = 4

    let worker: String
    /// Returns when the name is this process's alone.
    let isOwned: @Sendable () async throws -> Void
    let queue: WorkQueue
    let road: JobRoad
    let completion: CompletionConsumer
    let reconciler: Reconciler
    let makeBell: @Sendable () -> RedisBell
    let logger: Logger

    func run() async throws {
        try await isOwned()
        try await withThrowingDiscardingTaskGroup { group in
            for lane in RegionalRoute.allCases.map(\.rawValue) {
                let starting = consumer(lane: lane, kind: .player, slots: Self.startSlots) { job, _ in
                    let outcome = await road.run(job) { _ in nil }
                    guard case .failed(let reason) = outcome else { return outcome }
                    return await giveUp(job.id, reason: reason)
                        ? outcome
                        : .snooze(after: JobRoad.dependencyPause, reason: "the failure could not be kept")
                }
                let ending = consumer(lane: lane, kind: .completion, slots: Self.endSlots) { job, _ in
                    await completion.handle(job)
                }
                for consumer in [starting, ending] {
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
    }

    private func consumer(
        lane: String,
        kind: JobKind,
        slots: Int,
        handle: @escaping @Sendable (WorkQueue.ClaimedJob, Void) async -> WorkQueue.Outcome
    ) -> QueueConsumer<Void> {
        QueueConsumer(
            queue: queue,
            lane: lane,
            kind: kind.rawValue,
            worker: worker,
            slots: slots,
            tenantCap: 0,
            maximumStalls: kind.retryPolicy.stalls,
            bell: makeBell(),
            logger: logger,
            acquire: { .ready(()) },
            release: { _ in },
            handle: handle,
            buried: { await giveUp($0, reason: Reconciler.lostTooOften) }
        )
    }

    /// PostgreSQL learns of a failure before the queue forgets the job; false when it does not take it.
    private func giveUp(_ id: String, reason: String) async -> Bool {
        do {
            try await reconciler.giveUp(jobID: id, reason: reason)
            return true
        } catch {
            logger.error(
                "a job that is given up cannot be written down",
                metadata: ["job": "\(id)", "error": "\(error)"]
            )
            return false
        }
    }
}
