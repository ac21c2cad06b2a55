import JSONRPC
import RiotModels
import Storage
import SyncJobs

/// Parameters of `sync.cancel`.
struct CancelParameters: Codable, Sendable {
    let taskID: TaskID
    let reason: String?

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case reason
    }
}

/// Parameters of `sync.list`.
struct ListParameters: Codable, Sendable {
    let state: String?
    let player: String?
    let limit: Int?
    let cursor: String?
}

/// Answer of `sync.list`.
struct ListResult: Codable, Sendable {
    let tasks: [StatusResult]
    /// Sent back as `cursor` it gets the next page; absent on the last one.
    let next: String?
}

/// Parameters of `sync.watch`.
struct WatchParameters: Codable, Sendable {
    let taskID: TaskID
    let subscription: String?

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case subscription
    }
}

/// Parameters of the notification `sync.progress`.
struct ProgressNotification: Codable, Sendable {
    static let method = "sync.progress"

    let subscription: String
    /// Counts up from 1 within one call.
    let seq: Int
    /// Nothing follows.
    let done: Bool
    let task: StatusResult
}

/// The methods by which tasks are cancelled, listed and watched.
struct TaskMethods: Sendable {
    /// How long a call of `sync.watch` lasts at most; whoever wants more calls again.
    static let longestWatch = Duration.seconds(600)
    /// So long before its caller's deadline a watch is answered.
    static let margin = Duration.milliseconds(500)

    let storage: Storage
    let cancellation: TaskCancellation
    let watches: TaskWatches

    func add(to table: inout MethodTable) {
        let task = ParameterDescription("task_id", type: .string, summary: "The task.")
        table.add(
            "sync.cancel",
            summary: "Cancels a task: what is stored stays, what is queued or runs only for it ends.",
            parameters: [
                task, ParameterDescription("reason", type: .string, required: false, summary: "Why, for people."),
            ],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: CancelParameters, _) in try await cancel(parameters) }
        table.add(
            "sync.list",
            summary: "Tasks with their counts, newest first.",
            parameters: [
                ParameterDescription(
                    "state",
                    type: .string,
                    required: false,
                    summary: "Only these states, such as PROGRESS,RETRY."
                ),
                ParameterDescription("player", type: .string, required: false, summary: "Only of this Riot ID."),
                ParameterDescription("limit", type: .integer, required: false, summary: "1 to 100; 20 if absent."),
                ParameterDescription("cursor", type: .string, required: false, summary: "`next` of the page before."),
            ],
            errors: [.dependencyDown]
        ) { (parameters: ListParameters, _) in try await list(parameters) }
        table.add(
            "sync.watch",
            summary: "Tells of a task by notifications sync.progress, at most four a second, and answers when it has "
                + "ended, before the caller's deadline, or after ten minutes.",
            parameters: [
                task,
                ParameterDescription(
                    "subscription",
                    type: .string,
                    required: false,
                    summary: "A word of the caller's that the notifications carry; the task's id if absent."
                ),
            ],
            errors: [.notFound, .overloaded, .dependencyDown]
        ) { (parameters: WatchParameters, context) in try await watch(parameters, context) }
    }

    func cancel(_ parameters: CancelParameters) async throws -> StatusResult {
        try await keepingDependencyErrors {
            guard try await cancellation.cancel(parameters.taskID, reason: parameters.reason),
                let status = try await storage.taskStatus(parameters.taskID)
            else { throw JSONRPCError.notFound("there is no task \(parameters.taskID)") }
            return StatusResult(status)
        }
    }

    func list(_ parameters: ListParameters) async throws -> ListResult {
        let limit = parameters.limit ?? 20
        guard (1...TaskFilter.longestPage).contains(limit) else {
            throw JSONRPCError.invalidParameters("limit: 1 to \(TaskFilter.longestPage), not \(limit)")
        }
        var filter = TaskFilter()
        do {
            filter = try TaskFilter(states: parameters.state, player: parameters.player)
        } catch {
            throw JSONRPCError.invalidParameters("\(error.parameter): \(error.message)")
        }
        var cursor: TaskCursor?
        if let text = parameters.cursor {
            cursor = TaskCursor(text)
            guard cursor != nil else { throw JSONRPCError.invalidParameters("cursor: this is not one") }
        }
        return try await keepingDependencyErrors { [filter, cursor] in
            let page = try await storage.tasks(filter, limit: limit, after: cursor)
            return ListResult(tasks: page.tasks.map(StatusResult.init), next: page.next?.text)
        }
    }

    /// Tells of a task until it has ended; cancelled when the caller's connection ends.
    func watch(_ parameters: WatchParameters, _ context: CallContext) async throws -> StatusResult {
        guard context.isFromSocket else { throw JSONRPCError(.invalidRequest, "Notifications need a connection.") }
        guard var last = try await status(parameters.taskID) else {
            throw JSONRPCError.notFound("there is no task \(parameters.taskID)")
        }
        let statuses = try watches.statuses(of: parameters.taskID)
        let end = context.deadline.map { $0 - Self.margin } ?? .now + Self.longestWatch
        return try await withThrowingTaskGroup(of: StatusResult?.self) { group in
            group.addTask {
                try await Task.sleep(until: end, clock: .continuous)
                return nil
            }
            group.addTask { [last] in
                var (last, seq) = (last, 0)
                for await status in statuses {
                    last = status
                    seq += 1
                    let progress = ProgressNotification(
                        subscription: parameters.subscription ?? parameters.taskID.text,
                        seq: seq,
                        done: status.isFinal,
                        task: status
                    )
                    guard try context.notify(ProgressNotification.method, progress), !status.isFinal else { break }
                }
                return last
            }
            defer { group.cancelAll() }
            if let told = try await group.next() ?? nil {
                try Task.checkCancellation()
                // The task goes on, so it is this orchestrator that ends: the caller's client asks the next one.
                guard told.isFinal else { throw JSONRPCError.shuttingDown }
                return told
            }
            last = try await status(parameters.taskID) ?? last
            return last
        }
    }

    private func status(_ id: TaskID) async throws -> StatusResult? {
        try await keepingDependencyErrors { try await storage.taskStatus(id).map(StatusResult.init) }
    }
}
