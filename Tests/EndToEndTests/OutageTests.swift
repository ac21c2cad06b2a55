import Glibc
import Reactor
import RiotSimulator
import Supervision
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct OutageTests {
    private static let world =
        [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "20",
        ] + SimulatorHandle.wide

    @Test func aRejectedKeyMakesTheTaskWaitAndGoOnByItself() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                try await riot.post("/_sim/key", #"{"rejects":403}"#)
                let id = try await system.startSync("Demo", "NA1")
                let waiting = try await system.wait(for: id) { $0.string("waiting_for") == "key" }
                #expect(["STARTED", "PROGRESS", "PENDING"].contains(waiting.string("status")))
                try await riot.post("/_sim/key", "{}")
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 20)
                // One refusal and the probes after it: a burst of refused requests would blacklist the key.
                #expect(try await riot.stats().keyRefusals <= 10)
            }
        }
    }

    @Test func aKeyThatExpiresInTheMiddleLosesNothing() async throws {
        try await SimulatorHandle.run(Self.world + ["--latency", "20-60"]) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                try await riot.post("/_sim/key", #"{"rejects":401}"#)
                try await system.wait(for: id) { $0.string("waiting_for") == "key" || $0.string("status") == "SUCCESS" }
                try await riot.post("/_sim/key", "{}")
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 20)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
            }
        }
    }

    @Test func errorsOfRiotAreTriedAgainAndMissingBodiesCounted() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let expected = try await riot.expectation(of: "Demo#NA1", year: 2025)
                try await riot.post("/_sim/fault", #"{"fault":"status","status":503,"method":"match","count":5}"#)
                try await riot.post("/_sim/fault", #"{"fault":"reset","method":"timeline","count":3}"#)
                try await riot.post("/_sim/fault", #"{"fault":"truncated","method":"match","count":2}"#)
                try await riot.post(
                    "/_sim/missing",
                    #"{"matches":["\#(expected.matchIDs[3])"],"timelines":["\#(expected.matchIDs[7])"]}"#
                )
                let end = try await system.waitForEnd(try await system.startSync("Demo", "NA1"))
                #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 20)
                #expect(end.int("new_matches") == 19 && end.int("unavailable_matches") == 1)
                #expect(end.int("timelines_unavailable") == 1)
                #expect((end.json["failed_matches"] as? [String])?.isEmpty == true)
            }
        }
    }

    @Test func aListThatCannotBeTrustedIsSortedOut() async throws {
        let arguments = Self.world + ["--edge-matches", "3"]
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                try await riot.post("/_sim/lists", #"{"foreign":4,"duplicates":5}"#)
                let end = try await system.waitForEnd(try await system.startSync("Demo", "NA1"))
                #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 20)
                #expect(end.int("not_his") == 4)
                #expect(end.int("outside_year") ?? 0 > 0)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
            }
        }
    }

    @Test func withoutAnOrchestratorTheGatewayAnswers503AfterAShortWait() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "gateway"]) { system in
                await system.kill("orchestrator")
                let answer = try await system.http(
                    "POST",
                    "/api/summoners/sync-data/",
                    body: #"{"game_name":"Demo","tag_line":"NA1"}"#
                )
                #expect(answer.status == 503 && answer.headers["retry-after"] != nil)
                let ready = try await system.http("GET", "/readyz")
                #expect(ready.status == 503 && ready.text.contains("orchestrator"))
                #expect(try await system.http("GET", "/livez").status == 200)
            }
        }
    }

    @Test func withoutRedisASyncIsTakenAndStartsWhenItIsBack() async throws {
        try await withPrivateServers { servers in
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot, settings: servers.settings) { system in
                    await servers.stopRedis()
                    let answer = try await system.http(
                        "POST",
                        "/api/summoners/sync-data/",
                        body: #"{"game_name":"Demo","tag_line":"NA1"}"#
                    )
                    let id = try #require(answer.string("task_id"), "\(answer.status) \(answer.text)")
                    #expect(answer.status == 202)
                    #expect(try await system.status(id).string("status") == "PENDING")
                    try await servers.startRedis()
                    #expect(try await system.waitForEnd(id).string("status") == "SUCCESS")
                }
            }
        }
    }

    @Test func withoutPostgreSQLEverythingAnswers503AndGoesOnAfterwards() async throws {
        try await withPrivateServers { servers in
            try await SimulatorHandle.run(Self.world + ["--latency", "50-150"]) { riot in
                try await TestSystem.run(riot: riot, settings: servers.settings) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                    await servers.stopPostgres()
                    #expect(try await system.status(id).status == 503)
                    let start = try await system.http(
                        "POST",
                        "/api/summoners/sync-data/",
                        body: #"{"game_name":"Other","tag_line":"NA1"}"#
                    )
                    #expect(start.status == 503 && start.headers["retry-after"] != nil)
                    #expect(try await system.http("GET", "/readyz").text.contains("postgres"))
                    try await servers.startPostgres()
                    let end = try await system.waitForEnd(id)
                    #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 20)
                }
            }
        }
    }

    @Test func aMinuteWithoutPostgreSQLCostsNoProcessAndNoJob() async throws {
        let world = Self.world.map { $0 == "20" ? "60" : $0 } + ["--latency", "50-150"]
        try await withPrivateServers { servers in
            try await SimulatorHandle.run(world) { riot in
                try await TestSystem.run(riot: riot, settings: servers.settings) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                    var processes: [String: pid_t?] = [:]
                    for service in TestSystem.everyService { processes[service] = await system.pid(service) }
                    await servers.stopPostgres()
                    let end = ContinuousClock.now + .seconds(60)
                    let others = Lock(0)
                    let isOver = await system.arrives {
                        let status = try await system.status(id).status
                        if status != 503 { others.withLock { $0 += 1 } }
                        return .now >= end
                    }
                    #expect(isOver && others.withLock { $0 } == 0)
                    try await servers.startPostgres()
                    let answer = try await system.waitForEnd(id)
                    #expect(answer.string("status") == "SUCCESS" && answer.int("new_matches") == 60, "\(answer.text)")
                    try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                    for (service, pid) in processes { #expect(await system.pid(service) == pid, "\(service) ended") }
                    #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 0)
                }
            }
        }
    }
}
