import Postgres
import RiotModels
import Testing

@testable import Storage

@Suite(.timeLimit(.minutes(2))) struct TaskListingTests {
    /// All ids of a list, page by page.
    private func walk(_ store: TaskStore, _ filter: TaskFilter, page: Int) async throws -> [TaskID] {
        var ids: [TaskID] = []
        var cursor: TaskCursor?
        repeat {
            let found = try await store.storage.tasks(filter, limit: page, after: cursor)
            #expect(found.tasks.count <= page)
            ids += found.tasks.map(\.task.id)
            // A client gets the cursor as text.
            cursor = try found.next.map { try #require(TaskCursor($0.text)) }
            // What comes meanwhile is on no later page.
            if cursor != nil { _ = try await store.start("New \(ids.count)") }
        } while cursor != nil
        return ids
    }

    @Test func pagesShowEveryTaskOnceNewestFirst() async throws {
        try await TaskStore.run { store in
            var made: [TaskID] = []
            for number in 0..<7 { made.append(try await store.start("Player \(number)").task.id) }
            // Tasks of the same moment are told apart by their ids.
            _ = try await store.pool.query("UPDATE sync_task SET queued_at = '2025-06-01 10:00:00.123457+00'")
            for page in [1, 3, 7, 100] {
                let walked = try await walk(store, TaskFilter(), page: page).filter(made.contains)
                #expect(walked == made.sorted { $0.text > $1.text }, "pages of \(page)")
            }
        }
    }

    @Test func filtersByStateAndByPlayerInAnySpelling() async throws {
        try await TaskStore.run { store in
            let revoked = try await store.start("Some One", year: 2023).task.id
            _ = try await store.storage.cancelTask(revoked, reason: nil)
            let pending = try await store.start("Some One", year: 2024).task.id
            let other = try await store.start("Other One").task.id
            let player = try TaskFilter(states: nil, player: "someone#na1")
            #expect(Set(try await walk(store, player, page: 10)) == [revoked, pending])
            #expect(try await walk(store, try TaskFilter(states: "revoked", player: nil), page: 10) == [revoked])
            let both = try TaskFilter(states: "PENDING,RETRY", player: "Other One#NA1")
            #expect(try await walk(store, both, page: 10) == [other])
        }
    }

    @Test func countsStandBesideTheTasksThatHaveALedger() async throws {
        try await TaskStore.run { store in
            let empty = try await store.listed([], name: "Nothing", puuid: String(repeating: "n", count: 78))
            let listed = try await store.listed(["NA1_1", "NA1_2"])
            try await store.settle("NA1_1")
            try await store.settleTimeline("NA1_1")
            let waiting = try await store.start("Other One").task.id
            let page = try await store.storage.tasks(TaskFilter(), limit: 10)
            let byID = Dictionary(uniqueKeysWithValues: page.tasks.map { ($0.task.id, $0) })
            #expect(byID[listed]?.counts == (try await store.counts(listed)) && byID[listed]?.progress == 50)
            #expect(byID[empty]?.counts?.total == 0 && byID[empty]?.progress == 100)
            #expect(byID[waiting]?.counts == nil)
        }
    }

    @Test(arguments: [
        "", "x", "1.x", "-1.01934f6e-7a3b-7c1d-8e2f-0123456789ab",
        "9223372036854775807.01934f6e-7a3b-7c1d-8e2f-0123456789ab",
    ])
    func whatIsNoCursorIsRefused(text: String) {
        #expect(TaskCursor(text) == nil)
    }

    @Test(arguments: [("STOPPED", "state"), ("PENDING,,", "state"), (",", "state")])
    func unknownStatesAreRefused(states: String, parameter: String) {
        #expect { try TaskFilter(states: states, player: nil) } throws: { ($0 as? ReadRefusal)?.parameter == parameter }
    }

    @Test func aNameWithoutATagIsRefused() {
        #expect { try TaskFilter(states: nil, player: "Name") } throws: { ($0 as? ReadRefusal)?.parameter == "player" }
    }

    @Test func anActiveSyncBecomesARecoveryUntilItHasListedItsMatches() async throws {
        try await TaskStore.run { store in
            func recover() async throws -> SyncTask {
                try await store.storage.startTask(
                    try RiotID(gameName: "Some One", tagLine: "NA1"),
                    platform: .na1,
                    year: 2025,
                    recovery: true,
                    at: 1_700_000_000_000
                ).task
            }
            let early = try await store.start().task
            #expect(try await recover().recovery && !early.recovery)
            _ = try await store.storage.cancelTask(early.id, reason: nil)
            let late = try await store.listed(["NA1_1"])
            #expect(try await recover().id == late)
            #expect(try await store.storage.task(late)?.recovery == false)
        }
    }
}
