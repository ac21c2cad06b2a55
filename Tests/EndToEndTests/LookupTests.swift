import Foundation
import RiotSimulator
import Testing

/// Players looked up over HTTP, and their ranks over time.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LookupTests {
    private static let world =
        [
            "--player", "Jürgen Süß#喵", "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches",
            "3",
        ] + SimulatorHandle.wide

    private func lookUp(
        _ system: TestSystem,
        _ name: String,
        _ tag: String,
        _ platform: String = "na1"
    ) async throws
        -> HTTPAnswer
    {
        try await system.http(
            "POST",
            "/api/summoners/lookup/",
            body: #"{"game_name":"\#(name)","tag_line":"\#(tag)","platform":"\#(platform)"}"#
        )
    }

    @Test func aPlayerIsFoundKeptAndTold() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "gateway"]) { system in
                let puuid = try await riot.expectation(of: "Jürgen Süß#喵", year: 2025).puuid
                let player = try await lookUp(system, "jürgensüß", "喵")
                #expect(player.status == 200, "\(player.text)")
                #expect(player.string("game_name") == "Jürgen Süß" && player.string("tag_line") == "喵")
                #expect(player.string("puuid") == puuid && player.string("platform") == "na1")
                #expect(player.string("active_platform") == "na1" && player.json["note"] == nil)
                #expect(player.int("level") ?? 0 > 30 && player.int("icon_id") ?? 0 > 0)
                let id = try #require(player.int("summoner_id"))
                #expect(try await system.count("SELECT id FROM summoner WHERE puuid = '\(puuid)'") == id)
                let stats = try await riot.stats()
                #expect(stats.byMethod == ["account": 1, "region": 1, "summoner": 1, "league": 1])
                #expect(stats.byStatus == ["200": 4])

                // The ranks are those that Riot tells, and a second look at them adds no row.
                let told = try await riotRanks(riot, puuid)
                let ranks = try #require(player.json["ranks"] as? [[String: Any]])
                #expect(!ranks.isEmpty)
                #expect(ranks.compactMap { $0["queue_type"] as? String } == told.keys.sorted())
                for rank in ranks {
                    let queue = try #require(rank["queue_type"] as? String)
                    #expect(rank["league_points"] as? Int == told[queue]?["leaguePoints"] as? Int)
                    #expect(rank["tier"] as? String == told[queue]?["tier"] as? String)
                    #expect(rank["division"] as? String == told[queue]?["rank"] as? String)
                    #expect(rank["wins"] as? Int == told[queue]?["wins"] as? Int)
                }
                let again = try await lookUp(system, "Jürgen Süß", "喵")
                #expect(again.body == player.body)
                #expect(try await system.count("SELECT count(*) FROM summoner_rank") == ranks.count)

                // Where he plays is not always known, and that keeps nobody from the rest.
                try await riot.post("/_sim/fault", #"{"fault":"status","status":404,"method":"region","count":1}"#)
                let nowhere = try await lookUp(system, "Jürgen Süß", "喵")
                #expect(nowhere.status == 200 && nowhere.json["active_platform"] == nil)
                #expect(nowhere.int("level") == player.int("level"))
            }
        }
    }

    /// What league-v4 of the simulator answers, by queue.
    private func riotRanks(_ riot: SimulatorHandle, _ puuid: String) async throws -> [String: [String: Any]] {
        let answer = try await LoopbackHTTP.send(
            "GET",
            port: riot.port,
            "/na1/lol/league/v4/entries/by-puuid/\(puuid)",
            headers: ["X-Riot-Token": riot.key]
        )
        let entries = try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
        return Dictionary(uniqueKeysWithValues: entries.map { ($0["queueType"] as? String ?? "", $0) })
    }

    @Test func whoIsNotThereOrElsewhereIsToldInASentence() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "gateway"]) { system in
                let nobody = try await lookUp(system, "Nobody At All", "XX9", "euw1")
                #expect(nobody.status == 404 && nobody.headers["content-type"] == "application/problem+json")
                #expect(
                    nobody.string("detail") == "There is no player Nobody At All#XX9 at Riot (asked for platform euw1)."
                )
                let elsewhere = try await lookUp(system, "Demo", "NA1", "kr")
                #expect(elsewhere.status == 404)
                #expect(
                    elsewhere.string("detail")
                        == "Demo#NA1 has no League of Legends profile on platform kr. The player plays on na1 now."
                )
                #expect(try await system.count("SELECT count(*) FROM summoner") == 0)
                let answer = try await system.rpc(
                    "orchestrator",
                    "player.lookup",
                    ["game_name": "Nobody", "tag_line": "1", "platform": "na1"]
                )
                #expect((answer["error"] as? [String: Any])?["code"] as? Int == -32004)
                let bad = try await lookUp(system, "a#b", "NA1", "mars1")
                #expect(bad.status == 400 && (bad.json["errors"] as? [Any])?.count == 2)
            }
        }
    }

    /// Fifteen seconds for Riot, then the reason.
    @Test func aKeyThatIsRefusedIsToldAsTheReason() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "gateway"]) { system in
                try await riot.post("/_sim/key", #"{"rejects":403}"#)
                let refused = try await lookUp(system, "Demo", "NA1")
                #expect(refused.status == 503 && refused.headers["retry-after"] != nil)
                #expect(refused.string("detail")?.contains("API key (403)") == true, "\(refused.text)")
                #expect(try await riot.stats().keyRefusals <= 5)
            }
        }
    }

    @Test func theRanksOfSyncedPlayersAreRefreshedByBeat() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                for (name, tag) in [("Demo", "NA1"), ("Jürgen Süß", "喵")] {
                    let end = try await system.waitForEnd(try await system.startSync(name, tag))
                    #expect(end.string("status") == "SUCCESS")
                }
                #expect(try await riot.stats().byMethod["league"] == nil, "a sync asks for no rank")
                let dry = try await system.rpc("beat", "schedule.run", ["name": "refresh_ranks", "dry_run": true])
                #expect(Self.detail(dry) == "would ask for the ranks of 2 players")
                let ranks = try await riotRankCount(riot, ["Demo#NA1", "Jürgen Süß#喵"])
                #expect(ranks > 0)
                let run = try await system.rpc("beat", "schedule.run", ["name": "refresh_ranks"])
                #expect(Self.detail(run) == "asked for the ranks of 2 players: \(ranks) changed")
                #expect(try await system.count("SELECT count(*) FROM summoner_rank") == ranks)
                let again = try await system.rpc("beat", "schedule.run", ["name": "refresh_ranks"])
                #expect(Self.detail(again) == "asked for the ranks of 2 players: 0 changed")
                let retry = try await system.rpc("beat", "schedule.run", ["name": "retry_unavailable"])
                #expect(Self.detail(retry) == "tries 0 matches and 0 timelines again")

                // One player's answer is refused: the other has his turn all the same.
                try await riot.post("/_sim/fault", #"{"fault":"status","status":400,"method":"league","count":1}"#)
                let half = try await system.rpc("beat", "schedule.run", ["name": "refresh_ranks"])
                #expect(Self.detail(half) == "asked for the ranks of 2 players, 1 of them without success: 0 changed")
                #expect(
                    try await system.count("SELECT count(DISTINCT ranks_seen_at) FROM summoner_profile") == 2
                )
            }
        }
    }

    private func riotRankCount(_ riot: SimulatorHandle, _ players: [String]) async throws -> Int {
        var count = 0
        for player in players {
            count += try await riotRanks(riot, try await riot.expectation(of: player, year: 2025).puuid).count
        }
        return count
    }

    private static func detail(_ answer: [String: Any]) -> String {
        (answer["result"] as? [String: Any])?["detail"] as? String ?? "\(answer)"
    }
}
