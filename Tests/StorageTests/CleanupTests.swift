import Postgres
import RiotModels
import Testing
import TestSupport

@testable import Storage

/// The clean-up on a real database: every class counts first, and then removes what it counted and nothing else.
@Suite(.timeLimit(.minutes(2))) struct CleanupTests {
    private static let never = ContinuousClock.now + .seconds(3_600)

    /// A dry run and then a real one, whose counts must be the same; the real one's only tally.
    private func cleanUp(_ rule: String, _ storage: Storage) async throws -> CleanupAmount {
        let rules = try CleanupRule.list([rule])
        let before = try await storage.counts()
        let dry = try #require(try await storage.cleanUp(rules, dryRun: true, until: Self.never).tallies.first)
        #expect(dry.removed == CleanupAmount() && dry.rule == rule)
        #expect(try await storage.counts() == before, "a dry run changes nothing")
        let report = try await storage.cleanUp(rules, dryRun: false, until: Self.never)
        let real = try #require(report.tallies.first)
        #expect(report.state == .done && !report.isDryRun && report.finishedAt != nil)
        #expect(real.found == dry.found && real.removed == dry.found, "\(rule)")
        let again = try #require(try await storage.cleanUp(rules, dryRun: false, until: Self.never).tallies.first)
        #expect(again.found == CleanupAmount() && again.removed == CleanupAmount(), "nothing is left")
        return real.removed
    }

    @Test func oldFinishedTasksGoWithTheirLedgerAndFailedOnesLater() async throws {
        try await TaskStore.run { store in
            let old = try await store.listed(["NA1_1", "NA1_2"])
            try await store.settle("NA1_1")
            _ = try await store.pool.query(
                "UPDATE sync_item SET match_state = 'unavailable', timeline_state = 'none' WHERE match_id = 'NA1_2'"
            )
            _ = try await store.pool.query(
                "UPDATE sync_item SET timeline_state = 'unavailable' WHERE match_id = 'NA1_1'"
            )
            #expect(try await store.storage.completeTaskIfSettled(old))
            let failed = try await store.start("Failed").task.id
            try await store.storage.taskDidFail(failed, error: "x", problemType: "x", retryable: false)
            let active = try await store.listed(["NA1_3"], name: "Active")
            let young = try await store.start("Young").task.id
            try await store.storage.taskDidFail(young, error: "x", problemType: "x", retryable: false)
            _ = try await store.pool.query(
                "UPDATE sync_task SET finished_at = now() - interval '40 days', queued_at = now() - interval '400 days' WHERE finished_at IS NOT NULL"
            )
            // A record of the schedule goes, the newest of its entry stays.
            for tick: Int64 in [1_000, 2_000] { #expect(try await store.storage.claimTick(entry: "e", tick: tick)) }
            _ = try await store.pool.query("UPDATE schedule_run SET started_at = now() - interval '31 days'")

            #expect(try await cleanUp("tasks:30", store.storage) == CleanupAmount(things: 1, rows: 3, bytes: 0))
            #expect(try await store.storage.task(old) == nil)
            #expect(try await store.storage.task(failed) != nil)
            #expect(try await store.storage.task(active) != nil)
            #expect(try await store.storage.lastScheduleRuns().map(\.tick) == [2_000])

            try await store.storage.markFailed(.match, try MatchID("NA1_9"), reason: "x")
            try await store.storage.markUnavailable(.match, try MatchID("NA1_8"), reason: "x")
            _ = try await store.pool.query(
                "UPDATE fetch_failure SET last_seen_at = now() - interval '91 days', next_try_at = NULL"
            )
            _ = try await store.pool.query(
                "UPDATE sync_task SET finished_at = now() - interval '91 days' WHERE id = $1",
                [.text(failed.text)]
            )
            #expect(try await cleanUp("failed-tasks:90", store.storage) == CleanupAmount(things: 1, rows: 1, bytes: 0))
            #expect(try await store.storage.task(failed) == nil)
            #expect(try await store.storage.task(young) != nil, "40 days are not 90")
            #expect(
                try await store.storage.fetchFailures(limit: 9).map(\.subject) == ["NA1_8"],
                "what Riot does not have stays known"
            )
        }
    }

    @Test func timelinesAsReceivedGoOnlyWhenThePresentDecoderMadeTheRows() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            try await storage.storeTimeline(.timeline())
            try await storage.storeTimeline(.timeline("NA1_2"), as: "NA1_2")
            _ = try await storage.pool.query(
                "UPDATE timeline SET parser_version = 0 WHERE match_id = (SELECT id FROM match_key WHERE riot_id = 'NA1_2')"
            )
            let rows = try await storage.counts()
            let size = TestBody.timeline().bytes.count
            #expect(
                try await cleanUp("timelines:36500", storage) == CleanupAmount(),
                "the match is not a century old"
            )
            #expect(try await cleanUp("timelines:0", storage) == CleanupAmount(things: 1, rows: 0, bytes: Int64(size)))
            var expected = rows
            expected["raw_body"] = 2
            #expect(try await storage.counts() == expected, "the rows stay")
            #expect(try await storage.rawBody(try MatchID(MatchDecoderTests.id), .timeline) == nil)
            #expect(try await storage.value("SELECT string_agg(body_gone, ',') FROM timeline") == "cleanup")
            #expect(try await storage.value("SELECT body_gone FROM match") == nil)
        }
    }

    @Test func namesGoOfPlayersWhomNobodyAskedForAndNobodySaw() async throws {
        try await withStorage { storage in
            // Everybody was seen in June 2025 last, player 1 today under the same name.
            try await storage.storeMatch(.match())
            let now = try #require(
                Int(try await storage.value("SELECT (extract(epoch FROM now()) * 1000)::bigint") ?? "")
            )
            try await storage.storeMatch(.match("NA1_2", players: 1, at: now), as: "NA1_2")
            let number = { (player: Int) in
                try #require(
                    Int(
                        try await storage.value("SELECT id FROM summoner WHERE puuid = $1", [.text(testPuuid(player))])
                            ?? ""
                    )
                )
            }
            _ = try await storage.pool.query(
                "INSERT INTO summoner_profile (summoner_id, platform) VALUES ($1, 'na1')",
                [.int(Int64(try await number(2)))]
            )
            #expect(try await storage.setFollowed(true, try await number(3)))
            _ = try await storage.pool.query(
                """
                INSERT INTO summoner_name_history (summoner_id, replaced_at, game_name, named_at)
                VALUES ($1, now(), 'before', now() - interval '1 year')
                """,
                [.int(Int64(try await number(4)))]
            )
            // Rows are young: they were inserted now. What counts is when the player was seen.
            #expect(try await cleanUp("names:180", storage) == CleanupAmount(things: 7, rows: 1, bytes: 0))
            #expect(
                try await storage.value(
                    "SELECT string_agg(right(puuid, 1), ',' ORDER BY id) FROM summoner WHERE game_name IS NOT NULL"
                ) == "1,2,3"
            )
            #expect(try await storage.value("SELECT count(*) FROM summoner") == "10")
        }
    }

    @Test func gamesBeforeADateGoUnlessAFollowedPlayerHasTheYear() async throws {
        try await withStorage { storage in
            let june: [Int: Int] = [2023: 1_686_000_000_000, 2024: 1_718_000_000_000, 2025: 1_750_000_000_000]
            for (year, start) in june {
                try await storage.storeMatch(.match("NA1_\(year)", at: start), as: "NA1_\(year)")
                try await storage.storeTimeline(.timeline("NA1_\(year)"), as: "NA1_\(year)")
            }
            let followed = try #require(
                Int(try await storage.value("SELECT id FROM summoner WHERE puuid = $1", [.text(testPuuid(5))]) ?? "")
            )
            let other = try #require(
                Int(try await storage.value("SELECT id FROM summoner WHERE puuid = $1", [.text(testPuuid(6))]) ?? "")
            )
            try await storage.pool.withTransaction { connection in
                try await Storage.recomputeYear(connection, summonerID: followed, year: 2024)
                try await Storage.recomputeYear(connection, summonerID: other, year: 2023)
            }
            #expect(try await storage.setFollowed(true, followed))
            let sizes =
                TestBody.match("NA1_2023", at: 1_686_000_000_000).bytes.count
                + TestBody.timeline("NA1_2023").bytes.count
            let removed = try await cleanUp("games:2025-01-01", storage)
            #expect(removed == CleanupAmount(things: 1, rows: 10, bytes: Int64(sizes)))
            let held = try await storage.holdings(of: try [2023, 2024, 2025].map { try MatchID("NA1_\($0)") })
            #expect(Set(held.matches.map(\.text)) == ["NA1_2024", "NA1_2025"] && held.timelines == held.matches)
            let counts = try await storage.counts()
            #expect(counts["match_participant"] == 20 && counts["timeline_frames"] == 20 && counts["raw_body"] == 4)
            #expect(counts["match_team"] == 4 && counts["match_detail"] == 2 && counts["timeline_events"] == 6)
            #expect(
                try await storage.value("SELECT sum(games + remakes) FROM player_year_stats WHERE year = 2023") == "0",
                "figures are worked out again"
            )
            // And it can be had again.
            #expect(
                try await storage.storeMatch(.match("NA1_2023", at: june[2023] ?? 0), as: "NA1_2023").outcome == .stored
            )
        }
    }

    @Test func accountsThatRiotForgotAreErasedAfterASecondQuestion() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            _ = try await storage.pool.query(
                """
                UPDATE summoner SET forgotten_at = now() - interval '70 days',
                    name_asked_at = now() - interval '70 days' + CASE WHEN puuid = $1 THEN interval '26 days' ELSE '0' END
                WHERE puuid IN ($1, $2)
                """,
                [.text(testPuuid(3)), .text(testPuuid(4))]
            )
            let size = Int64(TestBody.match().bytes.count)
            #expect(try await cleanUp("forgotten:60", storage) == CleanupAmount(things: 1, rows: 1, bytes: size))
            #expect(try await storage.isErased(puuid: testPuuid(3)))
            #expect(try await !storage.isErased(puuid: testPuuid(4)))
            let name = try RiotID(gameName: "riotIdGameName 3", tagLine: "riotIdTagline 3")
            #expect(try await !storage.isErased(name), "the name is free for somebody else")
            #expect(try await DatabaseSearch(pool: storage.pool).places(of: [testPuuid(3), "riotIdGameName 3"]) == [])
        }
    }

    @Test func thereIsOneRunAtATimeAndTheNextGoesOnWithTheRest() async throws {
        try await withStorage { storage in
            for number in 1...3 {
                try await storage.storeTimeline(.timeline("NA1_\(number)", frames: 1), as: "NA1_\(number)")
            }
            let rules = try CleanupRule.list(["timelines:0"])
            // Time is over at once: counted, and nothing removed.
            let late = try await storage.cleanUp(rules, dryRun: false, until: .now)
            #expect(late.state == .stopped && late.tallies.first?.found.things == 3)
            #expect(late.tallies.first?.removed.things == 0)

            // A run that is held up by somebody else's lock, seen by others, and then told to stop.
            let run = try await storage.pool.withTransaction { connection in
                _ = try await connection.query("SELECT 1 FROM raw_body FOR UPDATE")
                let run = Task { try await storage.cleanUp(rules, dryRun: false, until: Self.never) }
                try await storage.waitForLockWaiter()
                #expect(try await storage.lastCleanup()?.state == .running)
                await #expect(throws: CleanupIsRunning.self) {
                    try await storage.cleanUp(rules, dryRun: true, until: Self.never)
                }
                run.cancel()
                return run
            }
            await #expect(throws: (any Error).self) { try await run.value }
            let stopped = try #require(try await storage.lastCleanup())
            #expect(stopped.state == .stopped && stopped.finishedAt != nil && stopped.tallies.first?.found.things == 3)

            let report = try await storage.cleanUp(rules, dryRun: false, until: Self.never)
            #expect(report.state == .done && report.run > stopped.run)
            #expect(try await storage.value("SELECT count(*) FROM raw_body") == "0")
        }
    }

    @Test func aRunWhoseProcessDiedIsToldAsStopped() async throws {
        try await withStorage { storage in
            _ = try await storage.pool.query("INSERT INTO cleanup_run (dry_run, state) VALUES (false, 'running')")
            #expect(try await storage.lastCleanup()?.state == .stopped)
            let report = try await storage.cleanUp([], dryRun: false, until: Self.never)
            #expect(report.state == .done && report.tallies.isEmpty)
            #expect(try await storage.value("SELECT state FROM cleanup_run ORDER BY id LIMIT 1") == "stopped")
        }
    }
}

extension Storage {
    /// Waits until some session of this database waits for another one's lock; fails the test after half a minute.
    func waitForLockWaiter() async throws {
        let end = ContinuousClock.now + .seconds(30)
        let query: SQL = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        while try await value(query) == "0" {
            try #require(ContinuousClock.now < end, "nobody waits for a lock")
            await Task.yield()
        }
    }
}
