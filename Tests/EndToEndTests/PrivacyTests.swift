import Foundation
import Postgres
import RiotSimulator
import Supervision
import TestSupport
import Testing

/// Operators erase players and remove old data while the system runs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PrivacyTests {
    private static let world =
        [
            "--player", "Vanish Me#GONE", "--player", "Stays Here#NA1", "--platform", "na1", "--year", "2025",
            "--matches", "6", "--share", "Vanish Me#GONE,Stays Here#NA1=4",
        ] + SimulatorHandle.wide

    /// Runs `riftctl` to its end; what it printed, and its exit code.
    private func riftctl(_ system: TestSystem, _ arguments: [String]) async throws -> (text: String, code: Int32) {
        let log = "\(system.directory)/riftctl-\(UUID().uuidString).log"
        let process = ManagedProcess(
            ProcessSpecification(
                name: "riftctl",
                executable: try TestSystem.required("RIFTSYNC_BIN_DIR") + "/riftctl",
                arguments: arguments,
                environment: system.environment,
                logFile: log
            )
        )
        try await process.start()
        let exit = try await process.waitForExit(within: .seconds(60))
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        if case .exited(let code) = exit { return (text, code) }
        throw TestFailure("riftctl \(arguments) ended with \(exit): \(text)")
    }

    @Test func whoIsErasedStaysErasedInTheSyncsOfHisFriends() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let puuid = try await riot.expectation(of: "Vanish Me#GONE", year: 2025).puuid
                let traces = [puuid, "Vanish Me", "vanishme", "GONE"]
                let search = DatabaseSearch(pool: system.pool)
                let first = try await system.waitForEnd(try await system.startSync("Vanish Me", "GONE"))
                #expect(first.string("status") == "SUCCESS" && first.int("total_matches") == 6)
                #expect(try await search.places(of: traces).contains("raw_body.bytes"))

                let export = try await riftctl(system, ["player", "export", "vanishme#gone"])
                let lines = export.text.split(separator: "\n")
                #expect(export.code == 0 && lines.filter { $0.contains(#""section": "match_participant""#) }.count == 6)
                let dry = try await riftctl(system, ["player", "erase", "Vanish Me#GONE"])
                #expect(dry.code == 0 && dry.text.contains("Nothing was removed"), "\(dry.text)")
                #expect(try await !search.places(of: traces).isEmpty)
                let erased = try await riftctl(system, ["player", "erase", "Vanish Me#GONE", "--yes"])
                #expect(erased.code == 0, "\(erased.text)")
                #expect(try await search.places(of: traces) == [])
                #expect(try await system.count("SELECT count(*) FROM match") == 6)

                // All games go, since nobody who is followed has the year; his friend's sync brings four of them again.
                let cleanup = try await riftctl(system, ["cleanup", "--class", "games:2026-06-01"])
                #expect(cleanup.code == 0 && cleanup.text.contains("Done."), "\(cleanup.text)")
                #expect(try await system.count("SELECT count(*) FROM match") == 0)
                let friend = try await system.waitForEnd(try await system.startSync("Stays Here", "NA1"))
                #expect(friend.string("status") == "SUCCESS" && friend.int("new_matches") == 6, "\(friend.text)")
                #expect(try await search.places(of: traces) == [])
                #expect(
                    try await system.count(
                        "SELECT count(*) FROM match_participant WHERE summoner_id IS NULL AND NOT is_bot AND kills IS NOT NULL"
                    ) == 4
                )
                #expect(try await system.count("SELECT count(*) FROM match WHERE body_gone = 'erasure'") == 4)
                #expect(try await system.count("SELECT count(*) FROM timeline WHERE body_gone = 'erasure'") == 4)
                #expect(try await system.count("SELECT count(*) FROM raw_body") == 4)

                // His own sync ends at once, and nobody asks Riot for him.
                let before = try await riot.stats().requests
                let again = try await system.waitForEnd(try await system.startSync("VANISH me", "gone"))
                #expect(again.string("status") == "FAILURE", "\(again.text)")
                #expect(again.string("error")?.contains("erased") == true)
                let lookup = try await system.http(
                    "POST",
                    "/api/summoners/lookup/",
                    body: #"{"game_name":"Vanish Me","tag_line":"GONE","platform":"na1"}"#
                )
                #expect(lookup.status == 404 && lookup.string("detail")?.contains("erased") == true)
                #expect(try await riot.stats().requests == before)
                #expect(try await search.places(of: traces) == [])

                // Known by his puuid alone, the name is asked for, and nothing else.
                _ = try await system.pool.query("DELETE FROM erasure WHERE kind = 'riot_id'")
                let renamed = try await system.waitForEnd(try await system.startSync("Vanish Me", "GONE"))
                #expect(renamed.string("status") == "FAILURE")
                #expect(try await riot.stats().requests == before + 1)
                #expect(try await system.count("SELECT count(*) FROM erasure WHERE kind = 'riot_id'") == 1)
                #expect(try await search.places(of: traces) == [])
            }
        }
    }

    @Test func beatCleansUpAndKeepsNamesFresh() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, settings: ["CLEANUP_CLASSES": "tasks:30,names:180"]) { system in
                for (name, tag) in [("Vanish Me", "GONE"), ("Stays Here", "NA1")] {
                    let end = try await system.waitForEnd(try await system.startSync(name, tag))
                    #expect(end.string("status") == "SUCCESS")
                }
                _ = try await system.pool.query(
                    "UPDATE sync_task SET finished_at = now() - interval '31 days' WHERE game_name = 'Stays Here'"
                )
                let names = try await system.count(
                    """
                    SELECT count(*) FROM summoner s WHERE game_name IS NOT NULL
                        AND NOT EXISTS (SELECT 1 FROM summoner_profile f WHERE f.summoner_id = s.id)
                        AND NOT EXISTS (SELECT 1 FROM match_participant p
                            WHERE p.summoner_id = s.id AND p.started_at >= now() - interval '180 days')
                    """
                )
                let dry = try await system.rpc("beat", "schedule.run", ["name": "cleanup_old_data", "dry_run": true])
                #expect(Self.detail(dry) == "would remove tasks:30: 1, names:180: \(names)")
                #expect(try await system.count("SELECT count(*) FROM sync_task") == 2)
                let run = try await system.rpc("beat", "schedule.run", ["name": "cleanup_old_data"])
                #expect(Self.detail(run) == "removed tasks:30: 1, names:180: \(names)")
                #expect(try await system.count("SELECT count(*) FROM sync_task") == 1)
                let status = try await riftctl(system, ["cleanup", "--status", "--json"])
                #expect(status.code == 0 && status.text.contains(#""state": "done""#), "\(status.text)")
                let table = try await riftctl(system, ["cleanup", "--dry-run", "--class", "timelines"])
                #expect(table.code == 0 && table.text.contains("timelines:0"), "\(table.text)")
                let bad = try await riftctl(system, ["cleanup", "--class", "everything"])
                #expect(bad.code == 64 && bad.text.contains("no rule of the clean-up"), "\(bad.text)")

                // One of two names is unknown to Riot; it is not asked for again at the next run.
                _ = try await system.pool.query(
                    "UPDATE summoner SET named_at = now() - interval '26 days', name_asked_at = NULL WHERE game_name IS NOT NULL"
                )
                try await riot.post(
                    "/_sim/fault",
                    #"{"fault":"status","status":404,"method":"account-by-puuid","count":1}"#
                )
                let refresh = try await system.rpc("beat", "schedule.run", ["name": "refresh_names"])
                #expect(
                    Self.detail(refresh)
                        == "asked for the names of 2 players: 0 are called otherwise, 1 are unknown to Riot"
                )
                #expect(try await system.count("SELECT count(*) FROM summoner WHERE forgotten_at IS NOT NULL") == 1)
                #expect(
                    try await system.count("SELECT count(*) FROM summoner WHERE named_at > now() - interval '1 hour'")
                        == 1
                )
                let again = try await system.rpc("beat", "schedule.run", ["name": "refresh_names"])
                #expect(
                    Self.detail(again)
                        == "asked for the names of 0 players: 0 are called otherwise, 0 are unknown to Riot"
                )

                let hidden = try await riftctl(system, ["player", "hide", "stayshere#na1"])
                #expect(hidden.code == 0 && hidden.text.contains("is hidden."), "\(hidden.text)")
                let end = try await system.waitForEnd(try await system.startSync("Stays Here", "NA1"))
                #expect(end.string("status") == "SUCCESS", "a hidden player is synced")
                #expect(try await system.count("SELECT count(*) FROM summoner WHERE hidden_at IS NOT NULL") == 1)
                let nobody = try await riftctl(system, ["player", "follow", "Nobody#1"])
                #expect(nobody.code == 69 && nobody.text.contains("Nothing is held on"), "\(nobody.text)")
            }
        }
    }

    private static func detail(_ answer: [String: Any]) -> String {
        (answer["result"] as? [String: Any])?["detail"] as? String ?? "\(answer)"
    }
}
