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
    /// Retries that operators asked for, looked at in one round.
    static let maximumRetries = 2_000
    /// After so many tasks in a row that PostgreSQL did not bring forward in time it is asked for something small: if it is
    /// slow for that too, the round ends.
    static let slowTasks = 3
    /// Why a job is given up whose workers died.
    static let lostTooOften = "its worker was lost too often"

    let storage: Storage
    let queue: WorkQueue
    let dispatch: TaskDispatch
    let cancellation: TaskCancellation
    let logger: Logger

    /// Brings the pauses to Redis; before anything else, when it was emptied.
    func mirrorPauses() async throws { try await PauseMirror(storage: storage, queue: queue).mirror() }

    /// Puts back what operators want tried again.
    func reopenAskedRetries() async throws {
        try await dispatch.retry(try await storage.askedRetries(limit: Self.maximumRetries), at: EpochTime.now())
    }

    /// Looks at every active task once, and at every cancelled one whose jobs may still be on the lists.
    ///
    /// A task that PostgreSQL refuses to bring forward, or not in time, keeps nobody else from his turn.
    /// - Parameter goesOn: asked before each task; false ends the round.
    func reconcile(while goesOn: () -> Bool = { true }) async throws {
        try await cancellation.withdrawAll()
        var slow = 0
        for task in try await storage.activeTasks(limit: Self.maximumTasks) {
            try Task.checkCancellation()
            guard goesOn() else { return }
            do {
                try await reconcile(task)
                slow = 0
            } catch let error as PostgresError where error.code == .timedOut || error.code == .server {
                if error.isConnectionFailure { throw error }
                if error.code == .timedOut {
                    slow += 1
                    if slow.isMultiple(of: Self.slowTasks) { _ = try await storage.queuePauses() }
                }
                logger.error(
                    "a task cannot be brought forward",
                    metadata: ["task": "\(task.id)", "error": "\(error)"]
                )
            }
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
    func reap(lane: String, kind: JobKind, deadWorker: WorkQueue.DeadWorker? = nil) async throws {
        let reaped = try await queue.reap(
            lane: lane,
            kind: kind.rawValue,
            limit: Self.reapLimit,
            maximumStalls: kind.retryPolicy.stalls,
            deadWorker: deadWorker
        )
        if reaped.requeued > 0 {
            logger.warning(
                "jobs of lost workers run again",
                metadata: ["lane": "\(lane)", "kind": "\(kind.rawValue)", "jobs": "\(reaped.requeued)"]
            )
        }
        for id in reaped.buried { try await giveUp(jobID: id, reason: Self.lostTooOften) }
        try await queue.bury(lane: lane, kind: kind.rawValue, ids: reaped.buried, reason: Self.lostTooOften)
    }

    /// Writes down that a job was given up: PostgreSQL is the truth of dead letters.
    func giveUp(jobID: String, reason: String) async throws {
        let parts = jobID.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return }
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
