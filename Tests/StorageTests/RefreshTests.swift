import Postgres
import RiotModels
import TestSupport
import Testing

@testable import Storage

/// Whose turn it is to be synced again, though nobody asked for it.
@Suite(.timeLimit(.minutes(2))) struct RefreshTests {
    private static let day: Int64 = 86_400_000
    /// 2026-06-15T12:00:00Z.
    private static let june: Int64 = 1_781_524_800_000
    /// 2027-01-01T00:00:00Z.
    private static let newYear: Int64 = 1_798_761_600_000

    private func withStore(_ body: @escaping (Storage) async throws -> Void) async throws {
        try await withStorage { storage in
            for (id, name) in [(1, "One"), (2, "Two"), (3, "Three")] {
                _ = try await storage.pool.query(
                    """
                    INSERT INTO summoner (id, puuid, key_scope, game_name, tag_line, folded_name)
                    OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'default', $3, 'NA1', $4)
                    """,
                    [
                        .int(Int64(id)), .text(testPuuid(id)), .text(name),
                        .text(try RiotID(gameName: name, tagLine: "NA1").foldedKey),
                    ]
                )
                _ = try await storage.pool.query(
                    "INSERT INTO summoner_profile (summoner_id, platform) VALUES ($1, 'na1')",
                    [.int(Int64(id))]
                )
            }
            try await body(storage)
        }
    }

    private func task(
        _ storage: Storage,
        _ summoner: Int,
        year: Int,
        queued: Int64,
        state: String = "SUCCESS",
        isBackground: Bool = false
    ) async throws {
        _ = try await storage.pool.query(
            """
            INSERT INTO sync_task (id, state, game_name, tag_line, riot_id_key, platform, year, summoner_id, queued_at,
                finished_at, is_background)
            VALUES (gen_random_uuid(), $1, 'x', 'y', gen_random_uuid()::text, 'na1', $2, $3, $4::timestamptz,
                CASE WHEN $1 IN ('SUCCESS', 'FAILURE') THEN $4::timestamptz + interval '1 minute' END, $5)
            """,
            [
                .text(state), .int(Int64(year)), .int(Int64(summoner)), .timestamp(milliseconds: queued),
                .bool(isBackground),
            ]
        )
    }

    /// Numbers of players and the years that are due.
    private func due(_ storage: Storage, at moment: Int64, limit: Int = 10) async throws -> [Int: [Int]] {
        let turns = try await storage.playersToRefresh(at: moment, limit: limit)
        return Dictionary(uniqueKeysWithValues: turns.map { ($0.summonerID, $0.years) })
    }

    @Test func whoWasSyncedLatelyOrIsFollowedHasHisTurnOnceADay() async throws {
        try await withStore { storage in
            let june = Self.june
            #expect(try await due(storage, at: june).isEmpty)
            try await task(storage, 1, year: 2025, queued: june - 29 * Self.day)
            try await task(storage, 2, year: 2026, queued: june - 31 * Self.day)
            #expect(try await due(storage, at: june) == [1: [2026]])
            #expect(try await storage.setFollowed(true, 3))
            #expect(try await due(storage, at: june) == [1: [2026], 3: [2026]])

            let turns = try await storage.playersToRefresh(at: june, limit: 10)
            for turn in turns { try await storage.playerWasRefreshed(turn, at: june) }
            #expect(try await due(storage, at: june + Self.day - 1).isEmpty)
            #expect(try await due(storage, at: june + Self.day) == [1: [2026], 3: [2026]])
            #expect(try await due(storage, at: june + Self.day, limit: 1) == [1: [2026]])
            #expect(try await due(storage, at: june + Self.day, limit: 0).isEmpty)
        }
    }

    @Test func aSyncThatSomebodyAskedForTakesTheTurn() async throws {
        try await withStore { storage in
            try await task(storage, 1, year: 2026, queued: Self.june - Self.day + 1)
            #expect(try await due(storage, at: Self.june).isEmpty)
            #expect(try await due(storage, at: Self.june + 1) == [1: [2026]])
        }
    }

    /// Otherwise whoever was synced once would be followed for ever.
    @Test func aRefreshKeepsNobodyFollowed() async throws {
        try await withStore { storage in
            try await task(storage, 1, year: 2026, queued: Self.june - 2 * Self.day, isBackground: true)
            #expect(try await due(storage, at: Self.june).isEmpty)
            _ = try await storage.pool.query("UPDATE sync_task SET finished_at = now()")
            #expect(try await storage.playersToRank(limit: 9).isEmpty)
        }
    }

    @Test func refreshesOfEveryDayDoNotPileUp() async throws {
        try await withStore { storage in
            #expect(try await storage.setFollowed(true, 1))
            for days: Int64 in 2...5 {
                try await task(storage, 1, year: 2026, queued: Self.june - days * Self.day, isBackground: true)
            }
            try await task(storage, 1, year: 2025, queued: Self.june - 9 * Self.day, isBackground: true)
            try await task(storage, 1, year: 2026, queued: Self.june - 9 * Self.day)
            let turn = try #require(try await storage.playersToRefresh(at: Self.june, limit: 1).first)
            try await storage.playerWasRefreshed(turn, at: Self.june)
            let left = try await storage.pool.query("SELECT year, is_background FROM sync_task ORDER BY queued_at DESC")
            #expect(try left.map { try $0.int("year") } == [2026, 2025, 2026])
            #expect(try left.map { try $0.bool("is_background") } == [true, true, false])
        }
    }

    @Test func whoCannotBeAskedForIsLeftOut() async throws {
        try await withStore { storage in
            for id in 1...3 { #expect(try await storage.setFollowed(true, id)) }
            _ = try await storage.pool.query("UPDATE summoner SET forgotten_at = now() WHERE id = 1")
            _ = try await storage.pool.query("UPDATE summoner SET key_scope = 'other' WHERE id = 2")
            #expect(try await due(storage, at: Self.june) == [3: [2026]])
            _ = try await storage.pool.query("UPDATE summoner SET tag_line = NULL WHERE id = 3")
            #expect(try await due(storage, at: Self.june).isEmpty)
        }
    }

    @Test func inJanuaryThePastYearIsFinished() async throws {
        try await withStore { storage in
            let newYear = Self.newYear
            #expect(try await storage.setFollowed(true, 1))
            try await task(storage, 1, year: 2026, queued: newYear - Self.day)
            #expect(try await due(storage, at: newYear - 1).isEmpty, "synced a day before")
            // Riot may list a game of December 31 late, so the two days after it are waited for.
            #expect(try await due(storage, at: newYear + 2 * Self.day - 1) == [1: [2027]])
            #expect(try await due(storage, at: newYear + 2 * Self.day) == [1: [2027, 2026]])
            // A sync of before, and one that failed, do not finish it; one since then does.
            try await task(storage, 1, year: 2026, queued: newYear + 2 * Self.day - 1)
            try await task(storage, 1, year: 2026, queued: newYear + 3 * Self.day, state: "FAILURE")
            #expect(try await due(storage, at: newYear + 4 * Self.day) == [1: [2027, 2026]])
            try await task(storage, 1, year: 2026, queued: newYear + 4 * Self.day, isBackground: true)
            #expect(try await due(storage, at: newYear + 5 * Self.day) == [1: [2027]])
        }
    }

    @Test func afterJanuaryThePastYearIsLeftAlone() async throws {
        try await withStore { storage in
            _ = try await storage.setFollowed(true, 1)
            #expect(try await due(storage, at: Self.newYear + 31 * Self.day - 1) == [1: [2027, 2026]])
            #expect(try await due(storage, at: Self.newYear + 31 * Self.day) == [1: [2027]])
        }
    }

    @Test func aTaskIsRaisedOnceWhileItIsActive() async throws {
        try await TaskStore.run { store in
            let storage = store.storage
            let player = try RiotID(gameName: "Some One", tagLine: "NA1")
            let start = { (isBackground: Bool) in
                try await storage.startTask(
                    player,
                    platform: .na1,
                    year: 2026,
                    recovery: false,
                    isBackground: isBackground,
                    at: 1
                )
            }
            let first = try await start(true)
            #expect(first.task.isBackground && !first.isDeduplicated)
            #expect(try await storage.activeBackgroundTasks() == 1)
            let second = try await start(false)
            #expect(second.isDeduplicated && second.task.id == first.task.id && second.task.isBackground)
            #expect(try await storage.raiseTask(first.task.id))
            #expect(try await !storage.raiseTask(first.task.id))
            #expect(try await storage.task(first.task.id)?.isBackground == false)
            #expect(try await storage.activeBackgroundTasks() == 0)
            #expect(try await !start(true).task.isBackground, "one that somebody waits for stays so")
            try await storage.taskDidFail(first.task.id, error: "x", problemType: "x", retryable: true)
            let third = try await start(true)
            try await storage.taskDidFail(third.task.id, error: "x", problemType: "x", retryable: true)
            #expect(try await !storage.raiseTask(third.task.id), "it has ended")
        }
    }
}
