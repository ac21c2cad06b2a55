import FoundationEssentials
import Supervision

/// What a frontend does: it starts syncs and looks how far they are, with a connection for each request.
struct Frontend: Sendable {
    /// What the status endpoint says of a task.
    struct TaskAnswer: Decodable, Sendable {
        let status: String
        let progress: Int?
        let total: Int?
        let processed: Int?
        let existing: Int?
        let new: Int?
        let unavailable: Int?
        let failed: [String]?
        let outsideYear: Int?
        let notHis: Int?
        let error: String?

        enum CodingKeys: String, CodingKey {
            case status, progress, error
            case total = "total_matches"
            case processed = "processed_matches"
            case existing = "existing_matches"
            case new = "new_matches"
            case unavailable = "unavailable_matches"
            case failed = "failed_matches"
            case outsideYear = "outside_year"
            case notHis = "not_his"
        }

        var isFinal: Bool { ["SUCCESS", "FAILURE", "REVOKED"].contains(status) }
    }

    private struct Started: Decodable {
        let taskID: String
        enum CodingKeys: String, CodingKey { case taskID = "task_id" }
    }

    let world: FaultWorld
    let gatewayPort: Int

    /// Starts a sync of a player's year; its task.
    func start(_ player: Int) async throws -> String {
        let parts = world.name(player).split(separator: "#")
        let body =
            #"{"game_name":"\#(parts[0])","tag_line":"\#(parts[1])","platform":"\#(world.platform(player))","#
            + #""year":\#(FaultWorld.year)}"#
        return try await ask("POST", "/api/summoners/sync-data/", body, as: Started.self).taskID
    }

    /// What the gateway says of a task.
    func status(of task: String) async throws -> TaskAnswer {
        try await ask("GET", "/api/summoners/task-status/?task_id=\(task)", as: TaskAnswer.self)
    }

    private func ask<Answer: Decodable>(
        _ method: String,
        _ path: String,
        _ body: String = "",
        as type: Answer.Type
    ) async throws -> Answer {
        let request =
            "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let bytes = try await LocalExchange.ask(
            .tcp(host: "127.0.0.1", port: gatewayPort),
            Array(request.utf8),
            until: .now + .seconds(30),
            isComplete: nil
        )
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 20"), let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}")
        else { throw FaultFailure("no answer to \(method) \(path)") }
        return try JSONDecoder().decode(type, from: Data(text[start...end].utf8))
    }
}
