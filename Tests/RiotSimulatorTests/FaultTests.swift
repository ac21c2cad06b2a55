import Compression
import Foundation
import RiotModels
import Testing

@testable import RiotSimulator

@Suite("Faults")
struct FaultTests {
    private static let status = "/na1/lol/status/v4/platform-data"

    private func run(_ body: (WireClient, SimulatorServer, [MatchID], String) async throws -> Void) async throws {
        let world = try TestWorlds.small()
        let puuid = try #require(world.account(named: TestWorlds.id("Demo#NA1"))).puuid
        let ids = world.games(puuid: puuid, route: .americas).map(\.id)
        try await SimulatorServer.withRunning(world, options: SimulatorOptions(limits: .none)) { server in
            try await body(WireClient(server), server, ids, puuid)
        }
    }

    @Test("the next n answers of a method have another status", arguments: [400, 404, 500, 502, 503, 504, 522])
    func statuses(status: Int) async throws {
        try await run { client, _, ids, _ in
            let set = try await client.post(
                "/_sim/fault",
                #"{"fault":"status","status":\#(status),"method":"match","count":2}"#
            )
            #expect(set.status == 200)
            let path = "/americas/lol/match/v5/matches/\(ids[0])"
            #expect(try await client.get(Self.status).status == 200)
            #expect(try await client.get(path).status == status)
            #expect(try await client.get(path).status == status)
            #expect(try await client.get(path).status == 200)
        }
    }

