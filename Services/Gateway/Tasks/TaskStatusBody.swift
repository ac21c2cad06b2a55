import ServiceRuntime
import Storage

/// The answer of `task-status`: Celery's words, and for each of them the members of api.md's table.
///
/// A pure function of what the database told. What is nil is left out.
struct TaskStatusBody: Encodable, Equatable {
    let taskID: String
    var status: String
    var known: Bool?
    var queuedAt: String?
    var startedAt: String?
    var step: String?
    var progress: Int?
    var processed: Int?
    var total: Int?
    var existingMatches: Int?
    var failed: Int?
    var unavailable: Int?
    var matchesStored: Int?
    var timelinesStored: Int?
    var currentMatch: String?
    var etaSeconds: Int?
    var waitingFor: String?
    var rateLimitedUntil: String?
    var summonerName: String?
    var year: Int?
    var error: String?
    var retryAt: String?
    var attempt: Int?
    var summonerID: Int?
    var processedMatches: Int?
    var totalMatches: Int?
    var newMatches: Int?
    var failedMatches: [String]?
    var unavailableMatches: Int?
    var timelinesUnavailable: Int?
    var outsideYear: Int?
    var notHis: Int?
    var capped: Bool?
    var riotRequests: Int?
    var durationSeconds: Int?
    var message: String?
    var problem: TaskProblem?
    var retryable: Bool?
    var revokedAt: String?
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case status, known, step, progress, processed, total, failed, unavailable, year, error, attempt, capped, message
        case problem, retryable, reason
        case queuedAt = "queued_at"
        case startedAt = "started_at"
        case existingMatches = "existing_matches"
        case matchesStored = "matches_stored"
        case timelinesStored = "timelines_stored"
        case currentMatch = "current_match"
        case etaSeconds = "eta_seconds"
        case waitingFor = "waiting_for"
        case rateLimitedUntil = "rate_limited_until"
        case summonerName = "summoner_name"
        case retryAt = "retry_at"
        case summonerID = "summoner_id"
        case processedMatches = "processed_matches"
        case totalMatches = "total_matches"
        case newMatches = "new_matches"
        case failedMatches = "failed_matches"
        case unavailableMatches = "unavailable_matches"
        case timelinesUnavailable = "timelines_unavailable"
        case outsideYear = "outside_year"
        case notHis = "not_his"
        case riotRequests = "riot_requests"
        case durationSeconds = "duration_seconds"
        case revokedAt = "revoked_at"
    }

    /// A task that nobody has heard of: Celery calls it `PENDING` too.
    init(unknown id: TaskID) {
        taskID = id.text
        status = SyncTask.State.pending.rawValue
        known = false
    }

    /// A task as the database knows it.
    init(_ reading: TaskStatus) {
        let task = reading.task
        taskID = task.id.text
        status = task.state.rawValue
        switch task.state {
        case .pending:
            known = true
            queuedAt = EpochTime.iso8601(task.queuedAt)
        case .started:
            step = task.step.rawValue
            progress = 0
            startedAt = task.startedAt.map(EpochTime.iso8601)
        case .progress: fillProgress(reading)
        case .retry:
            error = task.error
            retryAt = task.retryAt.map(EpochTime.iso8601)
            attempt = task.attempt
        case .success: fillSuccess(reading)
        case .failure:
            error = task.error ?? "The sync failed without a reason being known."
            problem = TaskProblem(task)
            retryable = task.retryable
        case .revoked:
            revokedAt = task.finishedAt.map(EpochTime.iso8601)
            reason = task.reason
        }
        if !task.state.isFinal {
            waitingFor = reading.waitingFor
            rateLimitedUntil = reading.waitingFor == nil ? nil : task.waitingUntil.map(EpochTime.iso8601)
        }
    }

    private mutating func fillProgress(_ reading: TaskStatus) {
        step = reading.task.step.rawValue
        progress = reading.progress
        summonerName = reading.task.summonerName
        year = reading.task.year
        guard let counts = reading.counts else { return }
        processed = counts.processed
        total = counts.total
        existingMatches = counts.existing
        failed = counts.failed
        unavailable = counts.unavailable
        matchesStored = counts.matchesStored
        timelinesStored = counts.timelinesStored
        currentMatch = counts.currentMatch
        etaSeconds = reading.etaSeconds
    }

    private mutating func fillSuccess(_ reading: TaskStatus) {
        let task = reading.task
        let counts = reading.counts ?? TaskCounts()
        step = SyncTask.Step.completed.rawValue
        progress = 100
        summonerID = task.summonerID
        summonerName = task.summonerName
        processedMatches = counts.processed
        totalMatches = counts.total
        year = task.year
        existingMatches = counts.existing
        newMatches = counts.new
        failedMatches = counts.failedMatches
        unavailableMatches = counts.unavailable
        timelinesUnavailable = counts.timelinesUnavailable
        outsideYear = counts.outsideYear
        notHis = counts.notHis
        capped = task.isCapped
        riotRequests = reading.riotRequests
        durationSeconds = reading.durationSeconds
        if counts.total == 0 { message = "\(task.summonerName) has no matches in \(task.year)." }
    }
}

/// Why a task failed, as an object of RFC 9457.
struct TaskProblem: Encodable, Equatable {
    let type: String
    let title: String
    let detail: String

    init(_ task: SyncTask) {
        let kind = task.problemType ?? "unknown"
        type = "urn:riftsync:problem:\(kind)"
        title = kind.split(whereSeparator: { "_-".contains($0) }).joined(separator: " ")
        detail = task.error ?? "The sync failed without a reason being known."
    }
}
