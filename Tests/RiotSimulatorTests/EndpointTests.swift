import Compression
import Foundation
import RiotModels
import Testing

@testable import RiotSimulator

@Suite("Endpoints over HTTP")
struct EndpointTests {
    private static let demo = TestWorlds.id("Demo#NA1")
    private static let unlimited = SimulatorOptions(limits: .none)

    private func run(
        _ options: SimulatorOptions = unlimited,
        _ body: (WireClient, SimulatorWorld, String) async throws -> Void
    ) async throws {
        let world = try TestWorlds.small()
        let puuid = try #require(world.account(named: Self.demo)).puuid
        try await SimulatorServer.withRunning(world, options: options) { server in
            try await body(WireClient(server), world, puuid)
        }
    }

    private func list(_ client: WireClient, _ target: String) async throws -> [String] {
        let answer = try await client.get(target)
        #expect(answer.status == 200)
        return try JSONDecoder().decode([String].self, from: Data(answer.body))
    }

    @Test("account by Riot ID, whatever case and spaces; at the three regions that have it")
    func account() async throws {
        try await run { client, _, puuid in
            for route in ["americas", "asia", "europe"] {
                let answer = try await client.get("/\(route)/riot/account/v1/accounts/by-riot-id/d%45M%20o/na1")
                #expect(answer.status == 200)
                #expect(answer.text == #"{"puuid":"\#(puuid)","gameName":"Demo","tagLine":"NA1"}"#)
                #expect(answer.headers["content-type"] == "application/json;charset=utf-8")
                #expect(answer.headers["x-riot-edge-trace-id"] != nil)
            }
            let missing = try await client.get("/americas/riot/account/v1/accounts/by-riot-id/No%20One/X1")
            #expect(missing.status == 404)
            let text = "Data not found - No results found for player with riot id No One#X1"
            #expect(missing.text == #"{"status":{"message":"\#(text)","status_code":404}}"#)
            #expect(try await client.get("/sea/riot/account/v1/accounts/by-riot-id/Demo/NA1").status == 403)
            #expect(try await client.get("/na1/riot/account/v1/accounts/by-riot-id/Demo/NA1").status == 403)
            // Encoded twice it is another name.
            #expect(try await client.get("/americas/riot/account/v1/accounts/by-riot-id/d%2545Mo/na1").status == 404)
        }
    }

    @Test("every drawn name is found under its encoded form")
    func encodedNames() async throws {
        try await run { client, world, _ in
            for player in world.players() {
                let path = [player.gameName, player.tagLine].map { name in
                    name.utf8.map { String(format: "%%%02x", $0) }.joined()
                }
                let answer = try await client.get(
                    "/americas/riot/account/v1/accounts/by-riot-id/\(path.joined(separator: "/"))"
                )
                let object = try TestWorlds.object(answer.body)
                #expect(object["puuid"] as? String == player.puuid)
                #expect(object["gameName"] as? String == player.gameName)
            }
        }
    }