    @Test("429s of each type, with and without Retry-After")
    func rateLimits() async throws {
        try await run { client, server, _, _ in
            for type in ["application", "method", "service"] {
                _ = try await client.post(
                    "/_sim/fault",
                    #"{"fault":"rate-limit","type":"\#(type)","retryAfter":7,"count":1}"#
                )
                let answer = try await client.get(Self.status)
                #expect(answer.status == 429)
                #expect(answer.headers["x-rate-limit-type"] == type)
                #expect(answer.headers["retry-after"] == "7")
            }
            _ = try await client.post("/_sim/fault", #"{"fault":"rate-limit","count":1}"#)
            let untyped = try await client.get(Self.status)
            #expect(untyped.status == 429)
            #expect(untyped.headers["x-rate-limit-type"] == nil)
            #expect(untyped.headers["retry-after"] == nil)
            // Three of those requests came while an earlier one said wait.
            let stats = await server.stats()
            #expect(stats.arrivedWhileBlocked > 0)
            #expect(stats.applicationViolations == 0)
        }
    }

    @Test("broken connections")
    func connections() async throws {
        try await run { client, server, ids, _ in
            let path = "/americas/lol/match/v5/matches/\(ids[0])"
            await server.simulation.add(FaultRule(.reset))
            let reset = try await client.get(path)
            #expect(reset.status == 0)
            #expect(reset.ending == .reset)
            await server.simulation.add(FaultRule(.lost))
            let lost = try await client.get(path)
            #expect(lost.status == 0)
            #expect(lost.ending == .closed)
            await server.simulation.add(FaultRule(.truncated))
            let truncated = try await client.get(path)
            #expect(truncated.status == 200)
            #expect(!truncated.isComplete)
            #expect(!truncated.body.isEmpty)
            await server.simulation.add(FaultRule(.resetBody))
            let broken = try await client.get(path)
            #expect(!broken.isComplete)
            #expect(broken.ending == .reset)
            let stats = await server.stats()
            #expect(stats.byStatus["closed"] == 2)
            #expect(stats.faults.values.reduce(0, +) == 4)
        }
    }

    @Test("spoiled bodies")
    func bodies() async throws {
        try await run { client, server, ids, _ in
            let path = "/americas/lol/match/v5/matches/\(ids[0])"
            await server.simulation.add(FaultRule(.wrongGzip))
            let gzip = try await client.get(path, gzip: true)
            #expect(gzip.headers["content-encoding"] == "gzip")
            #expect(throws: GzipError.self) { try Gzip.inflate(gzip.body, limit: 1 << 24) }
            await server.simulation.add(FaultRule(.html, status: 503))
            let html = try await client.get(path)
            #expect(html.status == 503)
            #expect(html.headers["content-type"] == "text/html")
            #expect(html.text.hasPrefix("<html>"))
            await server.simulation.add(FaultRule(.empty, status: 500))
            let empty = try await client.get(path)
            #expect(empty.status == 500)
            #expect(empty.body.isEmpty)
            await server.simulation.add(FaultRule(.brokenJSON))
            let broken = try await client.get(path)
            #expect(broken.isComplete)
            #expect(throws: (any Error).self) { try TestWorlds.object(broken.body) }
            await server.simulation.add(FaultRule(.trickle, interval: 1))
            #expect(try await client.get(Self.status).isComplete)
        }
    }

    @Test("an answer hangs, others are served, and the end of the simulator ends it")
    func hanging() async throws {
        let world = try TestWorlds.small()
        let hanging = try await SimulatorServer.withRunning(world, options: SimulatorOptions(limits: .none)) { server in
            let client = try await WireClient(server)
            await server.simulation.add(FaultRule(.hang))
            let hanging = Task { try await client.get(Self.status) }
            while await server.stats().requests == 0 { await Task.yield() }
            #expect(try await client.get(Self.status).status == 200)
            return hanging
        }
        let answer = try await hanging.value
        #expect(answer.status == 0)
        #expect(answer.ending != .timedOut)
    }

    @Test("a rejected key stays rejected until it is good again")
    func keys() async throws {
        try await run { client, server, _, _ in
            _ = try await client.post("/_sim/key", #"{"rejects":403}"#)
            #expect(try await client.get(Self.status).status == 403)
            #expect(try await client.get(Self.status).status == 403)
            _ = try await client.post("/_sim/key", #"{"rejects":401}"#)
            #expect(try await client.get(Self.status).status == 401)
            _ = try await client.post("/_sim/key", #"{"key":"new"}"#)
            #expect(try await client.get(Self.status).status == 403)
            #expect(try await client.get(Self.status, key: "new").status == 200)
            _ = try await client.post("/_sim/key", #"{"expiresAfter":1}"#)
            #expect(try await client.get(Self.status).status == 200)
            #expect(try await client.get(Self.status).status == 403)
            #expect(await server.stats().keyRefusals == 5)
            _ = try await client.post("/_sim/key", "{}")
            #expect(try await client.get(Self.status).status == 200)
            let log = await server.simulation.violations
            #expect(log.total == 5)
            #expect(log.byReason == [.key: 5])
            #expect(log.violations.map(\.status) == [403, 403, 401, 403, 403])
            #expect(log.violations.allSatisfy { $0.route == "na1" && $0.method == "status" && $0.window == nil })
            // One after the other, so that a test can say how many came in an interval.
            #expect(log.violations.map(\.at) == log.violations.map(\.at).sorted())
            #expect(log.violations.allSatisfy { $0.at > 0 })
        }
    }

    @Test("lists with ids that do not belong there")
    func lists() async throws {
        try await run { client, _, ids, puuid in
            let list = "/americas/lol/match/v5/matches/by-puuid/\(puuid)/ids?count=100"
            _ = try await client.post(
                "/_sim/lists",
                #"{"foreign":3,"duplicates":2,"hidden":["\#(ids[0])"]}"#
            )
            let answer = try await client.get(list)
            let listed = try JSONDecoder().decode([MatchID].self, from: Data(answer.body))
            #expect(!listed.contains(ids[0]))
            #expect(Set(listed).subtracting(ids).count == 3)
            _ = try await client.post("/_sim/lists", #"{"ignoresTimes":true}"#)
            let untimed = try await client.get(list + "&startTime=99999999999")
            #expect(try JSONDecoder().decode([MatchID].self, from: Data(untimed.body)) == ids)
        }
    }

    @Test("a match without a body, another without a timeline")
    func missing() async throws {
        try await run { client, _, ids, _ in
            _ = try await client.post("/_sim/missing", #"{"matches":["\#(ids[0])"],"timelines":["\#(ids[1])"]}"#)
            let matches = "/americas/lol/match/v5/matches"
            #expect(try await client.get("\(matches)/\(ids[0])").status == 404)
            #expect(try await client.get("\(matches)/\(ids[0])/timeline").status == 200)
            #expect(try await client.get("\(matches)/\(ids[1])").status == 200)
            #expect(try await client.get("\(matches)/\(ids[1])/timeline").status == 404)
        }
    }

    @Test("limits and delays change while it runs")
    func changes() async throws {
        try await run { client, _, _, _ in
            _ = try await client.post("/_sim/limits", #"{"application":"1:60"}"#)
            #expect(try await client.get(Self.status).status == 200)
            #expect(try await client.get(Self.status).status == 429)
            _ = try await client.post("/_sim/limits", #"{"off":true}"#)
            #expect(try await client.get(Self.status).headers["x-app-rate-limit"] == nil)
            _ = try await client.post("/_sim/latency", #"{"minimum":40,"maximum":60}"#)
            let start = ContinuousClock.now
            #expect(try await client.get(Self.status).status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(40))
        }
    }

    @Test("counts say what was fetched, and again")
    func counts() async throws {
        try await run { client, server, ids, _ in
            let matches = "/americas/lol/match/v5/matches"
            for id in ids.prefix(3) { _ = try await client.get("\(matches)/\(id)") }
            _ = try await client.get("\(matches)/\(ids[1])")
            _ = try await client.get("\(matches)/\(ids[1])/timeline")
            let stats = await server.stats()
            #expect(stats.matches.distinct == 3)
            #expect(stats.matches.answers == 4)
            #expect(stats.matches.repeated == [ids[1].text: 2])
            #expect(stats.timelines.distinct == 1)
            #expect(stats.byRoute["americas"]?["match"]?["200"] == 4)
            #expect(stats.connections == 5)
            let warmed = try await client.post("/_sim/warm?player=Demo%23NA1")
            #expect(warmed.text == #"{"bodies":200}"#)
            #expect(await server.stats().requests == 5)
            _ = try await client.post("/_sim/reset")
            #expect(await server.stats().requests == 0)
            #expect(await server.stats().matches == SimulatorStats.Fetches())
        }
    }

    @Test("what cannot be carried out is refused with a sentence")
    func badControls() async throws {
        try await run { client, _, _, _ in
            for (page, body) in [
                ("fault", #"{"fault":"flood"}"#), ("fault", "{"), ("limits", #"{"application":"many"}"#),
                ("nothing", "{}"),
                ("lists", #"{"hidden":["x"]}"#), ("fault", #"{"fault":"cut-at"}"#),
                ("fault", #"{"fault":"inflates","bytes":99999999999}"#), ("fault", #"{"fault":"lost","share":2}"#),
                ("fault", #"{"fault":"status","status":99999}"#), ("second-program", #"{"burst":0}"#),
                ("clock", #"{"skew_seconds":99999999999}"#), ("retry-after", "{}"),
            ] {
                let answer = try await client.post("/_sim/\(page)", body)
                #expect(answer.status == 400, "\(page) \(body)")
                #expect(try TestWorlds.object(answer.body)["error"] is String)
            }
            #expect(try await client.get("/_sim/world?player=Nobody%23X&year=2025").status == 400)
            #expect(try await client.get("/_sim/use?until_ms=soon").status == 400)
        }
    }
}
