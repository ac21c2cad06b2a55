import FoundationEssentials
import ServiceRuntime
import Supervision

/// Speaks HTTP with the gateway of this machine.
struct GatewayClient: Sendable {
    /// The address under which people reach it.
    let address: String
    /// The port on which it listens.
    let port: Int
    private let endpoint: Endpoint

    init(_ settings: Settings) {
        self.init(host: settings.gatewayHost, port: settings.gatewayPort)
    }

    /// A listening address of `0.0.0.0` or `::` is reached through the loopback one.
    init(host: String, port: Int) {
        let reachable = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        self.port = port
        endpoint = .tcp(host: reachable, port: port)
        address = "http://\(endpoint)"
    }

    /// Whether it and what it depends on are ready.
    var readiness: Readiness { .http(endpoint, path: "/readyz") }

    /// What the gateway answered to a refused request.
    struct Problem: Decodable, Error {
        let detail: String?
    }

    /// Starts a sync, or finds the one that is active.
    func startSync(_ request: SyncOrder) async throws(CommandFailure) -> StartedSync {
        let answer = try await send(
            "POST /api/summoners/sync-data/",
            body: try encode(request),
            within: .seconds(30)
        )
        return try decode(StartedSync.self, answer, expecting: 202)
    }

    /// Asks Riot for a player; the year of the order is of no account.
    func lookUp(_ request: SyncOrder) async throws(CommandFailure) -> FoundPlayer {
        let answer = try await send(
            "POST /api/summoners/lookup/",
            body: try encode(request),
            within: .seconds(30)
        )
        return try decode(FoundPlayer.self, answer, expecting: 200)
    }

    private func encode(_ request: SyncOrder) throws(CommandFailure) -> [UInt8] {
        do { return Array(try JSONEncoder().encode(request)) } catch { throw CommandFailure(.internal, "\(error)") }
    }

    /// What the gateway says of a task.
    func status(of taskID: String) async throws(CommandFailure) -> SyncReport {
        let answer = try await send(
            "GET /api/summoners/task-status/?task_id=\(taskID)",
            body: nil,
            within: .seconds(10)
        )
        return try decode(SyncReport.self, answer, expecting: 200)
    }

    /// A page of the list of tasks.
    func tasks(_ query: TaskQuery) async throws(CommandFailure) -> TaskPage {
        let answer = try await send("GET /api/v1/tasks\(query.text)", body: nil, within: .seconds(10))
        return try decode(TaskPage.self, answer, expecting: 200)
    }

    /// Cancels a task and tells what it is afterwards.
    func cancel(_ taskID: String, reason: String?) async throws(CommandFailure) -> SyncReport {
        let query = reason.map { "?reason=\(TaskQuery.encoded($0))" } ?? ""
        let path = "/api/v1/tasks/\(TaskQuery.encoded(taskID))\(query)"
        let answer = try await send("DELETE \(path)", body: nil, within: .seconds(30))
        return try decode(SyncReport.self, answer, expecting: 200)
    }

    /// Starts the sync of a task once more, or finds the one that is active.
    func retry(_ taskID: String) async throws(CommandFailure) -> StartedSync {
        let path = "/api/v1/tasks/\(TaskQuery.encoded(taskID))/retry"
        let answer = try await send("POST \(path)", body: [], within: .seconds(30))
        return try decode(StartedSync.self, answer, expecting: 202)
    }

    /// The JSON at a path.
    func get(_ path: String) async throws(CommandFailure) -> [UInt8] {
        let answer = try await send("GET \(path)", body: nil, within: .seconds(10))
        try require(200, answer)
        return answer.body
    }

    private func send(
        _ request: String,
        body: [UInt8]?,
        within patience: Duration
    ) async throws(CommandFailure) -> HTTPAnswer {
        var bytes = Array("\(request) HTTP/1.1\r\nHost: \(endpoint)\r\nConnection: close\r\n".utf8)
        if let body { bytes += Array("Content-Type: application/json\r\nContent-Length: \(body.count)\r\n".utf8) }
        bytes += [13, 10] + (body ?? [])
        let answer: [UInt8]
        do throws(LocalExchange.Failure) {
            answer = try await LocalExchange.ask(endpoint, bytes, until: .now + patience, isComplete: nil)
        } catch {
            throw CommandFailure(.unavailable, "The gateway at \(address) does not answer: \(error).")
        }
        guard let answer = HTTPAnswer(parsing: answer) else {
            throw CommandFailure(.unavailable, "What answers at \(address) does not speak HTTP, or broke off.")
        }
        return answer
    }

    private func decode<Body: Decodable>(
        _ type: Body.Type,
        _ answer: HTTPAnswer,
        expecting status: Int
    ) throws(CommandFailure) -> Body {
        try require(status, answer)
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body))
        } catch {
            throw CommandFailure(.internal, "The gateway's answer cannot be understood: \(error)")
        }
    }

    private func require(_ status: Int, _ answer: HTTPAnswer) throws(CommandFailure) {
        guard answer.status != status else { return }
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body))
        let reason = problem?.detail ?? String(decoding: answer.body.prefix(300), as: UTF8.self)
        throw CommandFailure(
            answer.status < 500 ? .usage : .unavailable,
            "The gateway answers \(answer.status): \(reason)"
        )
    }
}
