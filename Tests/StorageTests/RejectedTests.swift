import Postgres
import RiotModels
import Testing

@testable import Storage

/// Bodies that could not be understood: how they are shown, and what comes of trying them again.
@Suite(.timeLimit(.minutes(2))) struct RejectedTests {
    private static let one = "NA1_1"

    /// Stores what cannot be understood, and counts it as failed, as a worker does.
    private static func refuse(_ kind: FetchKind, _ id: String = one, in store: TaskStore) async throws {
        let rejection = await #expect(throws: BodyRejection.self) {
            switch kind {
            case .match: try await store.storage.storeMatch(.members(["metadata": 1]), as: id)
            case .timeline: try await store.storage.storeTimeline(.members(["metadata": 1]), as: id)
            }
        }
        try await store.storage.markFailed(kind, try MatchID(id), reason: try #require(rejection).description)
    }

    /// What is kept is replaced by what the parser understands, as if the parser had learned it.
    private static func teach(_ body: TestBody, _ kind: FetchKind, _ id: String = one, in store: TaskStore) async throws
    {
        _ = try await store.pool.query(
            """
            UPDATE rejected_body
            SET bytes = $3, sha256 = sha256($3), last_seen_at = '2025-07-01 12:00:00.25+00', first_seen_at = '2025-06-30'
            WHERE kind = $1 AND riot_id = $2
            """,
            [.text(kind.rawValue), .text(id), .bytes(body.bytes)]
        )
    }

    @Test func aBodyWhoseRowsPostgreSQLRefusesIsKeptAndNotFetchedForEver() async throws {
        try await TaskStore.run { store in
            _ = try await store.pool.query("ALTER TABLE match ADD CONSTRAINT no_mode CHECK (game_mode IS NULL)")
            _ = try await store.pool.query("ALTER TABLE timeline ADD CONSTRAINT no_frames CHECK (frame_count = 0)")
            let match = await #expect(throws: BodyRejection.self) {
                try await store.storage.storeMatch(TestBody.match(Self.one), as: Self.one)
            }
            #expect(match?.place == "SQLSTATE 23514" && match?.reason.contains("no_mode") == true)
            let timeline = await #expect(throws: BodyRejection.self) {
                try await store.storage.storeTimeline(TestBody.timeline(Self.one), as: Self.one)
            }
            #expect(timeline?.reason.contains("no_frames") == true)
            let kept: SQL = "SELECT count(*) FROM rejected_body WHERE bytes IS NOT NULL"
            #expect(try await store.storage.value(kept) == "2")
            #expect(try await store.storage.value("SELECT count(*) FROM raw_body") == "0")
        }
    }

    private static func item(_ task: TaskID, in store: TaskStore) async throws -> String? {
        try await store.storage.value(
            """
            SELECT match_state || ' ' || timeline_state || coalesce(' ' || reason, '') FROM sync_item WHERE task_id = $1
            """,
            [.text(task.text)]
        )
    }

    private static func retry(
        _ kind: FetchKind,
        in store: TaskStore,
        dryRun: Bool = false
    ) async throws -> RejectedRetry {
        try await store.storage.retryRejected(kind, try MatchID(one), dryRun: dryRun)
    }

    @Test func theyAreListedInPages() async throws {
        try await TaskStore.run { store in
            _ = try await store.listed(["NA1_2"])
            for id in ["NA1_3", "NA1_1", "NA1_2"] { try await Self.refuse(.match, id, in: store) }
            try await Self.refuse(.timeline, "NA1_2", in: store)
            let first = try await store.storage.rejectedBodies(limit: 3)
            let rest = try await store.storage.rejectedBodies(limit: 3, after: first.last)
            #expect(first.map(\.name) == ["match:NA1_1", "match:NA1_2", "match:NA1_3"])
            #expect(rest.map(\.name) == ["timeline:NA1_2"])
            #expect(first[1].tasks == 1 && first[0].tasks == 0 && !first[1].isHeld && first[1].attempts == 1)
            #expect(first[1].place == "metadata" && first[1].byteCount == 14)
            #expect(try await store.storage.rejectedCounts() == [.match: 3, .timeline: 1])
            #expect(try await store.storage.rejectedBodies(of: try MatchID("NA1_2")).count == 2)
        }
    }

    @Test func aMatchUnderstoodAfterItsTaskHadEndedLeavesTheFailedOnes() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one], puuid: testPuuid(1))
            let stranger = try await store.listed([Self.one], name: "Other", puuid: "q")
            let otherYear = try await store.listed([Self.one], name: "Year", puuid: testPuuid(1), year: 2024)
            try await Self.refuse(.match, in: store)
            for id in [task, stranger, otherYear] { #expect(try await store.storage.completeTaskIfSettled(id)) }
            #expect(try await store.counts(task).failed == 1)
            try await Self.teach(.match(Self.one), .match, in: store)

            #expect(try await Self.retry(.match, in: store) == .stored(timelineWanted: true))
            let counts = try await store.counts(task)
            #expect(counts.failed == 0 && counts.new == 1 && counts.processed == 1 && counts.total == 1)
            #expect(try await Self.item(task, in: store) == "stored none")
            #expect(try await Self.item(stranger, in: store) == "not_his none")
            #expect(try await Self.item(otherYear, in: store) == "outside_year none")
            #expect(try await store.storage.task(task)?.state == .success)
            #expect(try await store.storage.fetchFailures(limit: 9).isEmpty)
            #expect(try await store.storage.rejectedCounts() == [.match: 0, .timeline: 0])
            // Its figures count now, and it came when it came.
            #expect(try await store.storage.value("SELECT max(games) FROM player_year_stats WHERE year = 2025") == "1")
            let raw = try #require(try await store.storage.rawBody(try MatchID(Self.one), .match))
            #expect(raw.bytes == TestBody.match(Self.one).bytes && raw.receivedAt == 1_751_371_200_250)
            #expect(
                try await store.storage.value("SELECT (extract(epoch FROM received_at) * 1000)::bigint FROM match")
                    == "1751371200250"
            )
            // The timeline is asked for once.
            #expect(try await store.storage.dueRetries() == OpenItems(timelines: [try MatchID(Self.one)]))
            try await store.storage.storeTimeline(.timeline(Self.one), as: Self.one)
            #expect(try await store.storage.dueRetries().isEmpty)
            #expect(try await store.counts(task) == counts)
        }
    }

    @Test func aMatchUnderstoodWhileItsTaskRunsGetsItsTimelineThere() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one, "NA1_2"], puuid: testPuuid(1))
            try await Self.refuse(.match, in: store)
            try await Self.teach(.match(Self.one), .match, in: store)
            #expect(try await Self.retry(.match, in: store) == .stored(timelineWanted: true))
            let open = try await store.storage.openItems(of: task)
            #expect(open.timelines.map(\.text) == [Self.one] && open.matches.map(\.text) == ["NA1_2"])
            #expect(try await store.storage.dueRetries().isEmpty)
            let counts = try await store.counts(task)
            #expect(counts.failed == 0 && counts.processed == 0 && counts.matchesStored == 1)
        }
    }

    @Test func aTimelineThatIsHeldIsNotWanted() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one], puuid: testPuuid(1))
            try await Self.refuse(.match, in: store)
            try await store.storage.storeTimeline(.timeline(Self.one), as: Self.one)
            #expect(try await store.storage.completeTaskIfSettled(task))
            try await Self.teach(.match(Self.one), .match, in: store)
            #expect(try await Self.retry(.match, in: store) == .stored(timelineWanted: false))
            #expect(try await Self.item(task, in: store) == "stored existing")
        }
    }

    @Test func aTimelineThatIsUnderstoodLeavesTheFailedOnes() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one], puuid: testPuuid(1))
            try await store.storage.storeMatch(.match(Self.one), as: Self.one)
            try await Self.refuse(.timeline, in: store)
            #expect(try await store.storage.completeTaskIfSettled(task))
            #expect(try await store.counts(task).failed == 1)
            try await Self.teach(.timeline(Self.one), .timeline, in: store)
            #expect(try await Self.retry(.timeline, in: store) == .stored(timelineWanted: false))
            let counts = try await store.counts(task)
            #expect(counts.failed == 0 && counts.new == 1 && counts.timelinesStored == 1)
            #expect(try await Self.item(task, in: store) == "stored stored")
            #expect(try await store.storage.counts()["timeline"] == 1)
            #expect(try await store.storage.fetchFailures(limit: 9).isEmpty)
        }
    }

    @Test func whatIsStillRefusedKeepsItsBytesAndGetsTheNewReason() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one], puuid: testPuuid(1))
            try await Self.refuse(.match, in: store)
            try await Self.teach(.members(["metadata": .members([:]), "info": 1]), .match, in: store)
            _ = try await store.pool.query("UPDATE rejected_body SET parser_version = 0")
            let item = try await Self.item(task, in: store)
            guard case .refused(let rejection) = try await Self.retry(.match, in: store) else {
                Issue.record("it was understood")
                return
            }
            #expect(rejection.place == "info")
            let kept = try #require(try await store.storage.rejectedBodies(limit: 1).first)
            #expect(kept.place == "info" && kept.attempts == 2 && kept.parserVersion == Int(Storage.parserVersion))
            #expect(kept.lastSeenAt == 1_751_371_200_250 && kept.tasks == 1)
            #expect(try await Self.item(task, in: store) == item)
            #expect(try await store.storage.counts()["match_key"] == 0)
        }
    }

    @Test func aDryRunChangesNothing() async throws {
        try await TaskStore.run { store in
            _ = try await store.listed([Self.one, "NA1_2"], puuid: testPuuid(1))
            try await Self.refuse(.match, in: store)
            try await Self.refuse(.match, "NA1_2", in: store)
            try await Self.teach(.match(Self.one), .match, in: store)
            let before = try await TableDigests(of: store.storage)
            #expect(try await Self.retry(.match, in: store, dryRun: true) == .understood)
            guard case .refused = try await store.storage.retryRejected(.match, try MatchID("NA1_2"), dryRun: true)
            else {
                Issue.record("it was understood")
                return
            }
            #expect(try await TableDigests(of: store.storage).differences(from: before) == [])
        }
    }

    @Test func bytesThatAreNotThoseReceivedAreNotUsed() async throws {
        try await TaskStore.run { store in
            try await Self.refuse(.match, in: store)
            try await Self.teach(.match(Self.one), .match, in: store)
            _ = try await store.pool.query("UPDATE rejected_body SET bytes = set_byte(bytes, 3, 0)")
            let before = try await TableDigests(of: store.storage)
            #expect(try await Self.retry(.match, in: store) == .damaged)
            #expect(try await TableDigests(of: store.storage).differences(from: before) == [])
        }
    }

    @Test func whatSomebodyStoredMeanwhileIsLeftAsItIs() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one], puuid: testPuuid(1))
            try await Self.refuse(.match, in: store)
            try await Self.teach(.match(Self.one, players: 3), .match, in: store)
            _ = try await store.pool.query("CREATE TABLE kept AS SELECT * FROM rejected_body")
            try await store.storage.storeMatch(.match(Self.one), as: Self.one)
            _ = try await store.pool.query("INSERT INTO rejected_body SELECT * FROM kept")
            #expect(try await Self.retry(.match, in: store) == .stored(timelineWanted: true))
            #expect(try await store.storage.counts()["match_participant"] == 10)
            #expect(try await store.storage.counts()["rejected_body"] == 0)
            #expect(try await Self.item(task, in: store) == "stored open")
            #expect(try await Self.retry(.match, in: store) == .gone)
        }
    }

    @Test func twoAtATimeStoreItOnce() async throws {
        try await TaskStore.run { store in
            try await Self.refuse(.match, in: store)
            try await Self.teach(.match(Self.one), .match, in: store)
            let outcomes = try await withThrowingTaskGroup(of: RejectedRetry.self) { group in
                for _ in 0..<3 { group.addTask { try await Self.retry(.match, in: store) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .stored(timelineWanted: false) } == 1)
            #expect(outcomes.count { $0 == .gone } == 2)
            #expect(try await store.storage.counts()["raw_body"] == 1)
        }
    }

    @Test func aBackendThatIsKilledInTheMiddleLeavesTheRejection() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.one], puuid: testPuuid(1))
            try await Self.refuse(.match, in: store)
            try await Self.teach(.match(Self.one), .match, in: store)
            let before = try await TableDigests(of: store.storage)
            try await store.pool.withTransaction { blocker in
                _ = try await blocker.query("LOCK TABLE raw_body IN ACCESS EXCLUSIVE MODE")
                async let retried = #expect(throws: PostgresError.self) {
                    try await Self.retry(.match, in: store)
                }
                var killed = 0
                let deadline = ContinuousClock.now + .seconds(30)
                while killed == 0, .now < deadline {
                    killed = try await store.pool.query(
                        """
                        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """
                    ).count
                }
                _ = await retried
                #expect(killed == 1)
            }
            #expect(try await TableDigests(of: store.storage).differences(from: before) == [])
            #expect(try await Self.retry(.match, in: store) == .stored(timelineWanted: true))
            #expect(try await store.counts(task).failed == 0)
        }
    }

    @Test func rowsThatTheServerRefusesAreARefusal() async throws {
        try await TaskStore.run { store in
            try await Self.refuse(.match, in: store)
            try await Self.teach(.match(Self.one), .match, in: store)
            _ = try await store.pool.query("ALTER TABLE match_team ADD CONSTRAINT never CHECK (false) NOT VALID")
            guard case .refused(let rejection) = try await Self.retry(.match, in: store) else {
                Issue.record("it was stored")
                return
            }
            #expect(rejection.reason.contains("PostgreSQL does not take its rows"))
            #expect(try await store.storage.rejectedBodies(limit: 1).first?.attempts == 2)
            #expect(try await store.storage.counts()["match"] == 0)
        }
    }
}
