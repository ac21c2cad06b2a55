import FoundationEssentials
import Supervision

/// Frontends: several at a time ask for players' years and look at the tasks until they end.
actor SyncLoad {
    /// Syncs under way at a time.
    private static let width = 6
    /// How long a task may take, faults included.
    private static let patience = Duration.seconds(900)

    struct Outcome: Sendable {
        let player: Int
        let task: String
        let status: TaskAnswer
    }

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
    }

    private struct Started: Decodable {
        let taskID: String
        enum CodingKeys: String, CodingKey { case taskID = "task_id" }
    }

    let world: FaultWorld
    let gatewayPort: Int
    private(set) var outcomes: [Outcome] = []
    private(set) var stuck: [String] = []
    /// Answers whose progress was lower than one before.
    private(set) var fallen = 0
    private var next = 0

    init(world: FaultWorld, gatewayPort: Int) {
        self.world = world
        self.gatewayPort = gatewayPort
    }

    /// Starts syncs until `end`, and returns when the last has ended.
    func run(until end: ContinuousClock.Instant) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<Self.width {
                group.addTask { while .now < end { try await self.sync() } }
            }
        }
    }

    private func sync() async throws {
        let player = next % world.players
        next += 1
        let parts = world.name(player).split(separator: "#")
        let body =
            #"{"game_name":"\#(parts[0])","tag_line":"\#(parts[1])","platform":"\#(world.platform(player))","#
            + #""year":\#(FaultWorld.year)}"#
        let deadline = ContinuousClock.now + Self.patience
        var task: String?
        var highest = 0
        while .now < deadline {
            if let known = task {
                let answer = try? await ask("GET", "/api/summoners/task-status/?task_id=\(known)", as: TaskAnswer.self)
                if let answer {
                    if let progress = answer.progress {
                        if progress < highest { fallen += 1 }
                        highest = max(highest, progress)
                    }
                    if ["SUCCESS", "FAILURE", "REVOKED"].contains(answer.status) {
                        outcomes.append(Outcome(player: player, task: known, status: answer))
                        return
                    }
                }
            } else {
                task = try? await ask("POST", "/api/summoners/sync-data/", body, as: Started.self).taskID
            }
            try await Task.sleep(for: .milliseconds(200))  // a frontend looks now and then
        }
        stuck.append(task ?? "never started: \(world.name(player))")
    }

    private nonisolated func ask<Answer: Decodable>(
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
