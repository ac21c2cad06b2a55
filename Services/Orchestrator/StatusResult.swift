import RiotModels
import ServiceRuntime
import Storage

/// Answer of `sync.status` and `sync.cancel`, an entry of `sync.list`, and what `sync.progress` tells.
struct StatusResult: Codable, Sendable, Equatable {
    let taskID: TaskID
    let state: String
    let step: String
    let summoner: String
    let platform: String
    let year: Int
    let recovery: Bool
    /// Nobody waits for it: it gets what people's syncs leave.
    let isBackground: Bool
    let queuedAt: String
    let finishedAt: String?
    let progress: Int?
    let counts: TaskCounts?
    let etaSeconds: Int?
    let waitingFor: String?
    let error: String?
    /// Why the task was cancelled.
    let reason: String?

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case queuedAt = "queued_at"
        case finishedAt = "finished_at"
        case etaSeconds = "eta_seconds"
        case waitingFor = "waiting_for"
        case isBackground = "is_background"
        case state, step, summoner, platform, year, recovery, progress, counts, error, reason
    }

    init(_ status: TaskStatus) {
        let task = status.task
        taskID = task.id
        state = task.state.rawValue
        step = task.step.rawValue
        summoner = task.summonerName
        platform = task.platform.rawValue
        year = task.year
        recovery = task.recovery
        isBackground = task.isBackground
        queuedAt = EpochTime.iso8601(task.queuedAt)
        finishedAt = task.finishedAt.map(EpochTime.iso8601)
        progress = status.progress
        counts = status.counts
        etaSeconds = status.etaSeconds
        waitingFor = status.waitingFor
        error = task.error
        reason = task.reason
    }

    /// Nothing about the task changes any more.
    var isFinal: Bool { SyncTask.State(rawValue: state)?.isFinal ?? false }
}
