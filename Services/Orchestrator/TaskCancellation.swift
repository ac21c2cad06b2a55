import Logging
import Redis
import RiotModels
import Storage
import WorkQueue

/// Ends tasks that nobody wants any more: first in PostgreSQL, where it holds, then on the lists.
///
/// What Redis does not learn of at once, because it is away, it learns of by the reconciler.
struct TaskCancellation: Sendable {
    /// Cancelled tasks whose jobs are withdrawn in one round.
    static let maximumTasks = 1_000

    let storage: Storage
    let queue: WorkQueue
    let logger: Logger

    /// Cancels a task; false when there is none with this id.
    ///
    /// A task that has ended stays as it is.
    func cancel(_ id: TaskID, reason: String?) async throws -> Bool {
        guard let cancelled = try await storage.cancelTask(id, reason: reason) else { return false }
        guard cancelled.task.state == .revoked else { return true }
        if cancelled.isNew { logger.info("task is cancelled", metadata: ["task": "\(id)"]) }
        do {
            try await withdraw(id)
        } catch let error as RedisError {
            logger.warning(
                "the jobs of a cancelled task are withdrawn when Redis is there",
                metadata: ["task": "\(id)", "error": "\(error)"]
            )
        }
        return true
    }

    /// Withdraws the jobs of all cancelled tasks that may still be on the lists.
    func withdrawAll() async throws {
        for id in try await storage.tasksToWithdraw(limit: Self.maximumTasks) {
            try Task.checkCancellation()
            try await withdraw(id)
        }
    }

    /// Takes what only this task waits for off the lists; a job that runs is cancelled with its worker's next heartbeat.
    private func withdraw(_ id: TaskID) async throws {
        // Matches of a player can be of several lanes: he may have played elsewhere.
        for lane in RegionalRoute.allCases { try await queue.cancelRun(lane: lane.rawValue, run: id.text) }
        try await storage.taskWasWithdrawn(id)
    }
}
