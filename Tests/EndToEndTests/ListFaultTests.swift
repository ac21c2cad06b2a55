import Foundation
import Postgres
import RiotModels
import RiotSimulator
import Testing

/// Lists that cannot be trusted and bodies that are not there, with the requests that they may cost.
///
/// What is right is what the simulator works out beside the bodies, never what the system says of itself.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ListFaultTests {
    private static func world(_ players: [(name: String, year: Int, matches: Int)]) -> [String] {
        players.flatMap {
            ["--player", $0.name, "--platform", "na1", "--year", String($0.year), "--matches", String($0.matches)]
        } + SimulatorHandle.wide
    }

    /// Requests since the last reset: account and summoner, then these.
    private func expectRequests(
        _ riot: SimulatorHandle,
        pages: Int,
        matches: Int,
        timelines: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let stats = try await riot.stats()
        let expected = ["account": 1, "summoner": 1, "ids": pages, "match": matches, "timeline": timelines]
        #expect(stats.byMethod == expected.filter { $0.value > 0 }, sourceLocation: sourceLocation)
        #expect(stats.requests == 2 + pages + matches + timelines, sourceLocation: sourceLocation)
        #expect(stats.matches.repeated.isEmpty && stats.timelines.repeated.isEmpty, sourceLocation: sourceLocation)
        try await riot.reset()
    }

    private func sync(_ name: String, _ system: TestSystem, year: Int = 2025) async throws -> HTTPAnswer {
        let end = try await system.waitForEnd(try await system.startSync(name, "NA1", year: year))
        #expect(end.string("status") == "SUCCESS")
        let parts = ["existing_matches", "new_matches", "unavailable_matches"].compactMap { end.int($0) }
        let failed = (end.json["failed_matches"] as? [String])?.count ?? -1
        #expect(end.int("total_matches") == parts.reduce(failed, +))
        #expect(end.int("processed_matches") == end.int("total_matches"))
        return end
    }

    /// Ids on the list that stands for a finished task of the newest sync, by how they were settled.
    private func items(_ system: TestSystem, _ state: String) async throws -> Set<String> {
        let rows = try await system.pool.query(
            """
            SELECT match_id FROM sync_item WHERE match_state = $1
                AND task_id = (SELECT id FROM sync_task ORDER BY queued_at DESC, id DESC LIMIT 1)
            """,
            [.text(state)]
        )
        return Set(try rows.map { try $0.string("match_id") })
    }

    // MARK: Lists

    @Test func gamesOfOthersOfOtherYearsAndTwiceOnShiftedPagesAreToldApart() async throws {
        let arguments = Self.world([("Demo#NA1", 2025, 130)]) + ["--edge-matches", "4"]
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                // 130 + 4 + 6 + 70 ids are 210: three pages, and ids that come twice are on different ones.
                try await riot.post("/_sim/lists", #"{"foreign":6,"duplicates":70}"#)
                let expected = try await riot.expectation(of: "Demo#NA1", year: 2025)
                let first = try await sync("Demo", system)
                #expect(first.int("total_matches") == 130 && first.int("new_matches") == 130)
                #expect(first.int("not_his") == 6 && first.int("outside_year") == 4)
                #expect(first.json["capped"] as? Bool == false)
                #expect(try await items(system, "stored") == Set(expected.matchIDs))
                try await system.expectStored(expected)
                try await expectRequests(riot, pages: 3, matches: 140, timelines: 130)

                let second = try await sync("Demo", system)
                #expect(second.int("existing_matches") == 130 && second.int("new_matches") == 0)
                #expect(second.int("not_his") == 6 && second.int("outside_year") == 4)
                try await expectRequests(riot, pages: 3, matches: 0, timelines: 0)
            }
        }
    }

    @Test func aListThatIgnoresTimesCostsEachGameOfAnotherYearAtMostOnce() async throws {
        let arguments = Self.world([
            ("One#NA1", 2023, 20), ("One#NA1", 2024, 50), ("One#NA1", 2025, 30), ("Two#NA1", 2024, 60),
            ("Two#NA1", 2025, 20),
        ])
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                try await riot.post("/_sim/lists", #"{"ignoresTimes":true}"#)
                let first = try await sync("One", system)
                #expect(first.int("total_matches") == 30 && first.int("outside_year") == 70)
                try await system.expectStored(try await riot.expectation(of: "One#NA1", year: 2025))
                try await expectRequests(riot, pages: 2, matches: 100, timelines: 30)

                let again = try await sync("One", system)
                #expect(again.int("existing_matches") == 30 && again.int("outside_year") == 70)
                try await expectRequests(riot, pages: 2, matches: 0, timelines: 0)

                // Another player of the platform: games below One's newest of 2024 are older than 2025 for sure.
                let bound = try await newestNumber(of: "One#NA1", year: 2024, before: 1_735_603_200, riot)
                let twos = try await riot.expectation(of: "Two#NA1", year: 2024)
                let unsure = try twos.matchIDs.filter { try MatchID($0).number > bound }.count
                #expect(unsure < 60)
                let other = try await sync("Two", system)
                #expect(other.int("total_matches") == 20 && other.int("outside_year") == 60)
                try await system.expectStored(try await riot.expectation(of: "Two#NA1", year: 2025))
                try await expectRequests(riot, pages: 1, matches: 20 + unsure, timelines: 20)

                // What was told by its number alone is fetched when its own year is asked for.
                let year = try await sync("Two", system, year: 2024)
                #expect(year.int("total_matches") == 60 && year.int("existing_matches") == unsure)
                try await system.expectStored(twos)
                try await expectRequests(riot, pages: 1, matches: 60 - unsure, timelines: 60)
            }
        }
    }

    /// The largest number of a player's games that began before a second; the simulator's numbers count tenths of it.
    private func newestNumber(
        of player: String,
        year: Int,
        before second: Int64,
        _ riot: SimulatorHandle
    ) async throws -> Int64 {
        let limit = 3_000_000_000 + (second - 1_577_836_800) * 10
        let ids = try await riot.expectation(of: player, year: year).matchIDs
        return try ids.map { try MatchID($0).number }.filter { $0 < limit }.max() ?? 0
    }

    @Test func aCappedListSaysSoAndAThousandMissingGamesFailNothing() async throws {
        let arguments = Self.world([("Demo#NA1", 2025, 940)]) + ["--list-cap", "920"]
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                let ids = try await riot.expectation(of: "Demo#NA1", year: 2025).matchIDs
                let there = ids.prefix(15)
                try await riot.post("/_sim/missing", Self.missing(matches: Array(ids.dropFirst(15))))
                let end = try await sync("Demo", system)
                #expect(end.json["capped"] as? Bool == true)
                #expect(end.int("total_matches") == 920 && end.int("new_matches") == 15)
                #expect(end.int("unavailable_matches") == 905 && end.int("timelines_unavailable") == 0)
                #expect(try await items(system, "stored") == Set(there))
                #expect(end.int("riot_requests") == 2 + 10 + 920 + 15)
                try await expectRequests(riot, pages: 10, matches: 920, timelines: 15)
            }
        }
    }

    // MARK: Bodies that are not there

    private static func missing(matches: [String] = [], timelines: [String] = []) -> String {
        let quoted = { (ids: [String]) in ids.map { "\"\($0)\"" }.joined(separator: ",") }
        return #"{"matches":[\#(quoted(matches))],"timelines":[\#(quoted(timelines))]}"#
    }

    @Test func oldGamesThatAreNotThereAreAskedForOnceUntilARecovery() async throws {
        let arguments = Self.world([("One#NA1", 2025, 40), ("Two#NA1", 2024, 30)])
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                _ = try await sync("One", system)
                try await riot.reset()
                // Everything of 2024 is older than One's games. One is missing whole, one of each kind by itself.
                let expected = try await riot.expectation(of: "Two#NA1", year: 2024)
                let ids = expected.matchIDs
                try await riot.post(
                    "/_sim/missing",
                    Self.missing(matches: [ids[3], ids[9]], timelines: [ids[3], ids[7], ids[8]])
                )
                let first = try await sync("Two", system, year: 2024)
                #expect(first.int("total_matches") == 30 && first.int("new_matches") == 28)
                #expect(first.int("unavailable_matches") == 2 && first.int("timelines_unavailable") == 2)
                #expect(try await items(system, "unavailable") == [ids[3], ids[9]])
                try await expectRequests(riot, pages: 1, matches: 30, timelines: 28)
                #expect(try await system.count("SELECT count(*) FROM fetch_failure WHERE next_try_at IS NULL") == 4)
                #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 4)

                let second = try await sync("Two", system, year: 2024)
                #expect(second.int("existing_matches") == 28 && second.int("unavailable_matches") == 2)
                #expect(second.int("timelines_unavailable") == 2)
                try await expectRequests(riot, pages: 1, matches: 0, timelines: 0)
                let nothing = try await system.rpc("orchestrator", "maintenance.retry_unavailable")["result"]
                #expect((nothing as? [String: Any])?["matches"] as? Int == 0)

                // A recovery asks again, and now all of it is there.
                try await riot.post("/_sim/missing", "{}")
                let recovery = try await system.rpc(
                    "orchestrator",
                    "sync.start",
                    ["game_name": "Two", "tag_line": "NA1", "platform": "na1", "year": 2024, "recovery": true]
                )
                let id = try #require((recovery["result"] as? [String: Any])?["task_id"] as? String)
                let end = try await system.waitForEnd(id)
                #expect(end.int("existing_matches") == 28 && end.int("new_matches") == 2)
                #expect(end.int("unavailable_matches") == 0 && end.int("timelines_unavailable") == 0)
                try await expectRequests(riot, pages: 1, matches: 2, timelines: 4)
                try await system.expectStored(expected)
                #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 0)
            }
        }
    }

    @Test func youngGamesThatAreNotThereAreTriedAgainByThemselves() async throws {
        try await SimulatorHandle.run(Self.world([("Demo#NA1", 2025, 25)])) { riot in
            try await TestSystem.run(riot: riot) { system in
                // The newest of all games: none that is held tells that they are old.
                let expected = try await riot.expectation(of: "Demo#NA1", year: 2025)
                let ids = expected.matchIDs
                try await riot.post("/_sim/missing", Self.missing(matches: Array(ids.prefix(2))))
                let task = try await system.startSync("Demo", "NA1")
                let told = try await system.waitForEnd(task)
                #expect(told.int("new_matches") == 23 && told.int("unavailable_matches") == 2)
                try await expectRequests(riot, pages: 1, matches: 25, timelines: 23)
                #expect(try await waiting(system, minutes: 60) == 2)

                // Nothing is due yet; an hour later one of the two is there.
                #expect(try await retry(system) == [0, 0])
                try await riot.post("/_sim/missing", Self.missing(matches: [ids[1]]))
                try await passAnHour(system)
                #expect(try await retry(system, dryRun: true) == [2, 0])
                #expect(try await retry(system) == [2, 0])
                #expect(await arrives(system, "SELECT count(*) FROM match", 24))
                #expect(await arrives(system, "SELECT count(*) FROM fetch_failure WHERE retries = 1", 1))
                #expect(try await waiting(system, minutes: 120) == 1)
                // Its timeline follows, although the task that wanted it has ended.
                #expect(try await retry(system) == [0, 1])
                #expect(await arrives(system, "SELECT count(*) FROM timeline", 24))
                #expect(try await retry(system) == [0, 0])
                let stats = try await riot.stats()
                #expect(stats.byMethod == ["match": 2, "timeline": 1])
                try await riot.reset()

                // The finished task stays as it was told, and the next one finds what has come.
                #expect(try await system.status(task).int("unavailable_matches") == 2)
                try await riot.post("/_sim/missing", "{}")
                let next = try await sync("Demo", system)
                #expect(next.int("existing_matches") == 24 && next.int("new_matches") == 1)
                try await expectRequests(riot, pages: 1, matches: 1, timelines: 1)
                try await system.expectStored(expected)
                #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 0)
            }
        }
    }

    /// Matches and timelines that `maintenance.retry_unavailable` put on the lists.
    private func retry(_ system: TestSystem, dryRun: Bool = false) async throws -> [Int] {
        let answer = try await system.rpc("orchestrator", "maintenance.retry_unavailable", ["dry_run": dryRun])
        let result = try #require(answer["result"] as? [String: Any], "\(answer)")
        return ["matches", "timelines"].map { result[$0] as? Int ?? -1 }
    }

    /// Failures whose next try comes in so many minutes.
    private func waiting(_ system: TestSystem, minutes: Int) async throws -> Int {
        try await system.count(
            """
            SELECT count(*) FROM fetch_failure
            WHERE extract(epoch FROM next_try_at - now()) BETWEEN \(minutes * 60 - 120) AND \(minutes * 60)
            """
        )
    }

    private func passAnHour(_ system: TestSystem) async throws {
        _ = try await system.pool.query(
            """
            UPDATE fetch_failure
            SET next_try_at = next_try_at - interval '1 hour', first_seen_at = first_seen_at - interval '1 hour'
            """
        )
    }

    /// Whether a count gets to a value in time.
    private func arrives(_ system: TestSystem, _ query: String, _ value: Int) async -> Bool {
        await system.arrives { try await system.count(query) == value }
    }
}
