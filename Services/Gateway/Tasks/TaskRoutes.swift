import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Storage

/// One task: asked for as Celery's frontends do, asked for whole, and cancelled.
struct TaskRoutes: Sendable {
    /// Why a task was cancelled by whoever gave no reason.
    private static let usualReason = "It was cancelled over HTTP."

    let storage: Storage
    /// Cancels a task that is not over; throws ``Problem``.
    let cancel: @Sendable (TaskID, _ reason: String, GatewayContext) async throws -> Void

    func addRoutes(to routes: RouteTable) {
        routes.add("/api/summoners/task-status", [.get: { try await status($0, $1) }])
        routes.add("/api/v1/tasks/{id}", [.get: { try await task($0, $1) }, .delete: { try await cancel($0, $1) }])
    }

    /// Always 200 for a well-formed id, because Celery does not know which ids it once gave out.
    private func status(_ request: Request, _ context: GatewayContext) async throws -> Response {
        guard let text = request.uri.queryParameters["task_id"], !text.isEmpty else {
            throw Problem.badRequest("task_id is missing; ask with ?task_id= and the id that the start answered.")
        }
        guard let id = TaskID(String(text)) else {
            throw Problem.badRequest(
                "task_id is not an id; it has the form of a UUID, such as 01934f6e-7a3b-7c1d-8e2f-0123456789ab."
            )
        }
        let reading = try await Self.read(id, storage, context)
        let body = reading.map(TaskStatusBody.init) ?? TaskStatusBody(unknown: id)
        return EntityTag.conditional(
            try JSONBody.encode(body),
            for: request,
            headers: Self.pollingHeaders(reading?.task)
        )
    }

    private func task(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let reading = try await Self.required(storage, context)
        return EntityTag.conditional(
            try JSONBody.encode(TaskBody(reading)),
            for: request,
            headers: Self.pollingHeaders(reading.task)
        )
    }

    /// Answers the task as it is afterwards: cancelled, or as it has ended before.
    private func cancel(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let id = try Self.id(context)
        try await cancel(id, try Self.reason(request), context)
        return try JSONBody.response(TaskBody(try await Self.required(storage, context)))
    }

    private static func reason(_ request: Request) throws(Problem) -> String {
        let reason = request.uri.queryParameters["reason"].map { String($0.prefix(Storage.longestReason)) } ?? ""
        guard !reason.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .badRequest("reason holds a control character, such as a line break; write one line of text.")
        }
        return reason.isEmpty ? usualReason : reason
    }

    // MARK: The task of a path

    /// The id in the path.
    ///
    /// - Throws: ``Problem`` 404 when it is not one.
    static func id(_ context: GatewayContext) throws(Problem) -> TaskID {
        let text = context.parameters.get("id") ?? ""
        guard let id = TaskID(text) else { throw .notFound("There is no task \(text.prefix(64)).") }
        return id
    }

    /// The task whose id is in the path.
    ///
    /// - Throws: ``Problem``: 404 when there is none, 503 without PostgreSQL.
    static func required(_ storage: Storage, _ context: GatewayContext) async throws -> TaskStatus {
        let id = try id(context)
        guard let reading = try await read(id, storage, context) else {
            throw Problem.notFound("There is no task \((context.parameters.get("id") ?? "").prefix(64)).")
        }
        return reading
    }

    private static func read(
        _ id: TaskID,
        _ storage: Storage,
        _ context: GatewayContext
    ) async throws -> TaskStatus? {
        do {
            return try await storage.taskStatus(id)
        } catch let error as PostgresError {
            context.logger.warning("a task could not be read", metadata: ["error": "\(error)"])
            throw Problem.unavailable("The database does not answer at present; the task itself goes on.")
        }
    }

    /// How soon to ask again; a final state never changes.
    static func pollingHeaders(_ task: SyncTask?) -> HTTPFields {
        task?.state.isFinal == true ? [:] : [.retryAfter: "2"]
    }
}
