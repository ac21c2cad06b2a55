import Postgres
import RiotModels
import Testing

@testable import Storage

/// Storing by many at once, failures in the middle, and the marks of the ledger.
@Suite(.timeLimit(.minutes(2))) struct StoreConcurrencyTests {
    static let id = MatchDecoderTests.id

    @Test func theSameMatchByManyIsStoredOnce() async throws {
        try await withStorage(connections: 8) { storage in
            let outcomes = try await withThrowingTaskGroup(of: StoredMatch.Outcome.self) { group in
                for _ in 0..<8 { group.addTask { try await storage.storeMatch(.match()).outcome } }
                for _ in 0..<4 { group.addTask { try await storage.storeTimeline(.timeline()).outcome } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .stored } == 2)
            let counts = try await storage.counts()
            #expect(counts["match_key"] == 1 && counts["match"] == 1 && counts["timeline"] == 1)
            #expect(counts["match_participant"] == 10 && counts["raw_body"] == 2 && counts["summoner"] == 10)
        }
    }

    @Test func matchesWithCommonPlayersAreStoredSideBySide() async throws {
        try await withStorage(connections: 8) { storage in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...30 {
                    group.addTask {
                        var body = TestBody.match("NA1_\(number)", at: 1_750_000_000_000 + number)
                        // Each match lists the players in another order, and gives the first a new name.
                        if case .array(let players)? = body["info.participants"] {
                            body["info.participants"] = .array(number % 2 == 0 ? players : players.reversed())
                        }
                        body["info.participants.0.riotIdGameName"] = .raw("\"Name \(number)\"")
                        body["info.participants.0.riotIdTagline"] = "TAG"
                        try await storage.storeMatch(body, as: "NA1_\(number)")
                    }
                    group.addTask { try await storage.storeTimeline(.timeline("NA1_\(number)"), as: "NA1_\(number)") }
                }
                try await group.waitForAll()
            }
            let counts = try await storage.counts()
            #expect(counts["match"] == 30 && counts["timeline"] == 30 && counts["summoner"] == 10)
            #expect(counts["match_participant"] == 300)
        }
    }

    @Test func aNameThatIsOldIsNotTakenForTheNewestBecauseItsMatchComesLast() async throws {
        try await withStorage { storage in
            let start = 1_750_000_000_000
            for (number, day, name) in [(1, 1, "Same"), (2, 3, "Same"), (3, 2, "Between"), (4, 4, "New")] {
                var body = TestBody.match("NA1_\(number)", at: start + day * 86_400_000)
                body["info.participants.0.riotIdGameName"] = .raw("\"\(name)\"")
                body["info.participants.0.riotIdTagline"] = "TAG"
                try await storage.storeMatch(body, as: "NA1_\(number)")
                let known = try await storage.value(
                    "SELECT game_name FROM summoner WHERE puuid = $1",
                    [.text(testPuuid(1))]
                )
                #expect(known == (number == 4 ? "New" : "Same"))
            }
        }
    }

    @Test func aFailureInTheMiddleLeavesNothing() async throws {
        try await withStorage { storage in
            _ = try await storage.pool.query("ALTER TABLE match_team ADD CONSTRAINT never CHECK (false) NOT VALID")
            _ = try await storage.pool.query(
                "ALTER TABLE timeline_kill_damage ADD CONSTRAINT never CHECK (false) NOT VALID"
            )
            await #expect(throws: BodyRejection.self) { try await storage.storeMatch(.match()) }
            await #expect(throws: BodyRejection.self) { try await storage.storeTimeline(.timeline()) }
            let left = try await storage.counts().filter { $0.value > 0 }
            #expect(left == ["rejected_body": 2], "only the bodies themselves, kept beside")
            _ = try await storage.pool.query("ALTER TABLE match_team DROP CONSTRAINT never")
            _ = try await storage.pool.query("ALTER TABLE timeline_kill_damage DROP CONSTRAINT never")
            #expect(try await storage.storeMatch(.match()).outcome == .stored)
            #expect(try await storage.storeTimeline(.timeline()).outcome == .stored)
            #expect(try await storage.counts()["rejected_body"] == 0)
        }
    }

    @Test func aBackendThatIsKilledInTheMiddleLeavesNothing() async throws {
        try await withStorage { storage in
            try await storage.pool.withTransaction { blocker in
                _ = try await blocker.query("LOCK TABLE match_team IN ACCESS EXCLUSIVE MODE")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: PostgresError.self) { try await storage.storeMatch(.match()) }
                    }
                    // The match row is written by then, and waits for its teams.
                    let deadline = ContinuousClock.now + .seconds(30)
                    var killed = 0
                    while killed == 0, .now < deadline {
                        killed = try await storage.pool.query(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """
                        ).count
                    }
                    #expect(killed == 1)
                    try await group.waitForAll()
                }
            }
            #expect(try await storage.counts().values.allSatisfy { $0 == 0 })
            #expect(try await storage.storeMatch(.match()).outcome == .stored)
        }
    }

    @Test(arguments: ["40P01", "40001"]) func conflictsAreTriedAgainWithinBounds(state: String) async throws {
        try await withStorage { storage in
            func attempts(failing: Int) async throws -> Int {
                nonisolated(unsafe) var attempts = 0  // one task
                return try await storage.withRetriedTransaction { connection in
                    attempts += 1
                    if attempts <= failing {
                        try await connection.executeScript(
                            "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '\(state)'; END $$",
                            timeout: .seconds(5)
                        )
                    }
                    return attempts
                }
            }
            let needed = try await attempts(failing: StorageLimits.transactionAttempts - 1)
            #expect(needed == StorageLimits.transactionAttempts)
            let error = await #expect(throws: PostgresError.self) {
                _ = try await attempts(failing: StorageLimits.transactionAttempts)
            }
            #expect(error?.sqlState == state)
        }
    }

    @Test func theLedgerIsMarkedWithTheData() async throws {
        try await TaskStore.run { store in
            let year2025 = 1_750_000_000_000
            let task = try await store.listed(["NA1_1", "NA1_2", "NA1_3"], puuid: testPuuid(1))
            let storage = store.storage
            let his = try await storage.storeMatch(.match("NA1_1", at: year2025), as: "NA1_1")
            #expect(his.timelineWanted)
            let outside = try await storage.storeMatch(.match("NA1_2", at: year2025 - 366 * 86_400_000), as: "NA1_2")
            #expect(outside == StoredMatch(outcome: .stored, timelineWanted: false))
            var other = TestBody.match("NA1_3", at: year2025)
            other["metadata.participants.0"] = .raw("\"\(testPuuid(77))\"")
            let stored = try await storage.storeMatch(other, as: "NA1_3")
            #expect(!stored.timelineWanted)
            var counts = try await store.counts(task)
            #expect(counts.total == 1 && counts.processed == 0 && counts.outsideYear == 1 && counts.notHis == 1)
            try await storage.storeTimeline(.timeline("NA1_1"), as: "NA1_1")
            counts = try await store.counts(task)
            #expect(counts.processed == 1 && counts.new == 1 && counts.timelinesStored == 1)
            #expect(try await storage.completeTaskIfSettled(task))
        }
    }

    @Test func aLaterTaskFindsWhatIsHeld() async throws {
        try await TaskStore.run { store in
            try await store.storage.storeTimeline(.timeline("NA1_1"), as: "NA1_1")
            try await store.storage.storeMatch(.match("NA1_1"), as: "NA1_1")
            let task = try await store.listed(["NA1_1"], puuid: testPuuid(2))
            let counts = try await store.counts(task)
            #expect(counts.existing == 1 && counts.isComplete)
        }
    }

    @Test func aSecondArrivalMarksTheLedgerAsExisting() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed(["NA1_1"], puuid: testPuuid(1))
            try await store.storage.storeMatch(.match("NA1_1"), as: "NA1_1")
            _ = try await store.pool.query("UPDATE sync_item SET match_state = 'open'")
            let again = try await store.storage.storeMatch(.match("NA1_1"), as: "NA1_1")
            #expect(again == StoredMatch(outcome: .alreadyHeld, timelineWanted: true))
            #expect(try await store.counts(task).existing == 1)
        }
    }
}
