import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Storage

/// The two ways to ask for a task: as Celery's frontends do, and whole.
struct TaskRoutes: Sendable {
    let storage: Storage

    func addRoutes(to routes: RouteTable) {
        routes.add("/api/summoners/task-status", [.get: { try await status($0, $1) }])
        routes.add("/api/v1/tasks/{id}", [.get: { try await task($0, $1) }])
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
        let reading = try await read(id, context)
        let body = reading.map(TaskStatusBody.init) ?? TaskStatusBody(unknown: id)
        return EntityTag.conditional(
            try JSONBody.encode(body),
            for: request,
            headers: Self.pollingHeaders(reading?.task)
        )
    }

    private func task(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let text = context.parameters.get("id") ?? ""
        guard let id = TaskID(text), let reading = try await read(id, context) else {
            throw Problem.notFound("There is no task \(text.prefix(64)).")
        }
        return EntityTag.conditional(
            try JSONBody.encode(TaskBody(reading)),
            for: request,
            headers: Self.pollingHeaders(reading.task)
        )
    }

    private func read(_ id: TaskID, _ context: GatewayContext) async throws -> TaskStatus? {
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
