import Postgres
import RiotModels
import Testing

@testable import Storage

/// What is settled when a list stands, without a request.
@Suite(.timeLimit(.minutes(2))) struct ListedTests {
    /// Midnight of New Year 2025 in UTC, milliseconds.
    private static let newYear = 1_735_689_600_000
    private static let day = 86_400_000

    private func hold(_ number: Int, at milliseconds: Int, in store: TaskStore) async throws {
        let id = "NA1_\(number)"
        try await store.storage.storeMatch(.match(id, players: 2, at: milliseconds), as: id)
    }

    private func open(_ task: TaskID, in store: TaskStore) async throws -> [String] {
        try await store.storage.openItems(of: task).matches.map(\.text)
    }

    @Test func numbersBeyondAHeldMatchOfAnotherYearAreSettledByThemselves() async throws {
        try await TaskStore.run { store in
            try await hold(1000, at: Self.newYear - 2 * Self.day, in: store)
            try await hold(900, at: Self.newYear - 40 * Self.day, in: store)
            try await hold(9000, at: Self.newYear + 367 * Self.day, in: store)
            let ids = [9001, 8999, 1001, 999, 950, 7].map { "NA1_\($0)" } + ["EUW1_5", "EUW1_9999"]
            let task = try await store.listed(ids, puuid: "q")
            #expect(try await open(task, in: store) == ["NA1_8999", "NA1_1001", "EUW1_5", "EUW1_9999"])
            let counts = try await store.counts(task)
            #expect(counts.outsideYear == 4 && counts.total == 4 && counts.requests == 0)
        }
    }

    /// Numbers are given before a game begins, so within a day of New Year they say nothing.
    @Test func matchesNearNewYearSpeakForNoOther() async throws {
        try await TaskStore.run { store in
            try await hold(1000, at: Self.newYear - Self.day + 60_000, in: store)
            try await hold(9000, at: Self.newYear + 366 * Self.day - 60_000, in: store)
            let task = try await store.listed(["NA1_9001", "NA1_999"], puuid: "q")
            #expect(try await open(task, in: store) == ["NA1_9001", "NA1_999"])
        }
    }

    @Test func nothingIsConcludedWhereNumbersDoNotRiseWithTime() async throws {
        try await TaskStore.run { store in
            try await hold(9000, at: Self.newYear - 2 * Self.day, in: store)
            try await hold(1000, at: Self.newYear + 367 * Self.day, in: store)
            let task = try await store.listed(["NA1_9001", "NA1_5000", "NA1_999"], puuid: "q")
            #expect(try await open(task, in: store).count == 3)
        }
    }

    @Test func anAbortedGameSpeaksForNoOther() async throws {
        try await TaskStore.run { store in
            try await hold(1000, at: Self.newYear - 20 * Self.day, in: store)
            _ = try await store.pool.query("UPDATE match SET is_aborted = true")
            let task = try await store.listed(["NA1_999"], puuid: "q")
            #expect(try await open(task, in: store) == ["NA1_999"])
        }
    }

    @Test func whatRiotIsKnownNotToHaveIsNotAskedForAgain() async throws {
        try await TaskStore.run { store in
            // Held and old, so what is missing below it is missing for good.
            try await hold(1000, at: Self.newYear + 10 * Self.day, in: store)
            try await hold(800, at: Self.newYear + 9 * Self.day, in: store)
            let ids = ["NA1_2000", "NA1_999", "NA1_998", "NA1_997", "NA1_800"]
            for id in ["NA1_2000", "NA1_999"] {
                try await store.storage.markUnavailable(.match, try MatchID(id), reason: "404")
            }
            for id in ["NA1_998", "NA1_800"] {
                try await store.storage.markUnavailable(.timeline, try MatchID(id), reason: "404")
            }
            try await store.storage.markFailed(.match, try MatchID("NA1_997"), reason: "500")

            let task = try await store.listed(ids, puuid: testPuuid(1))
            // 2000 is young and is asked for; 997 failed for another reason.
            #expect(try await open(task, in: store) == ["NA1_2000", "NA1_998", "NA1_997"])
            var counts = try await store.counts(task)
            #expect(counts.unavailable == 1 && counts.timelinesUnavailable == 2 && counts.requests == 0)
            #expect(counts.existing == 1)
            // 998 comes: nobody waits for its timeline.
            #expect(try await store.settle("NA1_998", participants: [testPuuid(1)]) == false)
            counts = try await store.counts(task)
            #expect(counts.new == 1 && counts.processed == 3)
        }
    }

    @Test func aMatchThatComesFromElsewhereDoesNotOpenAMissingTimelineAgain() async throws {
        try await TaskStore.run { store in
            try await hold(1000, at: Self.newYear + 10 * Self.day, in: store)
            try await store.storage.markUnavailable(.timeline, try MatchID("NA1_999"), reason: "404")
            let task = try await store.listed(["NA1_999"], puuid: testPuuid(1))
            try await hold(999, at: Self.newYear + 9 * Self.day, in: store)
            let held = try await store.storage.settleHeldMatch(try MatchID("NA1_999"))
            #expect(held.isHeld && !held.timelineWanted)
            #expect(try await store.counts(task).isComplete)
        }
    }

    @Test func aRecoveryAsksAgainForEverything() async throws {
        try await TaskStore.run { store in
            try await hold(1000, at: Self.newYear + 10 * Self.day, in: store)
            for kind in FetchKind.allCases {
                try await store.storage.markUnavailable(kind, try MatchID("NA1_999"), reason: "404")
            }
            try await store.storage.markUnavailable(.timeline, try MatchID("NA1_1000"), reason: "404")
            let id = try await store.storage.startTask(
                try RiotID(parsing: "Some One#NA1"),
                platform: .na1,
                year: 2025,
                recovery: true,
                at: 1_700_000_000_000
            ).task.id
            let task = try await store.listed(["NA1_1000", "NA1_999"], puuid: testPuuid(1))
            #expect(task == id)
            let wanted = try await store.storage.openItems(of: task)
            #expect(wanted.matches.map(\.text) == ["NA1_999"] && wanted.timelines.map(\.text) == ["NA1_1000"])
        }
    }
}
