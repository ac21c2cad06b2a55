import JSONRPC
import Logging
import Postgres
import Redis
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// Parameters of `sync.start`.
struct StartParameters: Codable, Sendable {
    let gameName: String
    let tagLine: String
    let platform: String
    let year: Int
    let recovery: Bool?

    enum CodingKeys: String, CodingKey {
        case gameName = "game_name"
        case tagLine = "tag_line"
        case platform, year, recovery
    }
}

/// Answer of `sync.start`.
struct StartResult: Codable, Sendable {
    let taskID: TaskID
    let deduplicated: Bool
    let platform: String
    let routing: String
    let year: Int
    let summoner: String

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case deduplicated, platform, routing, year, summoner
    }
}

/// Parameters of `sync.status`.
struct StatusParameters: Codable, Sendable {
    let taskID: TaskID

    enum CodingKeys: String, CodingKey { case taskID = "task_id" }
}

/// Answer of `sync.status`, and an entry of `sync.list`.
struct StatusResult: Codable, Sendable {
    let taskID: TaskID
    let state: String
    let step: String
    let summoner: String
    let platform: String
    let year: Int
    let progress: Int?
    let counts: TaskCounts?
    let waitingFor: String?
    let error: String?

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case waitingFor = "waiting_for"
        case state, step, summoner, platform, year, progress, counts, error
    }

    init(_ task: SyncTask, status: TaskStatus?) {
        taskID = task.id
        state = task.state.rawValue
        step = task.step.rawValue
        summoner = task.summonerName
        platform = task.platform.rawValue
        year = task.year
        progress = status?.progress
        counts = status?.counts
        waitingFor = status?.waitingFor ?? task.waitingFor
        error = task.error
    }
}

/// Parameters of `sync.list`.
struct ListParameters: Codable, Sendable {
    let limit: Int?
}

/// The methods by which syncs are started and seen.
struct SyncMethods: Sendable {
    /// Tasks that `sync.list` shows at most.
    static let longestList = 1000

    let storage: Storage
    let dispatch: TaskDispatch
    let logger: Logger

    /// Creates the task and queues its job.
    ///
    /// With Redis away the task stands all the same, and the reconciler queues it.
    func start(_ parameters: StartParameters) async throws -> StartResult {
        let (player, platform, year) = try validated(parameters)
        let started = try await keepingDependencyErrors {
            try await storage.startTask(
                player,
                platform: platform,
                year: year,
                recovery: parameters.recovery ?? false,
                at: EpochTime.now()
            )
        }
        if started.isDeduplicated, started.task.isBackground { try await raise(started.task.id) }
        if !started.isDeduplicated, !started.task.state.isFinal {
            do {
                try await dispatch.enqueuePlayer(started.task)
            } catch {
                logger.warning(
                    "the task waits for Redis",
                    metadata: ["task": "\(started.task.id)", "error": "\(error)"]
                )
            }
        }
        return StartResult(
            taskID: started.task.id,
            deduplicated: started.isDeduplicated,
            platform: platform.rawValue,
            routing: platform.matchRoute.rawValue,
            year: year,
            summoner: player.description
        )
    }

    /// Somebody waits from now on for what nobody waited for.
    private func raise(_ id: TaskID) async throws {
        let raised = try await keepingDependencyErrors { () -> (SyncTask, OpenItems)? in
            guard try await storage.raiseTask(id), let task = try await storage.task(id) else { return nil }
            return (task, try await storage.openItems(of: id))
        }
        guard let (task, open) = raised, !task.state.isFinal else { return }
        do {
            try await dispatch.raise(task, open)
        } catch {
            logger.warning("the task waits for Redis", metadata: ["task": "\(id)", "error": "\(error)"])
        }
    }

    /// A task's state and counts.
    func status(_ parameters: StatusParameters) async throws -> StatusResult {
        let status = try await keepingDependencyErrors { try await storage.taskStatus(parameters.taskID) }
        guard let status else { throw JSONRPCError.notFound("there is no task \(parameters.taskID)") }
        return StatusResult(status.task, status: status)
    }

    /// The newest tasks.
    func list(_ parameters: ListParameters) async throws -> [StatusResult] {
        let limit = parameters.limit ?? 50
        guard (1...Self.longestList).contains(limit) else {
            throw JSONRPCError.invalidParameters("limit: 1 to \(Self.longestList), not \(limit)")
        }
        return try await keepingDependencyErrors {
            try await storage.recentTasks(limit: limit).map { StatusResult($0, status: nil) }
        }
    }

    private func validated(_ parameters: StartParameters) throws -> (RiotID, Platform, Int) {
        let (player, platform) = try Self.player(
            gameName: parameters.gameName,
            tagLine: parameters.tagLine,
            platform: parameters.platform
        )
        let years = CivilYear.accepted(nowMilliseconds: EpochTime.now())
        guard years.contains(parameters.year) else {
            throw JSONRPCError.invalidParameters(
                "year: \(years.lowerBound) to \(years.upperBound), not \(parameters.year)"
            )
        }
        return (player, platform, parameters.year)
    }

    /// Checks how a player is named, as far as that is possible without asking Riot.
    static func player(
        gameName: String,
        tagLine: String,
        platform text: String
    ) throws(JSONRPCError) -> (RiotID, Platform) {
        guard let platform = Platform(rawValue: text.lowercased()), !platform.isRetired else {
            let known = Platform.requestable.map(\.rawValue).joined(separator: ", ")
            throw JSONRPCError.invalidParameters("platform: \(text) is none of \(known)")
        }
        do {
            return (try RiotID(gameName: gameName, tagLine: tagLine), platform)
        } catch {
            throw JSONRPCError.invalidParameters(error.message)
        }
    }
}

/// Turns a database that is away into the error that says so.
func keepingDependencyErrors<Result: Sendable>(
    _ body: () async throws -> Result
) async throws -> Result {
    do {
        return try await body()
    } catch let error as PostgresError {
        throw JSONRPCError.dependencyDown("postgresql", "PostgreSQL does not answer: \(error.message)")
    }
}
