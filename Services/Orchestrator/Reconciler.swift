import Logging
import Postgres
import Redis
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs
import WorkQueue

/// Puts back what PostgreSQL still wants and Redis does not know, and ends what is settled.
///
/// One orchestrator does this, the holder of the advisory lock. It makes every hint in Redis dispensable.
struct Reconciler: Sendable {
    /// Active tasks looked at in one round.
    static let maximumTasks = 10_000
    /// Expired leases handled in one call.
    static let reapLimit = 500

    let storage: Storage
    let queue: WorkQueue
    let dispatch: TaskDispatch
    let cancellation: TaskCancellation
    let logger: Logger

    /// Looks at every active task once, and at every cancelled one whose jobs may still be on the lists.
    func reconcile() async throws {
        try await cancellation.withdrawAll()
        for task in try await storage.activeTasks(limit: Self.maximumTasks) {
            try Task.checkCancellation()
            try await reconcile(task)
        }
    }

    /// Brings one task forward: its own job, its open items, or its end.
    func reconcile(_ task: SyncTask) async throws {
        guard task.state == .progress else { return try await dispatch.reopenPlayer(task) }
        let open = try await storage.openItems(of: task.id)
        if open.isEmpty {
            if try await storage.completeTaskIfSettled(task.id) {
                logger.info("task is complete", metadata: ["task": "\(task.id)"])
            }
        } else {
            try await dispatch.reopen(open, of: task)
        }
    }

    /// Gives back the jobs of workers whose lease ended, and all of `deadWorker`'s; a job that lost its worker too often
    /// is marked failed.
    func reap(lane: String, kind: String, deadWorker: String? = nil) async throws {
        let reaped = try await queue.reap(
            lane: lane,
            kind: kind,
            limit: Self.reapLimit,
            maximumStalls: WorkQueue.maximumStalls,
            deadWorker: deadWorker
        )
        if reaped.requeued > 0 {
            logger.warning(
                "jobs of lost workers run again",
                metadata: ["lane": "\(lane)", "kind": "\(kind)", "jobs": "\(reaped.requeued)"]
            )
        }
        for id in reaped.buried { try await giveUp(jobID: id) }
        try await queue.bury(lane: lane, kind: kind, ids: reaped.buried, reason: "its worker was lost too often")
    }

    /// Writes down that a job was given up: PostgreSQL is the truth of dead letters.
    func giveUp(jobID: String) async throws {
        let parts = jobID.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return }
        let reason = "the job lost its worker more than \(WorkQueue.maximumStalls) times"
        logger.error("a job is given up", metadata: ["job": "\(jobID)", "reason": "\(reason)"])
        if let kind = FetchKind(rawValue: parts[0]) {
            try await storage.markFailed(kind, try MatchID(parts[1]), reason: reason)
        } else if parts[0] == PlayerJob.kind, let task = TaskID(parts[1]) {
            try await storage.taskDidFail(
                task,
                error: "The sync could not be run: \(reason).",
                problemType: "internal",
                retryable: true
            )
        }
    }
}
