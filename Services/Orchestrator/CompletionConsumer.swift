import Logging
import RiotModels
import Storage
import SyncJobs
import WorkQueue

/// Takes the hints that a run has nothing open and decides from the ledger whether its task is over.
struct CompletionConsumer: Sendable {
    /// The queue's kind of these hints; their job id is `fin:<task id>`.
    static let kind = JobKind.completion.rawValue

    let storage: Storage
    let reconciler: Reconciler
    let logger: Logger

    /// Ends the task, or puts back what its ledger still wants.
    ///
    /// A hint that comes late or twice changes nothing.
    func handle(_ job: WorkQueue.ClaimedJob) async -> WorkQueue.Outcome {
        guard let text = job.id.split(separator: ":", maxSplits: 1).last, let id = TaskID(String(text)) else {
            return .failed(reason: "\(job.id) names no task")
        }
        do {
            guard let task = try await storage.task(id), !task.state.isFinal else { return .done(followUp: nil) }
            try await reconciler.reconcile(task)
            return .done(followUp: nil)
        } catch {
            logger.warning("a finished run waits", metadata: ["task": "\(id)", "error": "\(error)"])
            return .snooze(after: JobRoad.dependencyPause, reason: "\(error)")
        }
    }
}
