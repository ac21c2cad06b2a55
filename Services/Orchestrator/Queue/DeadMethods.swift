import JSONRPC
import Logging
import Redis
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs
import WorkQueue

/// The methods by which operators look at what was given up, try it again, or forget it.
struct DeadMethods: Sendable {
    /// Matches and timelines that one call changes at most.
    static let batch = 500
    /// Syncs that one call starts again at most.
    static let playerBatch = 100
    /// Letters that `queue.dead.list` tells at most.
    static let longestList = 1000

    let storage: Storage
    let queue: WorkQueue
    let dispatch: TaskDispatch
    let logger: Logger

    // MARK: Looking

    /// Letters, the last seen first, or groups of those with the same cause.
    func list(_ parameters: DeadParameters) async throws -> DeadListResult {
        let filter = try DeadChoice.filter(parameters)
        let limit = parameters.limit ?? 50
        guard (1...Self.longestList).contains(limit) else {
            throw JSONRPCError.invalidParameters("limit: 1 to \(Self.longestList), not \(limit)")
        }
        if parameters.grouped == true {
            guard parameters.cursor == nil else { throw JSONRPCError.invalidParameters("cursor: groups have no pages") }
            let groups = try await keepingDependencyErrors {
                try await storage.deadLetterGroups(filter, limit: limit)
            }
            return DeadListResult(groups: groups.map(DeadListResult.Group.init))
        }
        let cursor = try parameters.cursor.map { try DeadChoice.cursor($0) }
        let (letters, next) = try await keepingDependencyErrors {
            try await storage.deadLetters(filter, limit: limit, after: cursor)
        }
        return DeadListResult(letters: letters.map(DeadLetterEntry.init), next: next?.text)
    }

    /// One letter with everything that is known of it.
    func show(_ parameters: DeadParameters) async throws -> DeadShowResult {
        let filter = try DeadChoice.filter(parameters)
        guard let kind = filter.kind, let subject = filter.subject else {
            throw JSONRPCError.invalidParameters("kind and subject are expected")
        }
        let (letter, tasks) = try await keepingDependencyErrors {
            (
                try await storage.deadLetters(filter, limit: 1).letters.first,
                try await storage.deadLetterTasks(kind, subject)
            )
        }
        guard let letter else { throw Self.nothing(parameters) }
        let job = try DeadChoice.job(kind, subject)
        var known: WorkQueue.KnownJob?
        if let lane = letter.platform?.matchRoute.rawValue { known = try? await queue.job(lane: lane, id: job.id) }
        return DeadShowResult(
            letter: DeadLetterEntry(letter),
            failedIn: tasks.map(DeadShowResult.Holder.init),
            payload: job.payload,
            job: known.map { .init(state: $0.state.rawValue, attempts: $0.attempts, stalls: $0.stalls) }
        )
    }

    // MARK: Changing

    /// Puts letters on the lists again, behind what somebody waits for; a sync that failed is started again.
    ///
    /// Safe to repeat. Counts of tasks that have ended do not change. A match or timeline that fails once more is a letter
    /// again; one that is stored is none any more.
    func retry(_ parameters: DeadParameters) async throws -> DeadChangeResult {
        let filter = try DeadChoice.changeFilter(parameters)
        if parameters.dryRun == true { return try await dryRun(filter, parameters) }
        var result = DeadChangeResult(dryRun: false)
        let asked = try await keepingDependencyErrors {
            try await storage.askForRetry(filter, limit: Self.batch)
        }
        result.add(asked.items)
        result.held = asked.held
        result.left = asked.left
        do {
            try await dispatch.retry(asked.items, at: EpochTime.now())
        } catch {
            throw JSONRPCError.dependencyDown(
                "redis",
                "What is to be tried again is written down and goes on the lists when Redis answers: \(error.message)"
            )
        }
        for task in try await deadTasks(filter, limit: Self.playerBatch) {
            if try await keepingDependencyErrors({ try await startAgain(task) }) { result.players += 1 }
        }
        result.left += try await count(filter)[.player] ?? 0
        if result.isEmpty, filter.subject != nil { throw Self.nothing(parameters) }
        return result
    }

    /// Forgets letters; the ledgers of tasks stay as they are.
    func drop(_ parameters: DeadParameters) async throws -> DeadChangeResult {
        let filter = try DeadChoice.changeFilter(parameters)
        if parameters.dryRun == true { return try await dryRun(filter, parameters) }
        var result = DeadChangeResult(dryRun: false)
        let dropped = try await keepingDependencyErrors {
            try await storage.dropDeadLetters(filter, limit: Self.batch)
        }
        result.add(dropped)
        await forget(.match, dropped.matches)
        await forget(.timeline, dropped.timelines)
        for task in try await deadTasks(filter, limit: Self.batch) {
            try await keepingDependencyErrors { _ = try await storage.closeDeadTask(task.id) }
            result.players += 1
        }
        result.left = try await count(filter).values.reduce(0, +)
        if result.isEmpty, filter.subject != nil { throw Self.nothing(parameters) }
        return result
    }

    private func dryRun(_ filter: DeadLetterFilter, _ parameters: DeadParameters) async throws -> DeadChangeResult {
        var result = DeadChangeResult(dryRun: true)
        result.add(try await count(filter))
        if result.isEmpty, filter.subject != nil { throw Self.nothing(parameters) }
        return result
    }

    private func count(_ filter: DeadLetterFilter) async throws -> [DeadLetterKind: Int] {
        try await keepingDependencyErrors {
            try await storage.deadLetterCounts(filter).mapValues { $0.values.reduce(0, +) }
        }
    }

    private func deadTasks(_ filter: DeadLetterFilter, limit: Int) async throws -> [SyncTask] {
        try await keepingDependencyErrors { try await storage.deadTasks(filter, limit: limit) }
    }

    /// A sync like any other, for the same player, platform and year; the failed task stays in the history.
    ///
    /// False when Riot spells the name in a way that nobody can ask for.
    private func startAgain(_ task: SyncTask) async throws -> Bool {
        guard let player = try? RiotID(gameName: task.gameName, tagLine: task.tagLine) else { return false }
        let started = try await storage.startTask(
            player,
            platform: task.platform,
            year: task.year,
            recovery: task.recovery,
            isBackground: task.isBackground,
            at: EpochTime.now()
        )
        try await storage.closeDeadTask(task.id)
        guard !started.isDeduplicated, !started.task.state.isFinal else { return true }
        do {
            try await dispatch.enqueuePlayer(started.task)
        } catch {
            logger.warning("the task waits for Redis", metadata: ["task": "\(started.task.id)", "error": "\(error)"])
        }
        return true
    }

    /// The mirror in Redis; what cannot be removed there ends by itself.
    private func forget(_ kind: FetchKind, _ ids: [MatchID]) async {
        for (lane, ids) in Dictionary(grouping: ids, by: { $0.route.rawValue }) {
            do {
                try await queue.forgetLetters(lane: lane, kind: kind.rawValue, ids: ids.map { kind.job($0).id })
            } catch {
                logger.debug("dead letters stay in Redis", metadata: ["lane": "\(lane)", "error": "\(error)"])
            }
        }
    }

    private static func nothing(_ parameters: DeadParameters) -> JSONRPCError {
        .notFound("There is no dead letter \(parameters.kind ?? ""):\(parameters.subject ?? "").")
    }
}
