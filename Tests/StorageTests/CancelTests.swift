import Postgres
import RiotModels
import Testing

@testable import Storage

@Suite(.timeLimit(.minutes(2))) struct CancelTests {
    private static let ids = ["NA1_1", "NA1_2", "NA1_3", "NA1_4"]

    @Test func whatIsStoredStaysAndNothingIsWantedAnyMore() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(Self.ids)
            try await store.settle("NA1_1")
            try await store.settleTimeline("NA1_1")
            try await store.settle("NA1_2")
            try await store.storage.markFailed(.match, try MatchID("NA1_3"), reason: "no")
            let cancelled = try #require(try await store.storage.cancelTask(id, reason: "enough"))
            #expect(cancelled.isNew && cancelled.task.state == .revoked && cancelled.task.reason == "enough")
            #expect(cancelled.task.finishedAt != nil)

            let counts = try await store.counts(id)
            #expect(counts.total == 4 && counts.processed == 2 && counts.new == 2 && counts.failed == 1)
            #expect(counts.cancelled == 1, "the groups make the total")
            #expect(try await store.storage.openItems(of: id).isEmpty)
            #expect(try await store.storage.openWork().isEmpty)
            #expect(try await store.storage.activeTasks(limit: 10).isEmpty)
            #expect(try await store.storage.completeTaskIfSettled(id))
            #expect(try await store.storage.task(id)?.state == .revoked)
            // A worker that had a job of it in hand brings its match all the same.
            #expect(try await store.settle("NA1_4") == false, "its timeline is wanted")
            #expect(try await store.counts(id) == counts)
        }
    }

    @Test func cancellingIsIdempotentAndAFinalTaskStaysWhatItIs() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(Self.ids)
            let first = try #require(try await store.storage.cancelTask(id, reason: "first"))
            let second = try #require(try await store.storage.cancelTask(id, reason: "second"))
            #expect(!second.isNew && second.task.reason == "first" && second.task.finishedAt == first.task.finishedAt)

            let failed = try await store.start("Other One").task.id
            try await store.storage.taskDidFail(failed, error: "no", problemType: "x", retryable: true)
            #expect(try await store.storage.cancelTask(failed, reason: nil)?.task.state == .failure)
            #expect(try await store.storage.cancelTask(TaskID(at: 1), reason: nil) == nil)
        }
    }

    @Test func noLateStepOfTheWorkBringsACancelledTaskBack() async throws {
        try await TaskStore.run { store in
            let id = try await store.start().task.id
            try await store.storage.taskDidStart(id)
            _ = try await store.storage.cancelTask(id, reason: nil)
            try await store.storage.taskDidStart(id)
            try await store.storage.taskDidFindPlayer(
                id,
                account: RiotAccount(puuid: TaskStore.puuid, gameName: "Some One", tagLine: "NA1"),
                summoner: RiotSummoner(puuid: TaskStore.puuid),
                requests: 2
            )
            try await store.storage.taskDidList(id, matches: [try MatchID("NA1_1")], requests: 1, isCapped: false)
            try await store.storage.taskWillRetry(id, error: "x", retryAt: 1)
            try await store.storage.taskDidFail(id, error: "x", problemType: "x", retryable: true)
            let task = try #require(try await store.storage.task(id))
            #expect(task.state == .revoked && task.listedAt == nil && task.error == nil && task.waitingFor == nil)
            #expect(try await store.storage.openItems(of: id).isEmpty)
            #expect(try await store.start().isDeduplicated == false, "a new sync of the player is possible at once")
        }
    }

    @Test func whoWaitsForTheSameMatchesGoesOnWaiting() async throws {
        try await TaskStore.run { store in
            let cancelled = try await store.listed(Self.ids)
            let other = try await store.listed(Self.ids, name: "Other One", puuid: String(repeating: "q", count: 78))
            try await store.settle("NA1_1", participants: [TaskStore.puuid, String(repeating: "q", count: 78)])
            _ = try await store.storage.cancelTask(cancelled, reason: nil)
            let open = try await store.storage.openItems(of: other)
            #expect(open.matches.map(\.text) == ["NA1_2", "NA1_3", "NA1_4"] && open.timelines.map(\.text) == ["NA1_1"])
        }
    }

    @Test func whatComesLaterIsNotFollowedUpForACancelledTask() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(["NA1_1"])
            try await store.storage.markUnavailable(.match, try MatchID("NA1_1"), reason: "404")
            let other = try await store.listed(["NA1_1", "NA1_2"], year: 2024)
            _ = try await store.storage.cancelTask(other, reason: nil)
            try await store.settle("NA1_1")
            #expect(
                try await store.storage.dueRetries().timelines.map(\.text) == ["NA1_1"],
                "a task that succeeds wants it"
            )
            _ = try await store.storage.cancelTask(id, reason: nil)
            #expect(try await store.storage.dueRetries().isEmpty)
        }
    }

    @Test func storingAndCancellingAtOnceLeaveEachMatchInOneState() async throws {
        try await TaskStore.run { store in
            let ids = (1...60).map { "NA1_\($0)" }
            let id = try await store.listed(ids)
            try await withThrowingDiscardingTaskGroup { group in
                for match in ids.shuffled() { group.addTask { try await store.settle(match) } }
                group.addTask { _ = try await store.storage.cancelTask(id, reason: nil) }
            }
            let counts = try await store.counts(id)
            #expect(counts.matchesStored + counts.unavailable <= counts.total && counts.total == 60)
            #expect(counts.new + counts.cancelled == 60 && counts.processed == 0, "no timeline was settled")
            #expect(try await store.storage.openItems(of: id).isEmpty)
        }
    }

    @Test func jobsAreWithdrawnUntilAMinuteAfterTheFirstTime() async throws {
        try await TaskStore.run { store in
            let id = try await store.listed(Self.ids)
            #expect(try await store.storage.tasksToWithdraw(limit: 10).isEmpty)
            _ = try await store.storage.cancelTask(id, reason: nil)
            #expect(try await store.storage.tasksToWithdraw(limit: 10) == [id])
            try await store.storage.taskWasWithdrawn(id)
            #expect(try await store.storage.tasksToWithdraw(limit: 10) == [id], "Redis may forget it")
            _ = try await store.pool.query("UPDATE sync_task SET withdrawn_at = now() - interval '61 seconds'")
            #expect(try await store.storage.tasksToWithdraw(limit: 10).isEmpty)
        }
    }
}
