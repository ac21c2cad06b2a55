import Logging
import Redis
import RiotModels
import ServiceLifecycle
import SyncJobs
import WorkQueue

/// Takes the jobs that are the orchestrator's own: starting a task, and looking whether one is over.
struct TaskService: Service {
    /// Tasks of one lane that are started at a time.
    static let startSlots = 16
    /// Tasks of one lane that are ended at a time.
    static let endSlots = 4

    let worker: String
    let queue: WorkQueue
    let road: JobRoad
    let completion: CompletionConsumer
    let reconciler: Reconciler
    let makeBell: @Sendable () -> RedisBell
    let logger: Logger

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for lane in RegionalRoute.allCases.map(\.rawValue) {
                let starting = consumer(lane: lane, kind: PlayerJob.kind, slots: Self.startSlots) { job, _ in
                    await road.run(job) { _ in nil }
                }
                let ending = consumer(lane: lane, kind: CompletionConsumer.kind, slots: Self.endSlots) { job, _ in
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
        kind: String,
        slots: Int,
        handle: @escaping @Sendable (WorkQueue.ClaimedJob, Void) async -> WorkQueue.Outcome
    ) -> QueueConsumer<Void> {
        QueueConsumer(
            queue: queue,
            lane: lane,
            kind: kind,
            worker: worker,
            slots: slots,
            tenantCap: 0,
            bell: makeBell(),
            logger: logger,
            acquire: { .ready(()) },
            release: { _ in },
            handle: handle,
            buried: { id in
                do {
                    try await reconciler.giveUp(jobID: id)
                } catch {
                    logger.error("a job is given up", metadata: ["job": "\(id)", "error": "\(error)"])
                }
            }
        )
    }
}
