import Postgres
import RiotModels
import Testing

@testable import Storage

/// Figures notice matches that are stored after they were computed.
@Suite(.timeLimit(.minutes(2))) struct ReadingStaleStatsTests {
    private typealias Sketch = GameSketch

    @Test func aMatchStoredAfterTheTaskReachesTheFiguresOfEveryTrackedPlayer() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            try await storage.syncNothing(1)
            try await storage.syncNothing(2)
            let first = try await storage.player(1)
            let second = try await storage.player(2)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
            try await storage.store([Sketch(number: 2), Sketch(number: 3, players: [2] + (11...19))])
            #expect(try await storage.playerYear(first, year: 2025)?.games == 1)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 2)
            #expect(try await storage.playerYear(first, year: 2025)?.games == 2)
            #expect(try await storage.playerYear(second, year: 2025)?.games == 3)
            #expect(try await storage.playerChampions(second, year: 2025).map(\.games) == [3])
            #expect(try await storage.playerMates(first, year: 2025).map(\.games) == [2, 2, 2, 2])
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
            // Nobody else got figures.
            #expect(try await storage.value("SELECT count(*) FROM player_year_stats") == "2")
        }
    }

    @Test func aMatchOfAnotherYearMakesOnlyThatYearStale() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            try await storage.syncNothing(1, year: 2025)
            try await storage.syncNothing(1, year: 2024)
            try await storage.store(Sketch(number: 2, start: Sketch.noon - 365 * Sketch.day))
            try await storage.store(Sketch(number: 3, start: Sketch.noon - 2 * 365 * Sketch.day))
            #expect(try await storage.recomputeStaleStats(limit: 10) == 1)
            let player = try await storage.player(1)
            #expect(try await storage.playerYear(player, year: 2024)?.games == 1)
            #expect(try await storage.playerYear(player, year: 2025)?.games == 1)
        }
    }

    @Test func whatTheEndOfATaskHasCountedIsNotCountedAgain() async throws {
        try await withStorage { storage in
            try await storage.store((1...3).map { Sketch(number: $0) })
            try await storage.syncNothing(1)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
        }
    }

    @Test func aYearThatCannotBeComputedDoesNotStopTheOthers() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            for number in 1...3 { try await storage.syncNothing(number) }
            try await storage.store(Sketch(number: 2))
            let first = try await storage.player(1)
            _ = try await storage.pool.query(
                SQL(
                    trusted: """
                        ALTER TABLE player_year_stats ADD CONSTRAINT broken CHECK (summoner_id <> \(first) OR games < 2)
                        """
                )
            )
            #expect(try await storage.recomputeStaleStats(limit: 10) == 2)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
            for number in 2...3 {
                #expect(try await storage.playerYear(try await storage.player(number), year: 2025)?.games == 2)
            }
            _ = try await storage.pool.query("ALTER TABLE player_year_stats DROP CONSTRAINT broken")
            #expect(try await storage.recomputeStaleStats(limit: 10) == 1)
            #expect(try await storage.playerYear(first, year: 2025)?.games == 2)
        }
    }

    @Test func minionsBeyondThirtyTwoBitsAreSummed() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            _ = try await storage.pool.query(
                "UPDATE match_participant SET total_minions_killed = 2147483647, neutral_minions_killed = 1"
            )
            try await storage.syncNothing(1)
            let sum: SQL = "SELECT minions_killed FROM player_year_stats"
            #expect(try await storage.value(sum) == "2147483648")
            #expect(try await storage.value("SELECT minions_killed FROM player_champion_stats") == "2147483648")
        }
    }

    @Test func theLimitLeavesTheRestDue() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            for number in 1...3 { try await storage.syncNothing(number) }
            try await storage.store(Sketch(number: 2))
            #expect(try await storage.recomputeStaleStats(limit: 2) == 2)
            #expect(
                try await storage.value("SELECT count(*) FROM player_year_stats WHERE stale_since IS NOT NULL") == "1"
            )
            #expect(try await storage.recomputeStaleStats(limit: 2) == 1)
            for number in 1...3 {
                let year = try await storage.playerYear(try await storage.player(number), year: 2025)
                #expect(year?.games == 2 && year?.isStale == false)
            }
        }
    }

    @Test func aYearThatIsBeingSyncedWaitsForTheEndOfTheSyncButNotForLong() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            try await storage.syncNothing(1)
            let name = try RiotID(parsing: "Player 1#NA1")
            let task = try await storage.startTask(
                name,
                platform: .na1,
                year: 2025,
                recovery: false,
                at: Storage.testTime
            )
            try await storage.begin(task.task.id, 1)
            try await storage.store(Sketch(number: 2))
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
            let player = try await storage.player(1)
            #expect(try await storage.playerYear(player, year: 2025)?.isStale == true)
            _ = try await storage.pool.query("UPDATE player_year_stats SET stale_since = now() - interval '6 minutes'")
            #expect(try await storage.recomputeStaleStats(limit: 10) == 1)
            try await storage.store(Sketch(number: 3))
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
            #expect(try await storage.completeTaskIfSettled(task.task.id))
            #expect(try await storage.playerYear(player, year: 2025)?.games == 3)
            #expect(try await storage.playerYear(player, year: 2025)?.isStale == false)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
        }
    }

    /// The transaction that stores a match can begin before the figures are computed and end after the search for
    /// what they lack.
    @Test func aMatchWhoseTransactionEndsLateIsNoticedByTheNextSearch() async throws {
        try await withStorage { storage in
            try await storage.store([Sketch(number: 1), Sketch(number: 2)])
            let late = try MatchID(Sketch(number: 2).id)
            // Written anew in a transaction that stays open, as storing would, at a pace of the test's own.
            try await storage.pool.withTransaction { connection in
                _ = try await connection.query(
                    "UPDATE match SET stored_in = DEFAULT WHERE id = (SELECT id FROM match_key WHERE riot_id = $1)",
                    [.text(late.text)]
                )
                _ = try await connection.query(
                    """
                    UPDATE match_participant SET kills = 50
                    WHERE match_id = (SELECT id FROM match_key WHERE riot_id = $1)
                    """,
                    [.text(late.text)]
                )
                try await storage.syncNothing(1)
                // Storing something else moves the numbers on.
                try await storage.store(Sketch(number: 3, players: Array(11...20)))
                #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
            }
            let player = try await storage.player(1)
            #expect(try await storage.playerYear(player, year: 2025)?.kills == 2)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 1)
            #expect(try await storage.playerYear(player, year: 2025)?.kills == 51)
            #expect(try await storage.recomputeStaleStats(limit: 10) == 0)
        }
    }

    @Test func figuresOfARestoredDumpAreComputedAgain() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            try await storage.syncNothing(1)
            // The numbers of the server that the dump came from are far ahead.
            _ = try await storage.pool.query("UPDATE stats_sweep SET seen = '900000000000:900000000000:'")
            _ = try await storage.pool.query(
                "UPDATE player_year_stats SET games = 77, computed_in = '900000000000:900000000000:'"
            )
            #expect(try await storage.recomputeStaleStats(limit: 10) == 1)
            #expect(try await storage.playerYear(try await storage.player(1), year: 2025)?.games == 1)
            try await storage.store(Sketch(number: 2))
            #expect(try await storage.recomputeStaleStats(limit: 10) == 1)
        }
    }

    @Test func manyWhoStoreAndComputeAtOnceLeaveCompleteFigures() async throws {
        try await withStorage(connections: 8) { storage in
            try await storage.store(Sketch(number: 1))
            for number in 1...4 { try await storage.syncNothing(number) }
            try await withThrowingDiscardingTaskGroup { group in
                for writer in 0..<3 {
                    group.addTask {
                        for number in stride(from: 2 + writer, through: 40, by: 3) {
                            try await storage.store(Sketch(number: number))
                        }
                    }
                }
                for _ in 0..<3 {
                    group.addTask { for _ in 0..<10 { _ = try await storage.recomputeStaleStats(limit: 2) } }
                }
                group.addTask { for _ in 0..<5 { try await storage.syncNothing(1) } }
            }
            while try await storage.recomputeStaleStats(limit: 10) > 0 {}
            for number in 1...4 {
                let player = try await storage.player(number)
                #expect(try await storage.playerYear(player, year: 2025)?.games == 40)
                #expect(try await storage.playerChampions(player, year: 2025).map(\.games) == [40])
            }
        }
    }
}
