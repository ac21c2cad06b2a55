import Postgres
import RiotModels
import Testing

@testable import Storage

/// Deriving that is killed, cancelled or disturbed, and bodies whose rows cannot be made again.
@Suite(.timeLimit(.minutes(2))) struct DeriveFaultTests {
    private static let next = DeriveTests.next

    /// Waits until a statement of another connection waits for a lock.
    private static func someoneIsBlocked(_ store: TaskStore) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await store.storage.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ) == "0" {
            try #require(ContinuousClock.now < deadline, "nobody waits")
            await Task.yield()
        }
    }

    /// A report that cancels who makes it.
    private static func cancel(_ counts: Deriver.Counts) async {
        withUnsafeCurrentTask { task in task?.cancel() }
    }

    @Test func aBackendThatIsKilledInTheMiddleIsBorneAndLeavesWholeBatches() async throws {
        try await DeriveTests.run { store in
            let fresh = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            try await withThrowingTaskGroup(of: Deriver.Counts.self) { group in
                try await store.pool.withTransaction { blocker in
                    // The rows of the batch are deleted by then, and the new ones wait for those of the second table.
                    _ = try await blocker.query("LOCK TABLE match_team IN ACCESS EXCLUSIVE MODE")
                    group.addTask { try await DeriveTests.deriver(store).run() }
                    for _ in 0..<3 {
                        try await Self.someoneIsBlocked(store)
                        let killed = try await store.pool.query(
                            """
                            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """
                        )
                        #expect(killed.count == 1)
                        let versions = try await DeriveTests.versions(store)
                        #expect(versions.allSatisfy { $0 == Storage.parserVersion } && versions.count == 12)
                    }
                }
                #expect(try await group.next()?.derived == 12)
            }
            let after = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(after.differences(from: fresh) == [])
        }
    }

    @Test func cancelledInTheMiddleOfABatchItLeavesTheRowsAsTheyWere() async throws {
        try await DeriveTests.run { store in
            let before = try await TableDigests(of: store.storage)
            try await store.pool.withTransaction { blocker in
                _ = try await blocker.query("LOCK TABLE timeline_events IN ACCESS EXCLUSIVE MODE")
                let run = Task {
                    // Matches first: they are done before it comes to the locked table.
                    try await DeriveTests.deriver(store).run()
                }
                try await Self.someoneIsBlocked(store)
                run.cancel()
                await #expect(throws: CancellationError.self) { try await run.value }
            }
            #expect(
                try await TableDigests(of: store.storage).differences(from: before) == ["match"]
            )
            #expect(try await DeriveTests.versions(store).count { $0 == Self.next } == 6)
            #expect(try await DeriveTests.deriver(store).run().derived == 6)
        }
    }

    @Test func cancelledBetweenTwoBatchesItGoesOnWhereItWas() async throws {
        try await DeriveTests.run { store in
            let run: Task<Deriver.Counts, any Error> = Task {
                try await DeriveTests.deriver(store).run(Self.cancel)
            }
            await #expect(throws: CancellationError.self) { try await run.value }
            let versions = try await DeriveTests.versions(store)
            #expect(versions.count { $0 == Self.next } == 4)
            let rest = try await DeriveTests.deriver(store).run()
            #expect(rest.derived == 8)
        }
    }

    @Test func severalAtATimeBesideStoresOfTheSameMatches() async throws {
        try await DeriveTests.run(matches: 20) { store in
            let derived = try await withThrowingTaskGroup(of: Int.self) { group in
                for batch in [1, 3] {
                    group.addTask { try await DeriveTests.deriver(store, batch: batch).run().derived }
                }
                for number in 1...30 {
                    group.addTask {
                        let id = "NA1_\(number)"
                        let stored = try await store.storage.storeMatch(.match(id, players: 8), as: id)
                        #expect((stored.outcome == .alreadyHeld) == (number <= 20))
                        try await store.storage.storeTimeline(.timeline(id, players: 8), as: id)
                        return 0
                    }
                }
                return try await group.reduce(0, +)
            }
            // What a store held locked at that moment was passed over; what the other had just done may be done again.
            let rest = try await DeriveTests.deriver(store).run().derived
            #expect(derived + rest >= 60)
            #expect(try await DeriveTests.versions(store) == Array(repeating: Int(Self.next), count: 60))
            // What stands there is what the bodies say.
            let before = try await TableDigests(of: store.storage, ignoring: DeriveTests.marks)
            #expect(try await DeriveTests.deriver(store, all: true).run().derived == 60)
            let after = try await TableDigests(of: store.storage, ignoring: DeriveTests.marks)
            #expect(after.differences(from: before) == [])
            // The ten that came after the task's end count as well.
            _ = try await store.storage.recomputeStaleStats(limit: 100)
            #expect(try await store.storage.value("SELECT max(games) FROM player_year_stats") == "30")
        }
    }

    @Test func aDamagedBodyKeepsItsRowsAndIsReportedOnce() async throws {
        try await DeriveTests.run { store in
            let before = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            let flip: SQL = "UPDATE raw_body SET bytes = set_byte(bytes, 9, get_byte(bytes, 9) # 1) WHERE match_id = 2"
            _ = try await store.pool.query(flip)
            let counts = try await DeriveTests.deriver(store).run()
            #expect(counts.derived == 10 && counts.damaged == 2 && counts.refused == 0)
            #expect(try await DeriveTests.deriver(store).run().handled == 0)
            let status = try await store.storage.deriveStatus(version: Self.next)
            #expect(status.outdated == 0 && status.figures[.match]?.refused == 1)
            let id = try MatchID("NA1_2")
            let rejected = try await store.storage.rejectedBodies(of: id)
            #expect(rejected.map(\.kind) == [.match, .timeline] && rejected.allSatisfy(\.isHeld))
            #expect(rejected.allSatisfy { $0.reason.contains("SHA-256") && $0.byteCount > 100 && $0.attempts == 1 })
            #expect(try await store.storage.retryRejected(.match, id) == .damaged)
            let after = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(after.differences(from: before) == ["raw_body", "rejected_body"])
            // Mended from a backup, it is tried again, and nothing reminds of it.
            _ = try await store.pool.query(flip)
            #expect(try await store.storage.retryRejected(.match, id, dryRun: true) == .understood)
            #expect(try await store.storage.retryRejected(.match, id) == .derived)
            #expect(try await store.storage.retryRejected(.timeline, id) == .derived)
            let mended = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(mended.differences(from: before) == [])
        }
    }

    @Test func aBodyThatTheParserRefusesKeepsItsRowsUntilALaterParser() async throws {
        try await DeriveTests.run { store in
            let before = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            let good = try #require(try await store.storage.rawBody(try MatchID("NA1_3"), .match))
            let change: SQL = """
                UPDATE raw_body SET bytes = $1, sha256 = sha256($1) WHERE match_id = 3 AND kind = 'match'
                """
            _ = try await store.pool.query(change, [.bytes(Array("{}".utf8))])
            let counts = try await DeriveTests.deriver(store).run()
            #expect(counts.derived == 11 && counts.refused == 1 && counts.damaged == 0)
            let id = try MatchID("NA1_3")
            let rejected = try #require(try await store.storage.rejectedBodies(of: id).first)
            #expect(rejected.place == "metadata" && rejected.parserVersion == Int(Self.next) && rejected.isHeld)
            #expect(try await store.storage.rejectedBytes(.match, id)?.bytes == Array("{}".utf8))
            #expect(try await DeriveTests.deriver(store).run().handled == 0)
            guard case .refused = try await store.storage.retryRejected(.match, id) else {
                Issue.record("it was not refused")
                return
            }
            // A later parser tries it again.
            _ = try await store.pool.query(change, [.bytes(good.bytes)])
            #expect(try await DeriveTests.deriver(store, version: Self.next + 1).run().derived == 12)
            #expect(try await store.storage.rejectedBodies(of: id).isEmpty)
            let after = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(after.differences(from: before) == [])
        }
    }

    @Test func rowsThatTheServerRefusesDoNotTakeTheOthersWithThem() async throws {
        try await DeriveTests.run { store in
            let before = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            _ = try await store.pool.query(
                "ALTER TABLE match_team ADD CONSTRAINT never CHECK (match_id <> 2) NOT VALID"
            )
            let counts = try await DeriveTests.deriver(store).run()
            #expect(counts.derived == 11 && counts.refused == 1)
            let rejected = try #require(try await store.storage.rejectedBodies(of: try MatchID("NA1_2")).first)
            #expect(rejected.reason.contains("PostgreSQL does not take its rows"))
            let after = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(after.differences(from: before) == ["rejected_body"])
        }
    }

    @Test func theRefusalOfABodyThatWasRemovedIsForgotten() async throws {
        try await DeriveTests.run { store in
            _ = try await store.pool.query("UPDATE raw_body SET sha256 = sha256('x') WHERE match_id = 2")
            #expect(try await DeriveTests.deriver(store).run().damaged == 2)
            _ = try await store.pool.query("DELETE FROM raw_body WHERE match_id = 2")
            let id = try MatchID("NA1_2")
            #expect(try await store.storage.retryRejected(.match, id) == .gone)
            #expect(try await store.storage.rejectedBodies(of: id).map(\.kind) == [.timeline])
        }
    }
}
