import Logging
import Postgres
import RiotModels
import Testing
import TestSupport

@testable import Storage

/// A storage on a database of its own, with a player and helpers to put rows where a test needs them.
struct TaskStore: Sendable {
    static let puuid = String(repeating: "p", count: 78)
    let storage: Storage
    var pool: PostgresPool { storage.pool }

    static func run(_ body: @Sendable @escaping (TaskStore) async throws -> Void) async throws {
        try await withTestDatabase { url in
            let logger = Logger(label: "test")
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url, applicationName: "task-tests"),
                logger: logger
            )
            let store = TaskStore(storage: Storage(pool: pool, keyScope: "default", logger: logger))
            do {
                try await store.storage.migrate()
                try await body(store)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    func start(_ name: String = "Some One", _ tag: String = "NA1", year: Int = 2025) async throws -> StartedTask {
        try await storage.startTask(
            try RiotID(gameName: name, tagLine: tag),
            platform: .na1,
            year: year,
            recovery: false,
            at: 1_700_000_000_000
        )
    }

    /// A task whose list stands.
    func listed(
        _ ids: [String],
        name: String = "Some One",
        puuid: String = puuid,
        year: Int = 2025
    ) async throws -> TaskID {
        let id = try await start(name, year: year).task.id
        try await storage.taskDidStart(id)
        try await storage.taskDidFindPlayer(
            id,
            account: RiotAccount(puuid: puuid, gameName: name, tagLine: "NA1"),
            summoner: RiotSummoner(puuid: puuid),
            requests: 2
        )
        try await storage.taskDidList(id, matches: try ids.map { try MatchID($0) }, requests: 1, isCapped: false)
        return id
    }

    func counts(_ id: TaskID) async throws -> TaskCounts {
        try #require(try await storage.taskStatus(id)?.counts)
    }

    /// Settles a match as its storing would.
    @discardableResult
    func settle(
        _ id: String,
        participants: [String] = [puuid],
        startedAt: Int64? = 1_750_000_000_000
    ) async throws -> Bool {
        let match = try MatchID(id)
        return try await pool.withTransaction {
            let keys = try await MatchKeys.lock([match], on: $0)
            let key = try #require(keys.keys[match])
            _ = try await $0.query(
                """
                INSERT INTO match (id, received_at, started_at, parser_version, is_aborted, is_remake, platform,
                    summoner_ids)
                SELECT $1, now(), $2, 1, false, false, $3,
                    coalesce((SELECT array_agg(id) FROM summoner WHERE puuid = ANY ($4::text[])), '{}')
                ON CONFLICT DO NOTHING
                """,
                [
                    .int(Int64(key)), PostgresParameter(timestampMilliseconds: startedAt),
                    .text(match.platform.rawValue), .textArray(participants),
                ]
            )
            return try await !Ledger.settleMatches($0, keys: keys.keys, stored: [match]).isEmpty
        }
    }

    func settleTimeline(_ id: String) async throws {
        let match = try MatchID(id)
        try await pool.withTransaction { try await Ledger.settleTimelines($0, [match], stored: [match]) }
    }
}

@Suite(.timeLimit(.minutes(2))) struct TaskStoreTests {
    @Test func oneActiveTaskPerPlayerPlatformAndYear() async throws {
        try await TaskStore.run { store in
            let first = try await store.start("Some One")
            let again = try await store.start("sOmE oNe")
            let otherYear = try await store.start("Some One", year: 2024)
            #expect(!first.isDeduplicated && again.isDeduplicated && !otherYear.isDeduplicated)
            #expect(again.task.id == first.task.id && otherYear.task.id != first.task.id)
            try await store.storage.taskDidFail(first.task.id, error: "no", problemType: "x", retryable: false)
            #expect(try await store.start("Some One").isDeduplicated == false)
        }
    }

    @Test func manyStartsAtOnceMakeOneTask() async throws {
        try await TaskStore.run { store in
            let ids = try await withThrowingTaskGroup(of: TaskID.self) { group in
                for _ in 0..<20 { group.addTask { try await store.start().task.id } }
                return try await group.reduce(into: Set<TaskID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
        }
    }

    @Test func everyStateIsReadBackAsItWasWritten() async throws {
        try await TaskStore.run { store in
            let id = try await store.start().task.id
            #expect(try await store.storage.task(id)?.state == .pending)
            try await store.storage.taskDidStart(id)
            #expect(try await store.storage.task(id)?.state == .started)
            try await store.storage.taskWaits(id, for: "quota", until: 1_750_000_000_123, detail: "americas")
            let waiting = try await store.storage.task(id)
            #expect(waiting?.waitingFor == "quota" && waiting?.waitingUntil == 1_750_000_000_123)
            try await store.storage.taskWillRetry(id, error: "Riot is down", retryAt: 1_750_000_000_999)
            let retrying = try await store.storage.task(id)
            #expect(retrying?.state == .retry && retrying?.attempt == 1 && retrying?.retryAt == 1_750_000_000_999)
            try await store.storage.taskDidFail(id, error: "gone", problemType: "unknown-player", retryable: false)
            let failed = try await store.storage.task(id)
            #expect(failed?.state == .failure && failed?.error == "gone" && failed?.finishedAt != nil)
            try await store.storage.taskDidStart(id)
            #expect(try await store.storage.task(id)?.state == .failure)
        }
    }

    @Test func aFailureThatComesLateDoesNotEndATaskThatHasItsList() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1"])
            try await store.storage.taskDidFail(id, error: "gone", problemType: "riot-unavailable", retryable: true)
            let task = try await store.storage.task(id)
            #expect(task?.state == .progress && task?.error == nil)
        }
    }

    @Test func aMatchOfOthersIsNotHisAlsoWhenOneOfThemWasErased() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1"])
            try await store.settle("NA1_9", participants: ["somebody"])
            _ = try await store.pool.query("UPDATE match_key SET riot_id = 'NA1_1'")
            _ = try await store.pool.query("UPDATE match SET summoner_ids = ARRAY[NULL, 77]::integer[]")
            let held = try await store.storage.settleHeldMatch(try MatchID("NA1_1"))
            #expect(held.isHeld && !held.timelineWanted)
            let counts = try await store.counts(id)
            #expect(counts.notHis == 1 && counts.total == 0)
        }
    }

    /// Somebody else's job marks the timeline while this one finds the match.
    @Test func aTimelineThatIsMarkedMeanwhileStaysMarkedWhenAHeldMatchIsSettled() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1"])
            try await store.settle("NA1_9")
            _ = try await store.pool.query("UPDATE match_key SET riot_id = 'NA1_1'")
            let pool = store.pool
            try await withThrowingTaskGroup { group in
                try await pool.withTransaction { connection in
                    _ = try await connection.query("UPDATE sync_item SET timeline_state = 'unavailable'")
                    group.addTask { _ = try await store.storage.settleHeldMatch(try MatchID("NA1_1")) }
                    let waits = await Arrival.comes {
                        let waiting = try await pool.query(
                            """
                            SELECT count(*) AS n FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """
                        )
                        return try waiting.first?.int("n") == 1
                    }
                    #expect(waits)
                }
                try await group.waitForAll()
            }
            #expect(try await store.counts(id).isComplete)
            let left = try await pool.query("SELECT count(*) AS n FROM sync_item WHERE timeline_state = 'unavailable'")
            #expect(try left.first?.int("n") == 1)
        }
    }

    @Test func aMatchIsProcessedOnlyWithItsTimeline() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1", "NA1_2"])
            #expect(try await store.settle("NA1_1"))
            #expect(try await store.counts(id).processed == 0)
            try await store.settleTimeline("NA1_1")
            let counts = try await store.counts(id)
            #expect(counts.total == 2 && counts.processed == 1 && counts.progress == 50)
            #expect(try await store.storage.completeTaskIfSettled(id) == false)
        }
    }

    @Test func matchesOfAnotherYearAndOfOthersLeaveTheTotal() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1", "NA1_2", "NA1_3"])
            #expect(
                try await store.settle("NA1_1", startedAt: 1_704_067_199_999 /* the last millisecond of 2023 */)
                    == false
            )
            #expect(try await store.settle("NA1_2", participants: ["somebody"]) == false)
            let counts = try await store.counts(id)
            #expect(counts.total == 1 && counts.outsideYear == 1 && counts.notHis == 1)
        }
    }

    @Test func countsAddUpWhateverHappensToEachMatch() async throws {
        try await TaskStore.run { store in
            let ids = (1...8).map { "NA1_\($0)" }
            let task = try await store.listed(ids)
            for id in ["NA1_1", "NA1_2", "NA1_3"] { try await store.settle(id) }
            try await store.settleTimeline("NA1_1")
            try await store.storage.markUnavailable(.timeline, try MatchID("NA1_2"), reason: "404")
            try await store.storage.markFailed(.timeline, try MatchID("NA1_3"), reason: "500")
            try await store.storage.markUnavailable(.match, try MatchID("NA1_4"), reason: "404")
            try await store.storage.markFailed(.match, try MatchID("NA1_5"), reason: "500")
            try await store.settle("NA1_6", startedAt: 1_704_067_199_999)
            try await store.settle("NA1_7")
            try await store.settleTimeline("NA1_7")
            try await store.settle("NA1_8", startedAt: nil)
            try await store.settleTimeline("NA1_8")
            let counts = try await store.counts(task)
            #expect(counts.total == counts.existing + counts.new + counts.unavailable + counts.failed)
            #expect(counts.total == 7 && counts.processed == 7 && counts.new == 4)
            #expect(counts.unavailable == 1 && counts.failed == 2 && counts.timelinesUnavailable == 1)
            #expect(counts.failedMatches == ["NA1_3", "NA1_5"])
            #expect(try await store.storage.completeTaskIfSettled(task))
            #expect(try await store.storage.task(task)?.state == .success)
        }
    }

    @Test func everyTaskThatWaitsForAMatchIsSettledAtOnce() async throws {
        try await TaskStore.run { store in
            let other = String(repeating: "q", count: 78)
            let first = try await store.listed(["NA1_1"])
            let second = try await store.listed(["NA1_1"], name: "Other", puuid: other)
            try await store.settle("NA1_1", participants: [TaskStore.puuid, other])
            try await store.settleTimeline("NA1_1")
            #expect(try await store.counts(first).isComplete)
            #expect(try await store.counts(second).isComplete)
        }
    }

    @Test func aPlayerWithoutMatchesEndsWithNothing() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed([])
            #expect(try await store.storage.completeTaskIfSettled(id))
            let status = try await store.storage.taskStatus(id)
            #expect(status?.task.state == .success && status?.counts?.total == 0 && status?.progress == 100)
        }
    }

    @Test func completionHappensOnceHoweverManyAskForIt() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed([])
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<10 { group.addTask { _ = try await store.storage.completeTaskIfSettled(id) } }
            }
            #expect(try await store.storage.task(id)?.state == .success)
            let rows = try await store.pool.query("SELECT count(*) AS n FROM player_year_stats")
            #expect(try rows.first?.int("n") == 1)
        }
    }

    @Test func openItemsComeNewestFirstAndByWhatTheyWant() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_9", "NA1_8", "NA1_7"])
            try await store.settle("NA1_8")
            let open = try await store.storage.openItems(of: id)
            #expect(open.matches.map(\.text) == ["NA1_9", "NA1_7"] && open.timelines.map(\.text) == ["NA1_8"])
        }
    }

    @Test func aRejectedKeyIsWhatWaitingTasksSay() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1"])
            try await store.storage.keyWasRejected(status: 403, detail: "x")
            #expect(try await store.storage.taskStatus(id)?.waitingFor == "key")
            try await store.storage.keyWasAccepted()
            #expect(try await store.storage.taskStatus(id)?.waitingFor == nil)
        }
    }

    @Test func aTickIsClaimedOnce() async throws {
        try await TaskStore.run { store in
            #expect(try await store.storage.claimTick(entry: "cleanup_old_data", tick: 1_750_000_000_000))
            #expect(try await store.storage.claimTick(entry: "cleanup_old_data", tick: 1_750_000_000_000) == false)
            try await store.storage.finishTick(
                entry: "cleanup_old_data",
                tick: 1_750_000_000_000,
                succeeded: true,
                detail: "0 tasks"
            )
            #expect(try await store.storage.lastScheduleRuns().first?.outcome == "ok")
        }
    }
}