    @Test("account, region, summoner and league by puuid; a puuid of another application is a 400")
    func byPUUID() async throws {
        try await run { client, _, puuid in
            #expect(try await client.get("/asia/riot/account/v1/accounts/by-puuid/\(puuid)").status == 200)
            let region = try await client.get("/asia/riot/account/v1/region/by-game/lol/by-puuid/\(puuid)")
            #expect(try TestWorlds.object(region.body)["region"] as? String == "na1")
            let summoner = try await client.get("/na1/lol/summoner/v4/summoners/by-puuid/\(puuid)")
            #expect(
                try TestWorlds.object(summoner.body).keys.sorted() == [
                    "profileIconId", "puuid", "revisionDate", "summonerLevel",
                ]
            )
            #expect(try await client.get("/euw1/lol/summoner/v4/summoners/by-puuid/\(puuid)").status == 404)
            #expect(try await client.get("/na1/lol/league/v4/entries/by-puuid/\(puuid)").status == 200)
            #expect(try await client.get("/euw1/lol/league/v4/entries/by-puuid/\(puuid)").text == "[]")
            let foreign = try await client.get("/na1/lol/summoner/v4/summoners/by-puuid/abc")
            #expect(foreign.status == 400)
            #expect(foreign.text.contains("Bad Request - Exception decrypting abc"))
        }
    }

    @Test("lists are paged, newest first, 20 unless asked otherwise")
    func pages() async throws {
        try await run { client, world, puuid in
            let all = world.games(puuid: puuid, route: .americas).map(\.id.text)
            let path = "/americas/lol/match/v5/matches/by-puuid/\(puuid)/ids"
            let usual = try await list(client, path)
            #expect(usual == Array(all.prefix(20)))
            #expect(try await list(client, path + "?start=0&count=100") == all)
            #expect(try await list(client, path + "?start=100&count=100") == [])
            #expect(try await list(client, path + "?start=90&count=60") == Array(all.suffix(10)))
            #expect(try await list(client, path + "?count=0") == [])
            #expect(try await list(client, path + "?beginTime=99999999999&count=1") == Array(all.prefix(1)))
        }
    }

    @Test("lists refuse and mislead as Riot's do")
    func listTraps() async throws {
        try await run { client, world, puuid in
            let path = "/americas/lol/match/v5/matches/by-puuid/\(puuid)/ids"
            let tooMany = try await client.get(path + "?count=200")
            #expect(tooMany.status == 400)
            #expect(
                tooMany.text.contains(
                    "Bad request - Query parameter 'count' must have a maximum value of 100. Invalid value '200' given."
                )
            )
            for bad in ["count=x", "start=-1", "count=-1", "startTime=now", "type=fun"] {
                #expect(try await client.get("\(path)?\(bad)").status == 400, "\(bad)")
            }
            // Milliseconds and the wrong region give an empty list without a word.
            #expect(try await list(client, path + "?startTime=1735689600000") == [])
            let elsewhere = path.replacingOccurrences(of: "/americas/", with: "/europe/")
            #expect(try await list(client, elsewhere) == [])
            let games = world.games(puuid: puuid, route: .americas)
            let middle = games[50].startedAt / 1000
            let since = try await list(client, "\(path)?startTime=\(middle)&count=100")
            #expect(since == games.prefix(51).map(\.id.text))
            let until = try await list(client, "\(path)?endTime=\(middle - 1)&count=100")
            #expect(until == games.dropFirst(51).map(\.id.text))
            let ranked = try await list(client, path + "?type=ranked&count=100")
            #expect(ranked == games.filter { [420, 440].contains($0.queue) }.map(\.id.text))
            let aram = try await list(client, path + "?queue=450&count=100")
            #expect(aram == games.filter { $0.queue == 450 }.map(\.id.text))
        }
    }

    @Test("a list ends at the cap, whatever is asked for")
    func cap() async throws {
        try await run(SimulatorOptions(limits: .none, listCap: 30)) { client, _, puuid in
            let path = "/americas/lol/match/v5/matches/by-puuid/\(puuid)/ids"
            let all = try await list(client, path + "?count=100")
            #expect(all.count == 30)
            #expect(try await list(client, path + "?start=30&count=100") == [])
        }
    }

    @Test("match and timeline, plain and gzip; 404 where there is none")
    func bodies() async throws {
        try await run { client, world, puuid in
            let id = try #require(world.games(puuid: puuid, route: .americas).first).id
            let match = try await client.get("/americas/lol/match/v5/matches/\(id)")
            #expect(match.body == (try TestWorlds.match(id, world)))
            #expect(match.headers["content-encoding"] == nil)
            let timeline = try await client.get("/americas/lol/match/v5/matches/\(id)/timeline", gzip: true)
            #expect(timeline.headers["content-encoding"] == "gzip")
            #expect(timeline.headers["vary"] == "Accept-Encoding")
            #expect(try Gzip.inflate(timeline.body, limit: 1 << 24) == TestWorlds.timeline(id, world))
            for path in ["europe/lol/match/v5/matches/\(id)", "americas/lol/match/v5/matches/NA1_1"] {
                let missing = try await client.get("/" + path)
                #expect(missing.status == 404)
                #expect(missing.text.contains("Data not found - match file not found"))
            }
        }
    }

    @Test("keys, methods and unknown paths")
    func edges() async throws {
        try await run(SimulatorOptions(limits: .none, key: "good")) { client, _, _ in
            let path = "/na1/lol/status/v4/platform-data"
            #expect(try await client.get(path, key: nil).status == 401)
            #expect(try await client.get(path, key: "bad").status == 403)
            let answer = try await client.get(path, key: "good")
            #expect(answer.status == 200)
            #expect(answer.headers["cache-control"] == "max-age=60")
            #expect(try await client.get(path, key: "good", method: "DELETE").status == 405)
            #expect(try await client.get("/na1/lol/match/v4/matches/1", key: "good").status == 403)
            #expect(try await client.get("/moon/lol/status/v4/platform-data", key: "good").status == 403)
            #expect(try await client.get("\(path)?api_key=good", key: nil).status == 200)
        }
    }

    @Test("limits over HTTP: the headers count, the request over the limit is refused")
    func limits() async throws {
        let limits = RateLimits(
            application: [RateLimit(count: 5, seconds: 60)],
            methods: [.status: [RateLimit(count: 3, seconds: 60)]]
        )
        try await run(SimulatorOptions(limits: limits)) { client, _, puuid in
            let path = "/na1/lol/status/v4/platform-data"
            for number in 1...3 {
                let answer = try await client.get(path)
                #expect(answer.status == 200)
                #expect(answer.headers["x-app-rate-limit"] == "5:60")
                #expect(answer.headers["x-app-rate-limit-count"] == "\(number):60")
                #expect(answer.headers["x-method-rate-limit"] == "3:60")
                #expect(answer.headers["x-method-rate-limit-count"] == "\(number):60")
            }
            let method = try await client.get(path)
            #expect(method.status == 429)
            #expect(method.headers["x-rate-limit-type"] == "method")
            #expect(method.headers["retry-after"].flatMap { Int($0) } ?? 0 > 50)
            #expect(method.text == #"{"status":{"message":"Rate limit exceeded","status_code":429}}"#)
            let summoner = "/na1/lol/summoner/v4/summoners/by-puuid/\(puuid)"
            #expect(try await client.get(summoner).status == 200)
            let application = try await client.get(summoner)
            #expect(application.status == 429)
            #expect(application.headers["x-rate-limit-type"] == "application")
            // Another route has windows of its own.
            #expect(try await client.get("/euw1/lol/status/v4/platform-data").status == 200)
            let stats = try JSONDecoder().decode(
                SimulatorStats.self,
                from: Data(try await client.get("/_sim/stats").body)
            )
            #expect(stats.applicationViolations == 1)
            #expect(stats.methodViolations == 1)
            #expect(stats.requests == 7)
            #expect(stats.arrivedWhileBlocked == 0)
        }
    }
}
