import Foundation
import JSONRPC
import RiotModels
import Storage
import TestSupport
import Testing

@testable import ServiceRuntime
@testable import gateway

@Suite(.timeLimit(.minutes(2))) struct TaskRouteTests {
    private func withGateway(
        hasOrchestrator: Bool = true,
        _ body: @Sendable (RunningGateway) async throws -> Void
    ) async throws {
        let orchestrator: (@Sendable (Storage) -> MethodTable)? =
            hasOrchestrator ? { @Sendable storage in RunningGateway.startingOrchestrator(storage) } : nil
        try await withTestDatabase { url in
            try await RunningGateway.with(databaseURL: url, orchestrator: orchestrator) { gateway in
                try await gateway.storage.migrate()
                try await body(gateway)
            }
        }
    }

    private func get(_ target: String, _ gateway: RunningGateway) async throws -> RawAnswer {
        try await RawHTTP.send("GET", target, port: gateway.port)
    }

    private func ids(_ answer: RawAnswer) -> [String] {
        (answer.json["tasks"] as? [[String: Any]] ?? []).compactMap { $0["task_id"] as? String }
    }

    @Test func theListIsTurnedPageByPageWithItsLinks() async throws {
        try await withGateway { gateway in
            var made: [String] = []
            for number in 0..<5 { made.append(try await gateway.startTask("Pläyer \(number)").text) }
            var target: String? = "/api/v1/tasks?limit=2&state=pending"
            var seen: [String] = []
            while let next = target {
                let page = try await get(next, gateway)
                #expect(page.status == 200)
                seen += ids(page)
                target = page.headers["link"].flatMap { link in
                    #expect(link.hasSuffix(#">; rel="next""#))
                    return link.split(separator: ">").first.map { String($0.dropFirst()) }
                }
                #expect((target == nil) == (page.json["next_cursor"] == nil))
            }
            #expect(seen == made.reversed())

            let one = try await get("/api/v1/tasks/?player=pl%C3%A4yer%203%23na1&limit=1", gateway)
            #expect(ids(one) == [made[3]] && one.headers["link"] == nil)
            #expect(ids(try await get("/api/v1/tasks?state=SUCCESS,FAILURE", gateway)) == [])
        }
    }

    @Test func theNameOfAPlayerComesThroughTheLink() async throws {
        let cursor = try #require(TaskCursor("1.01934f6e-7a3b-7c1d-8e2f-0123456789ab"))
        let filter = try TaskFilter(states: "retry,PENDING", player: "Ä &b#N=1")
        #expect(
            TaskListRoutes.target(filter, 5, cursor)
                == "/api/v1/tasks?state=PENDING,RETRY&player=%C3%84%20%26b%23N%3D1&limit=5&cursor=\(cursor.text)"
        )
    }

    @Test(arguments: [
        "state=DONE", "player=Name", "limit=0", "limit=101", "limit=x", "cursor=x", "limit=", "player=",
    ])
    func whatCannotBeListedIsRefused(query: String) async throws {
        try await withGateway(hasOrchestrator: false) { gateway in
            let answer = try await get("/api/v1/tasks?\(query)", gateway)
            #expect(answer.status == 400)
            let name = try #require(query.split(separator: "=").first)
            #expect((answer.json["detail"] as? String)?.hasPrefix("\(name): ") == true, "\(answer.body)")
        }
    }

    @Test func cancellingAnswersTheTaskAndCanBeRepeated() async throws {
        try await withGateway { gateway in
            let id = try await gateway.startTask("Some One")
            let target = "/api/v1/tasks/\(id)"
            let first = try await RawHTTP.send("DELETE", "\(target)?reason=a%20mistake", port: gateway.port)
            #expect(first.status == 200)
            #expect(first.json["state"] as? String == "REVOKED" && first.json["reason"] as? String == "a mistake")
            let second = try await RawHTTP.send("DELETE", "\(target)/", port: gateway.port)
            #expect(second.status == 200 && second.json["reason"] as? String == "a mistake")
            let status = try await get("/api/summoners/task-status/?task_id=\(id)", gateway)
            #expect(Set(status.json.keys) == ["task_id", "status", "revoked_at", "reason"])
            #expect(status.headers["retry-after"] == nil)

            let unnamed = try await gateway.startTask("Other One")
            let answer = try await RawHTTP.send("DELETE", "/api/v1/tasks/\(unnamed)", port: gateway.port)
            #expect((answer.json["reason"] as? String)?.isEmpty == false)
            for unknown in ["01934f6e-7a3b-7c1d-8e2f-0123456789ab", "17"] {
                let answer = try await RawHTTP.send("DELETE", "/api/v1/tasks/\(unknown)", port: gateway.port)
                #expect(answer.status == 404 && answer.json["detail"] as? String == "There is no task \(unknown).")
            }
        }
    }

    @Test(arguments: ["a%00b", "two%0Alines", "%7F"])
    func aReasonWithAControlCharacterIsRefusedAndTheTaskGoesOn(reason: String) async throws {
        try await withGateway { gateway in
            let id = try await gateway.startTask("Some One")
            let answer = try await RawHTTP.send("DELETE", "/api/v1/tasks/\(id)?reason=\(reason)", port: gateway.port)
            #expect(answer.status == 400)
            #expect((answer.json["detail"] as? String)?.hasPrefix("reason holds a control character") == true)
            #expect(try await gateway.storage.task(id)?.state == .pending)
        }
    }

    @Test func withoutAnOrchestratorATaskGoesOnAndSaysSo() async throws {
        try await withGateway(hasOrchestrator: false) { gateway in
            let id = try await gateway.startTask("Some One")
            let answer = try await RawHTTP.send("DELETE", "/api/v1/tasks/\(id)", port: gateway.port)
            #expect(answer.status == 503 && answer.headers["retry-after"] != nil)
            #expect(try await gateway.storage.task(id)?.state == .pending)
        }
    }

    @Test func aRecoveryIsAStartThatSaysSo() async throws {
        try await withGateway { gateway in
            let json = #"{"game_name": "Jane Doe", "tag_line": "NA1", "year": 2024}"#
            let answer = try await RawHTTP.post("/api/summoners/recover-data/", port: gateway.port, json: json)
            #expect(answer.status == 202 && answer.json["recovery_mode"] as? Bool == true)
            let id = try #require((answer.json["task_id"] as? String).flatMap { TaskID($0) })
            #expect(try await gateway.storage.task(id)?.recovery == true)
            let plain = try await RawHTTP.post("/api/summoners/sync-data/", port: gateway.port, json: json)
            #expect(plain.json["task_id"] as? String == id.text && plain.json["recovery_mode"] == nil)
            let bad = try await RawHTTP.post("/api/summoners/recover-data/", port: gateway.port, json: "{}")
            #expect(bad.status == 400 && (bad.json["errors"] as? [Any])?.count == 2)
        }
    }

    @Test func aTaskIsRetriedAsARecoveryOfItsPlayerAndYear() async throws {
        try await withGateway { gateway in
            let id = try await gateway.startTask("Some One")
            let active = try await RawHTTP.send("POST", "/api/v1/tasks/\(id)/retry", port: gateway.port)
            #expect(active.status == 202 && active.json["deduplicated"] as? Bool == true)
            _ = try await gateway.storage.cancelTask(id, reason: nil)
            let answer = try await RawHTTP.send("POST", "/api/v1/tasks/\(id)/retry/", port: gateway.port)
            #expect(answer.status == 202 && answer.json["recovery_mode"] as? Bool == true)
            let again = try #require((answer.json["task_id"] as? String).flatMap { TaskID($0) })
            #expect(answer.headers["location"] == "/api/v1/tasks/\(again)" && again != id)
            let task = try #require(try await gateway.storage.task(again))
            #expect(task.recovery && task.summonerName == "Some One#NA1" && task.year == 2025)
            let unknown = "/api/v1/tasks/01934f6e-7a3b-7c1d-8e2f-0123456789ab/retry"
            #expect(try await RawHTTP.send("POST", unknown, port: gateway.port).status == 404)
        }
    }
}
