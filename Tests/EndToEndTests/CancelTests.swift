import Foundation
import RiotSimulator
import Supervision
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct CancelTests {
    private static func world(
        _ matches: Int,
        latency: String = "200-400",
        limits: [String] = SimulatorHandle.wide
    ) -> [String] {
        [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches), "--latency",
            latency,
        ] + limits
    }

    private func cancel(_ id: String, _ system: TestSystem) async throws -> HTTPAnswer {
        try await system.http("DELETE", "/api/v1/tasks/\(id)?reason=enough", headers: [:])
    }

    /// Jobs that wait, run or are delayed, of all lanes and kinds.
    private func jobs(_ system: TestSystem) async throws -> Int {
        let entries = try await system.rpc("orchestrator", "queue.stats")["result"] as? [[String: Any]] ?? []
        #expect(!entries.isEmpty)
        return entries.flatMap { entry in ["waiting", "running", "delayed"].map { entry[$0] as? Int ?? 0 } }.reduce(
            0,
            +
        )
    }

    private func requests(_ riot: SimulatorHandle) async throws -> Int { try await riot.stats().requests }

    @Test func aCancelledTaskStopsItsQueuedAndRunningJobsAndKeepsWhatIsStored() async throws {
        try await SimulatorHandle.run(Self.world(400)) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                let before = try await system.wait(for: id) { $0.int("processed") ?? 0 >= 20 }
                let answer = try await cancel(id, system)
                #expect(answer.status == 200 && answer.string("state") == "REVOKED")
                #expect(await system.arrives { try await jobs(system) == 0 }, "jobs are left")
                let spent = try await requests(riot)
                let status = try await system.status(id)
                #expect(status.string("status") == "REVOKED" && status.string("reason") == "enough")
                #expect(status.string("revoked_at") != nil)
                #expect(try await cancel(id, system).string("state") == "REVOKED")
                let open = "SELECT count(*) AS n FROM sync_item WHERE match_state = 'open' OR timeline_state = 'open'"
                #expect(try await system.count(open) == 0)
                let held = try await system.count("SELECT count(*) AS n FROM match")
                #expect(held >= before.int("matches_stored") ?? .max && held < 400)
                #expect(spent < 700, "the rest was fetched all the same")

                // What is stored is not fetched again, and nothing of the first one is in the way.
                let again = try await system.startSync("Demo", "NA1")
                #expect(again != id)
                let end = try await system.waitForEnd(again)
                #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 400)
                #expect(end.int("existing_matches") ?? 0 >= held)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                let stats = try await riot.stats()
                #expect(stats.matches.repeated.count + stats.timelines.repeated.count <= 40, "only those under way")
            }
        }
    }

    @Test(arguments: [false, true])
    func whatIsCancelledWithoutRedisIsWithdrawnWhenItIsBack(isEmptied: Bool) async throws {
        try await withPrivateServers { servers in
            try await SimulatorHandle.run(Self.world(300)) { riot in
                try await TestSystem.run(riot: riot, settings: servers.settings) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("processed") ?? 0 >= 10 }
                    await servers.killRedis()
                    #expect(try await cancel(id, system).string("state") == "REVOKED")
                    // Nobody is left who remembers it but PostgreSQL.
                    await system.kill("orchestrator")
                    if isEmptied { try servers.emptyRedis() }
                    try await servers.startRedis()
                    try await system.start("orchestrator")
                    #expect(await system.arrives { try await jobs(system) == 0 }, "jobs are left")
                    #expect(try await requests(riot) < 500)
                    #expect(try await system.status(id).string("status") == "REVOKED")
                    let end = try await system.waitForEnd(try await system.startSync("Demo", "NA1"))
                    #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 300)
                }
            }
        }
    }

    @Test func aTaskThatWaitsOrFetchesItsListIsCancelledToo() async throws {
        try await SimulatorHandle.run(Self.world(100, latency: "4000-4000")) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                try await system.wait(for: id) { $0.string("status") == "STARTED" }
                #expect(try await cancel(id, system).string("state") == "REVOKED")
                // The heartbeat tells the orchestrator's own consumer, as it tells workers.
                #expect(await system.arrives { try await jobs(system) == 0 })
                #expect(try await system.count("SELECT count(*) AS n FROM sync_item") == 0)
                #expect(try await requests(riot) <= 3)
            }
        }
    }

    @Test func watchersAreToldUntilTheEndAlsoWhenServicesAreReplaced() async throws {
        // Long enough that all happens before the end.
        let limits = ["--app-limit", "30:1", "--method-limit", "match=30:1", "--method-limit", "timeline=30:1"]
        try await SimulatorHandle.run(Self.world(200, latency: "50-100", limits: limits)) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                let client = try await EventClient.open(port: system.gatewayPort, "/api/v1/tasks/\(id)/events")
                #expect(try await client.next()?.lines == ["retry: 3000"])
                var last = ""
                var percents: [Int] = []
                var end: EventClient.Block?
                while end == nil {
                    let event = try #require(try await client.nextEvent(), "the stream broke off")
                    let eventID = try #require(event.field("id"))
                    #expect(Int64(eventID) ?? 0 > Int64(last) ?? 0)
                    last = eventID
                    if event.field("event") == "end" { end = event }
                    guard let percent = event.json["progress"] as? Int else { continue }
                    percents.append(percent)
                    // The second one finds nobody to ask for a while.
                    if percents.count == 5 { #expect(await system.stop("orchestrator") == .exited(0)) }
                    if percents.count == 6 { try await system.start("orchestrator") }
                    if percents.count == 10 {
                        await system.kill("orchestrator")
                        try await system.start("orchestrator")
                    }
                }
                #expect(end?.json["status"] as? String == "SUCCESS" && end?.json["processed_matches"] as? Int == 200)
                #expect(percents == percents.sorted() && percents.count >= 12, "\(percents)")
                #expect(try await client.nextEvent() == nil)
            }
        }
    }

    @Test func theOrchestratorTellsOverItsSocketAndAnswersAtTheEnd() async throws {
        try await SimulatorHandle.run(Self.world(60, latency: "50-100")) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                let frames = try await system.frames(
                    "orchestrator",
                    #"{"jsonrpc":"2.0","id":7,"method":"sync.watch","params":{"task_id":"\#(id)","subscription":"me"}}"#
                ) { $0["id"] as? Int == 7 }
                let told = frames.dropLast().compactMap { $0["params"] as? [String: Any] }
                #expect(told.count >= 2 && told.count == frames.count - 1)
                #expect(told.map { $0["seq"] as? Int } == Array(1...told.count))
                #expect(told.allSatisfy { $0["subscription"] as? String == "me" })
                #expect(told.map { $0["done"] as? Bool } == told.dropLast().map { _ in false } + [true])
                let answer = try #require(frames.last?["result"] as? [String: Any])
                #expect(answer["state"] as? String == "SUCCESS" && answer["progress"] as? Int == 100)
                let unknown = try await system.rpc(
                    "orchestrator",
                    "sync.watch",
                    ["task_id": "01934f6e-7a3b-7c1d-8e2f-0123456789ab"]
                )
                #expect((unknown["error"] as? [String: Any])?["code"] as? Int == -32004)
            }
        }
    }
}
