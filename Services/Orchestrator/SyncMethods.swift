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
    /// What failed or was not to be had before is asked for again.
    let recovery: Bool

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case deduplicated, platform, routing, year, summoner, recovery
    }
}

/// Parameters of `sync.status`.
struct StatusParameters: Codable, Sendable {
    let taskID: TaskID

    enum CodingKeys: String, CodingKey { case taskID = "task_id" }
}

/// The methods by which syncs are started and seen.
struct SyncMethods: Sendable {
    let storage: Storage
    let dispatch: TaskDispatch
    let logger: Logger

    /// Creates the task and queues its job.
    ///
    /// With Redis away the task stands all the same, and the reconciler queues it.
    func start(_ parameters: StartParameters) async throws -> StartResult {
        let (player, platform, year) = try validated(parameters)
        return try await start(player, platform, year, recovery: parameters.recovery ?? false)
    }

    /// Starts a sync of a task's player and year once more, or finds the active one.
    ///
    /// What is held needs no request; what failed or was not to be had is asked for again.
    func retry(_ parameters: StatusParameters) async throws -> StartResult {
        let task = try await keepingDependencyErrors { try await storage.task(parameters.taskID) }
        guard let task else { throw JSONRPCError.notFound("there is no task \(parameters.taskID)") }
        guard task.problemType != "erased-player",
            let player = try? RiotID(gameName: task.gameName, tagLine: task.tagLine)
        else { throw JSONRPCError.conflict("the player of this task was erased") }
        return try await start(player, task.platform, task.year, recovery: true)
    }

    private func start(_ player: RiotID, _ platform: Platform, _ year: Int, recovery: Bool) async throws -> StartResult
    {
        let started = try await keepingDependencyErrors {
            try await storage.startTask(
                player,
                platform: platform,
                year: year,
                recovery: recovery,
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
            summoner: player.description,
            recovery: started.task.recovery
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
        return StatusResult(status)
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
        if error.code == .cancelled { throw JSONRPCError.cancelled }
        let isRefused = error.code == .server && !error.isRetryable
        let complaint = isRefused ? "PostgreSQL refused" : "PostgreSQL does not answer"
        throw JSONRPCError.dependencyDown("postgresql", "\(complaint): \(error.message)")
    }
}
