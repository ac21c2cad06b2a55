import Foundation
import HTTPTypes
import JSONRPC
import Logging
import Reactor
import RiotModels
import Storage
import TestSupport
import Testing

@testable import ServiceRuntime
@testable import gateway

/// The gateway over a real socket, with a real database and a real JSON-RPC socket in the orchestrator's place.
@Suite(.timeLimit(.minutes(2))) struct GatewayTests {
    private func withGateway(
        orchestrator: (@Sendable (Storage) -> MethodTable)? = { RunningGateway.startingOrchestrator($0) },
        _ body: @Sendable (RunningGateway) async throws -> Void
    ) async throws {
        try await withTestDatabase { url in
            try await RunningGateway.with(databaseURL: url, orchestrator: orchestrator) { gateway in
                try await gateway.storage.migrate()
                try await body(gateway)
            }
        }
    }

    private static let player = #"{"game_name": "Jane Doe", "tag_line": "NA1", "platform": "oc1", "year": 2024}"#

    @Test func aStartIsAnsweredAsTheContractSays() async throws {
        try await withGateway { gateway in
            let answer = try await RawHTTP.post("/api/summoners/sync-data/", port: gateway.port, json: Self.player)
            #expect(answer.status == 202)
            let id = try #require(answer.json["task_id"] as? String)
            #expect(answer.headers["location"] == "/api/v1/tasks/\(id)")
            #expect(answer.headers["retry-after"] == "2")
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(
                answer.body
                    == #"{"deduplicated":false,"events_url":"/api/v1/tasks/\#(id)/events","#
                    + #""message":"Data sync started for Jane Doe#NA1","platform":"oc1","routing":"sea","#
                    + #""status":"started","status_url":"/api/summoners/task-status/?task_id=\#(id)","#
                    + #""task_id":"\#(id)","year":2024}"#
            )
            // The same player in another spelling, without the last slash: the same task.
            let again = try await RawHTTP.post(
                "/api/summoners/sync-data",
                port: gateway.port,
                json: #"{"game_name": "janedoe", "tag_line": "na1", "platform": "OC1", "year": 2024}"#
            )
            #expect(again.status == 202)
            #expect(again.json["task_id"] as? String == id)
            #expect(again.json["deduplicated"] as? Bool == true)
            #expect(again.json["message"] as? String == "Data sync started for janedoe#na1")
        }
    }

    @Test func statusAndTaskComeFromTheDatabase() async throws {
        try await withGateway { gateway in
            let player = try RiotID(gameName: "Jane Doe", tagLine: "NA1")
            let task = try await gateway.storage.startTask(
                player,
                platform: .na1,
                year: 2025,
                recovery: false,
                at: EpochTime.now()
            ).task
            for target in ["/api/summoners/task-status/?task_id=", "/api/summoners/task-status?x=1&task_id="] {
                let answer = try await RawHTTP.send("GET", target + task.id.text, port: gateway.port)
                #expect(answer.status == 200)
                #expect(answer.json["status"] as? String == "PENDING")
                #expect(answer.json["known"] as? Bool == true)
                #expect(answer.headers["retry-after"] == "2")
                let tag = try #require(answer.headers["etag"])
                let cached = try await RawHTTP.send(
                    "GET",
                    target + task.id.text,
                    port: gateway.port,
                    headers: ["If-None-Match: \(tag)"]
                )
                #expect(cached.status == 304)
                #expect(cached.body.isEmpty)
                #expect(cached.headers["etag"] == tag)
            }
            let whole = try await RawHTTP.send("GET", "/api/v1/tasks/\(task.id.text)", port: gateway.port)
            #expect(whole.status == 200)
            #expect(whole.json["game_name"] as? String == "Jane Doe")
            #expect(whole.json["routing"] as? String == "americas")
            #expect(whole.json["state"] as? String == "PENDING")
            #expect(whole.json["task_id"] as? String == task.id.text)
            #expect(whole.json["queued_at"] as? String == EpochTime.iso8601(task.queuedAt))
        }
    }

    @Test func idsThatNobodyKnows() async throws {
        try await withGateway { gateway in
            let id = "01934f6e-7a3b-7c1d-8e2f-0123456789ab"
            let status = try await RawHTTP.send("GET", "/api/summoners/task-status/?task_id=\(id)", port: gateway.port)
            #expect(status.status == 200)
            #expect(status.body == #"{"known":false,"status":"PENDING","task_id":"\#(id)"}"#)
            for query in ["", "?task_id=", "?task_id=17", "?task_id=%00", "?task=\(id)"] {
                let bad = try await RawHTTP.send("GET", "/api/summoners/task-status/\(query)", port: gateway.port)
                #expect(bad.status == 400)
                #expect(bad.headers["content-type"] == "application/problem+json")
            }
            for path in [id, "17"] {
                let task = try await RawHTTP.send("GET", "/api/v1/tasks/\(path)/", port: gateway.port)
                #expect(task.status == 404)
                #expect(task.body == #"{"detail":"There is no task \#(path).","status":404,"title":"Not Found"}"#)
            }
        }
    }

    @Test func whatTheOrchestratorRefusesOrCannotDo() async throws {
        try await withGateway { gateway in
            let refused = try await RawHTTP.post(
                "/api/summoners/sync-data/",
                port: gateway.port,
                json: #"{"game_name": "Refused", "tag_line": "x"}"#
            )
            #expect(refused.status == 400)
            #expect(refused.json["detail"] as? String == "the name is refused")
            let down = try await RawHTTP.post(
                "/api/summoners/sync-data/",
                port: gateway.port,
                json: #"{"game_name": "Down", "tag_line": "x"}"#
            )
            #expect(down.status == 503)
            #expect(down.headers["retry-after"] == "5")
            #expect(
                down.json["detail"] as? String == "The database does not answer at present; nothing was started."
            )
        }
    }

    @Test func bodiesThatAreRefused() async throws {
        try await withGateway { gateway in
            let target = "/api/summoners/sync-data/"
            let form = try await RawHTTP.send(
                "POST",
                target,
                port: gateway.port,
                headers: ["Content-Type: application/x-www-form-urlencoded"],
                body: "game_name=A"
            )
            #expect(form.status == 415)
            let large = try await RawHTTP.post(target, port: gateway.port, json: String(repeating: " ", count: 16_385))
            #expect(large.status == 413)
            let chunks = String(repeating: "1000\r\n\(String(repeating: " ", count: 4_096))\r\n", count: 5)
            let chunked = try RawAnswer(
                try await RawHTTP.exchange(
                    "POST \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n",
                    port: gateway.port
                )
            )
            #expect(chunked.status == 413)
            let empty = try await RawHTTP.send("POST", target, port: gateway.port)
            #expect(empty.status == 400)
            let fits = try await RawHTTP.post(
                target,
                port: gateway.port,
                json: Self.player + String(repeating: " ", count: 16_384 - Self.player.utf8.count)
            )
            #expect(fits.status == 202)
            for answer in [form, large, chunked, empty] {
                #expect(answer.headers["content-type"] == "application/problem+json")
                #expect(answer.headers["x-request-id"]?.count == 32)
            }
        }
    }

    @Test func pathsMethodsAndRequestIDs() async throws {
        try await withGateway { gateway in
            let missing = try await RawHTTP.send(
                "GET",
                "/api/nowhere",
                port: gateway.port,
                headers: ["X-Request-ID: my-id.7"]
            )
            #expect(missing.status == 404)
            #expect(missing.headers["x-request-id"] == "my-id.7")
            #expect(
                missing.body == #"{"detail":"There is nothing at /api/nowhere.","status":404,"title":"Not Found"}"#
            )
            let wrong = try await RawHTTP.send("GET", "/api/summoners/sync-data/", port: gateway.port)
            #expect(wrong.status == 405)
            #expect(wrong.headers["allow"] == "POST")
            #expect(wrong.headers["content-type"] == "application/problem+json")
            let head = try await RawHTTP.send("HEAD", "/livez", port: gateway.port)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            let about = try await RawHTTP.send("GET", "/api/v1/about", port: gateway.port)
            #expect((about.json["notice"] as? String)?.contains("isn't endorsed by Riot Games") == true)
            let nonsense = try RawAnswer(try await RawHTTP.exchange("what is this\r\n\r\n", port: gateway.port))
            #expect(nonsense.status == 400)
        }
    }

    @Test func readinessGivesTheReasonPerDependency() async throws {
        try await withGateway { gateway in
            let ready = try await RawHTTP.send("GET", "/readyz", port: gateway.port)
            #expect(ready.status == 200)
            #expect(ready.json["status"] as? String == "ready")
            let names = (ready.json["checks"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
            #expect(names == ["postgres", "schema", "orchestrator"])
            gateway.context.drain()
            let draining = try await RawHTTP.send("GET", "/healthz", port: gateway.port)
            #expect(draining.status == 503)
            #expect(draining.json["status"] as? String == "draining")
        }
    }

    @Test func withoutPostgresNorOrchestratorItSaysSo() async throws {
        try await RunningGateway.with(databaseURL: "postgresql://nobody@/none?host=/tmp/no-such-directory") { gateway in
            let live = try await RawHTTP.send("GET", "/livez", port: gateway.port)
            #expect(live.status == 200)
            let ready = try await RawHTTP.send("GET", "/readyz", port: gateway.port)
            #expect(ready.status == 503)
            let checks = try #require(ready.json["checks"] as? [[String: Any]])
            #expect(checks.allSatisfy { $0["ok"] as? Bool == false && ($0["detail"] as? String)?.isEmpty == false })
            let status = try await RawHTTP.send(
                "GET",
                "/api/summoners/task-status/?task_id=01934f6e-7a3b-7c1d-8e2f-0123456789ab",
                port: gateway.port
            )
            #expect(status.status == 503)
            #expect(status.headers["retry-after"] == "5")
            #expect(!status.body.contains("/tmp"))
        }
    }

    @Test func metricsMergeTheServicesOfThisHost() async throws {
        try await withGateway { gateway in
            _ = try await RawHTTP.send("GET", "/livez", port: gateway.port)
            let dead = gateway.context.socketPath(of: "match-worker")
            #expect(FileManager.default.createFile(atPath: dead, contents: nil))
            let page = try await RawHTTP.send("GET", "/metrics", port: gateway.port)
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            for line in [
                "jobs_total{service=\"orchestrator\",instance=\"orchestrator\"} 3",
                "http_requests_in_flight{service=\"gateway\",instance=\"gateway\"} 1",
                "service_up{instance=\"gateway\"} 1", "service_up{instance=\"orchestrator\"} 1",
                "service_up{instance=\"match-worker\"} 0",
            ] {
                #expect(page.body.contains(line + "\n"), "\(line)")
            }
        }
    }

    @Test func aFloodOfQuestionsForFiguresCostsAServiceOneAnswerASecond() async throws {
        let directory = "/tmp/rg-\(UUID().uuidString.prefix(8))"
        try RuntimeDirectory.prepare(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let asked = Lock(0)
        var table = MethodTable(service: "beat", version: "test")
        table.add("service.metrics", summary: "Figures.", parameters: []) { (_: NoParameters, _) in
            asked.withLock { $0 += 1 }
            return JSONText(trusted: Array(#"{"service":"beat","instance":"beat","metrics":{"families":[]}}"#.utf8))
        }
        let server = JSONRPCServer(
            socketPath: "\(directory)/beat.sock",
            dispatcher: JSONRPCDispatcher(table, logger: RunningGateway.logger),
            logger: RunningGateway.logger
        )
        let running = Task { try await server.run() }
        try await server.listening()
        let elapsed = Lock(Duration.zero)
        let start = ContinuousClock.now
        let peers = ServicePeers(directory: directory, ownSocket: "", logger: RunningGateway.logger) {
            start + elapsed.withLock { $0 }
        }
        let answers = await withTaskGroup(of: [ServicePeers.Answer].self) { group in
            for _ in 0..<100 { group.addTask { await peers.metrics() } }
            return await group.reduce(into: [[ServicePeers.Answer]]()) { $0.append($1) }
        }
        #expect(answers.count == 100 && answers.allSatisfy { $0.map(\.instance) == ["beat"] && $0[0].metrics != nil })
        #expect(asked.withLock { $0 } == 1)
        elapsed.withLock { $0 = ServicePeers.freshness }
        _ = await peers.metrics()
        #expect(asked.withLock { $0 } == 2)
        running.cancel()
        _ = try? await running.value
    }

    @Test func aStartWaitsForAnOrchestratorThatRestarts() async throws {
        try await withGateway(orchestrator: nil) { gateway in
            async let answer = RawHTTP.post("/api/summoners/sync-data/", port: gateway.port, json: Self.player)
            // The request is under way before anybody listens.
            while await inFlight(gateway) < 1 { await Task.yield() }
            let server = JSONRPCServer(
                socketPath: gateway.context.socketPath(of: "orchestrator"),
                dispatcher: JSONRPCDispatcher(
                    RunningGateway.startingOrchestrator(gateway.storage),
                    logger: RunningGateway.logger
                ),
                logger: RunningGateway.logger
            )
            let running = Task { try await server.run() }
            let started = try await answer
            #expect(started.status == 202)
            running.cancel()
            _ = try? await running.value
        }
    }

    @Test func anOrchestratorThatStaysAwayIs503() async throws {
        let client = OrchestratorClient(
            socketPath: "/tmp/rg-nobody.sock",
            logger: RunningGateway.logger,
            patience: .milliseconds(20)
        )
        let request = try SyncRequest(body: Array(Self.player.utf8), defaultYear: 2025, years: 2010...2026)
        let problem = await #expect(throws: Problem.self) {
            try await client.start(request, trace: "t", logger: RunningGateway.logger)
        }
        #expect(problem?.status == .serviceUnavailable)
        #expect(problem?.retryAfterSeconds == 5)
        await client.close()
    }

    @Test func connectionsBeyondTheLimitWaitTheirTurn() async throws {
        try await withGateway { gateway in
            var idle: [Int32] = []
            defer { for descriptor in idle { close(descriptor) } }
            for _ in 0..<GatewayLimits.maximumConnections {
                idle.append(try LoopbackSocket.connected(to: gateway.port))
            }
            while await stats(gateway).connections < Int64(GatewayLimits.maximumConnections) { await Task.yield() }
            async let late = RawHTTP.send("GET", "/livez", port: gateway.port)
            // Its connection is in the kernel's queue: the server has no more than its limit.
            #expect(await stats(gateway).connections == Int64(GatewayLimits.maximumConnections))
            close(idle.removeLast())
            let answer = try await late
            #expect(answer.status == 200)
        }
    }

    private func stats(_ gateway: RunningGateway) async -> HTTPStatistics.Figures {
        let client = JSONRPCClient(socketPath: gateway.context.socketPath, logger: RunningGateway.logger)
        let figures = try? await client.call("http.stats", returning: HTTPStatistics.Figures.self)
        await client.close()
        return figures ?? HTTPStatistics.Figures()
    }

    private func inFlight(_ gateway: RunningGateway) async -> Int64 { await stats(gateway).inFlight }
}
