import JSONRPC
import Logging
import Postgres
import Redis
import RiotClient
import ServiceRuntime
import Storage
import SyncJobs
import WorkQueue

/// Parameters of `sync_player_data`.
struct PlayerJobParameters: Codable, Sendable {
    let taskID: TaskID

    enum CodingKeys: String, CodingKey { case taskID = "task_id" }
}

/// Where a task stands after `sync_player_data`.
struct PlayerJobResult: Codable, Sendable {
    let taskID: TaskID
    let state: String
    let step: String

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case state, step
    }
}

/// The job that starts a sync: `sync_player_data`, from the queue or by hand on the socket.
struct PlayerJob: Sendable {
    static let kind = JobKind.player.rawValue
    static let method = "sync_player_data"
    /// Attempts to get the player and his list before the task fails, counted in the task.
    static let policy = JobKind.player.retryPolicy

    let storage: Storage
    let sync: PlayerSync
    let dispatch: TaskDispatch
    let logger: Logger

    /// The queue's job for a task.
    static func job(_ id: TaskID) -> WorkQueue.Job {
        WorkQueue.Job(
            id: "\(kind):\(id)",
            payload: #"{"jsonrpc":"2.0","id":"\#(kind):\#(id)","method":"\#(method)","params":{"task_id":"\#(id)"}}"#
        )
    }

    /// Runs the job; safe to repeat at any time.
    func run(_ parameters: PlayerJobParameters) async throws -> PlayerJobResult {
        do {
            guard let task = try await storage.task(parameters.taskID) else {
                throw JSONRPCError.notFound("there is no task \(parameters.taskID)")
            }
            if task.step == .fetchingSummoner || task.step == .fetchingMatches {
                try await begin(task)
            } else {
                // Its former run may have ended between the list and the queue.
                try await queueWork(of: task.id)
            }
            return try await result(of: parameters.taskID)
        } catch let error as PostgresError {
            if error.code == .cancelled { throw JSONRPCError.cancelled }
            throw JSONRPCError.dependencyDown(
                "postgresql",
                "PostgreSQL does not take the task's progress: \(error.message)"
            )
        }
    }

    private func begin(_ task: SyncTask) async throws {
        guard !task.state.isFinal else { return }
        do {
            try await sync.run(task)
            try await queueWork(of: task.id)
        } catch SyncFailure.unknownPlayer(let sentence) {
            try await storage.taskDidFail(task.id, error: sentence, problemType: "unknown-player", retryable: false)
        } catch SyncFailure.erasedPlayer(let puuid, let riotID) {
            try await storage.taskMeetsErasedPlayer(task.id, puuid: puuid, riotID: riotID)
        } catch let error as RiotError {
            try await react(to: error, task)
        } catch let error as PostgresError where error.liesInData || error.code == .invalidParameter {
            logger.error("PostgreSQL refuses a player", metadata: ["task": "\(task.id)", "error": "\(error)"])
            try await retryOrFail(
                task,
                reason: "PostgreSQL does not take what Riot says of \(task.summonerName): \(error.message).",
                problemType: "internal"
            )
        }
    }

    private func queueWork(of id: TaskID) async throws {
        guard let task = try await storage.task(id), task.state == .progress else { return }
        let open = try await storage.openItems(of: id)
        if open.isEmpty {
            _ = try await storage.completeTaskIfSettled(id)
        } else {
            do {
                try await dispatch.enqueue(open, of: task)
            } catch {
                throw JSONRPCError.dependencyDown("redis", "the work waits for Redis: \(error.message)")
            }
        }
    }

    private func react(to error: RiotError, _ task: SyncTask) async throws {
        switch error.code {
        case .keyRejected:
            try await storage.taskWaits(task.id, for: "key", until: nil, detail: error.message)
            throw JSONRPCError.dependencyDown("riot-key", error.message)
        case .limiterUnavailable:
            try await storage.taskWaits(task.id, for: "queue", until: nil, detail: error.message)
            throw JSONRPCError.dependencyDown("redis", error.message)
        case .noPermit:
            // Patience is no failure: the job goes back into the line and keeps its attempts.
            let reason = error.waitingFor ?? "quota"
            try await storage.taskWaits(task.id, for: reason, until: nil, detail: error.message)
            throw JSONRPCError.rateLimited(after: JobRoad.dependencyPause, error.message)
        case .cancelled: throw JSONRPCError.shuttingDown
        case .notFound, .refused, .invalidConfiguration:
            try await storage.taskDidFail(
                task.id,
                error: "Riot refused the request for \(task.summonerName): \(error.message)",
                problemType: "riot-refused",
                retryable: false
            )
        default:
            try await retryOrFail(
                task,
                reason: "Riot's API did not give \(task.summonerName): \(error.message)",
                problemType: "riot-unavailable"
            )
        }
    }

    private func retryOrFail(_ task: SyncTask, reason: String, problemType: String) async throws {
        let attempts = task.attempt + 1
        guard Self.policy.allowsAttempt(after: attempts) else {
            try await storage.taskDidFail(
                task.id,
                error: "\(reason) It was tried \(attempts) times; try again later.",
                problemType: problemType,
                retryable: true
            )
            return
        }
        let delay = Self.policy.pause(afterAttempt: attempts)
        try await storage.taskWillRetry(task.id, error: reason, retryAt: EpochTime.now() + delay.jobMilliseconds)
        throw JSONRPCError.riotFailed(reason, after: delay)
    }

    private func result(of id: TaskID) async throws -> PlayerJobResult {
        guard let task = try await storage.task(id) else { throw JSONRPCError.notFound("there is no task \(id)") }
        return PlayerJobResult(taskID: id, state: task.state.rawValue, step: task.step.rawValue)
    }
}
