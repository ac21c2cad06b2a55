import Postgres
import RiotModels
import Testing

@testable import Storage

/// Ranks over time: a row for every change, and when each was seen.
@Suite(.timeLimit(.minutes(2))) struct RankStoreTests {
    private static let solo = RiotLeagueEntry(
        queueType: "RANKED_SOLO_5x5",
        leagueId: "l",
        tier: "GOLD",
        rank: "II",
        leaguePoints: 57,
        wins: 12,
        losses: 9
    )
    private static let arena = RiotLeagueEntry(queueType: "CHERRY", wins: 3)

    /// A player with a profile on `na1`; every answer is one second younger than the one before.
    private func withPlayer(
        _ body: @escaping (Storage, _ id: Int, _ history: History) async throws -> Void
    ) async throws {
        try await withStorage { storage in
            let id = try await storage.keepPlayer(
                RiotAccount(puuid: testPuuid(1), gameName: "Some One", tagLine: "NA1"),
                askedAs: try RiotID(parsing: "someone#na1"),
                RiotSummoner(puuid: testPuuid(1), profileIconId: 7, summonerLevel: 30),
                on: .na1,
                activePlatform: .euw1
            )
            try await body(storage, id, History(storage: storage, id: id))
        }
    }

    struct History {
        let storage: Storage
        let id: Int

        func keep(_ entries: [RiotLeagueEntry], at second: Int64, on platform: Platform = .na1) async throws -> Int? {
            try await storage.keepRanks(entries, of: id, on: platform, observedAt: second * 1000)
        }

        /// `queue@first-last` of every row, in seconds, an ended one with a `!`.
        func rows() async throws -> [String] {
            try await storage.pool.query(
                "SELECT * FROM summoner_rank ORDER BY platform, queue_type, observed_at"
            ).map { row in
                let first = try row.timestampMilliseconds("observed_at") / 1000
                let last = try row.timestampMilliseconds("last_seen_at") / 1000
                return "\(try row.string("queue_type"))@\(first)-\(last)\(try row.bool("is_listed") ? "" : "!")"
            }
        }
    }

    @Test func aRowIsAddedOnlyWhenSomethingChanged() async throws {
        try await withPlayer { (_, _, history) async throws in
            #expect(try await history.keep([Self.solo, Self.arena], at: 100) == 2)
            #expect(try await history.keep([Self.arena, Self.solo], at: 200) == 0)
            #expect(try await history.rows() == ["CHERRY@100-200", "RANKED_SOLO_5x5@100-200"])
            var climbed = Self.solo
            climbed.leaguePoints = 75
            climbed.wins = 13
            #expect(try await history.keep([climbed, Self.arena], at: 300) == 1)
            #expect(try await history.keep([climbed, Self.arena], at: 400) == 0)
            #expect(
                try await history.rows() == [
                    "CHERRY@100-400", "RANKED_SOLO_5x5@100-200", "RANKED_SOLO_5x5@300-400",
                ]
            )
        }
    }

    /// Every figure by itself makes a change.
    @Test(
        arguments: [
            { $0.leagueId = "other" }, { $0.tier = "PLATINUM" }, { $0.tier = nil }, { $0.rank = "I" },
            { $0.leaguePoints = 58 }, { $0.wins = 13 }, { $0.losses = 10 }, { $0.hotStreak = true },
            { $0.veteran = true }, { $0.freshBlood = true }, { $0.inactive = true },
            { $0.miniSeries = RiotMiniSeries(progress: "WLN", target: 2) },
        ] as [@Sendable (inout RiotLeagueEntry) -> Void]
    )
    func everyFigureCounts(change: @escaping @Sendable (inout RiotLeagueEntry) -> Void) async throws {
        try await withPlayer { (_, _, history) async throws in
            var changed = Self.solo
            change(&changed)
            #expect(try await history.keep([Self.solo], at: 100) == 1)
            #expect(try await history.keep([changed], at: 200) == 1)
            #expect(try await history.keep([changed], at: 300) == 0)
        }
    }

    @Test func aQueueThatIsListedNoMoreEndsAndMayComeBack() async throws {
        try await withPlayer { (storage, id, history) async throws in
            #expect(try await history.keep([Self.solo], at: 100) == 1)
            #expect(try await history.keep([], at: 200) == 1)
            #expect(try await history.keep([], at: 300) == 0)
            #expect(try await storage.ranks(of: id, on: .na1) == [])
            #expect(try await history.keep([Self.solo], at: 400) == 1)
            #expect(
                try await history.rows() == [
                    "RANKED_SOLO_5x5@100-100", "RANKED_SOLO_5x5@200-300!", "RANKED_SOLO_5x5@400-400",
                ]
            )
            #expect(try await storage.ranks(of: id, on: .na1).map(\.observedAt) == [400_000])
        }
    }

    @Test func anAnswerOlderThanAKeptOneChangesNothing() async throws {
        try await withPlayer { (_, _, history) async throws in
            #expect(try await history.keep([Self.solo], at: 200) == 1)
            #expect(try await history.keep([], at: 100) == nil)
            #expect(try await history.keep([Self.arena], at: 200) == nil)
            #expect(try await history.rows() == ["RANKED_SOLO_5x5@200-200"])
        }
    }

    @Test func oddAnswersAreKeptAsFarAsTheyMeanSomething() async throws {
        try await withPlayer { (storage, id, history) async throws in
            var second = Self.solo
            second.tier = "IRON"
            let huge = RiotLeagueEntry(queueType: "RANKED_FLEX_SR", tier: "CHALLENGER", rank: "I", wins: .max)
            #expect(try await history.keep([Self.solo, second, RiotLeagueEntry(queueType: ""), huge], at: 100) == 2)
            let ranks = try await storage.ranks(of: id, on: .na1)
            #expect(ranks.map(\.queueType) == ["RANKED_FLEX_SR", "RANKED_SOLO_5x5"])
            #expect(ranks[0].wins == Int(Int32.max) && ranks[1].tier == "GOLD" && ranks[1].division == "II")
            // A platform on which nothing is known of a profile.
            #expect(try await history.keep([Self.solo], at: 100, on: .kr) == nil)
        }
    }

    @Test func manyObserversAtOnceKeepOneRowPerChange() async throws {
        try await withPlayer { (_, _, history) async throws in
            try await withThrowingDiscardingTaskGroup { group in
                for second in 1...12 { group.addTask { _ = try await history.keep([Self.solo], at: Int64(second)) } }
            }
            let rows = try await history.rows()
            #expect(rows.count == 1 && rows[0].hasSuffix("-12"), "\(rows)")
        }
    }

    @Test func theProfileIsWhatRiotToldLast() async throws {
        try await withPlayer { (storage, id, history) async throws in
            _ = try await history.keep([Self.solo], at: 100)
            let profile = try #require(try await storage.playerProfile(id, on: .na1))
            #expect(profile.gameName == "Some One" && profile.tagLine == "NA1" && profile.puuid == testPuuid(1))
            #expect(profile.level == 30 && profile.iconID == 7 && profile.activePlatform == .euw1)
            #expect(profile.revisedAt == nil && profile.ranks.map(\.queueType) == ["RANKED_SOLO_5x5"])
            #expect(try await storage.playerProfile(id, on: .euw1) == nil)
            // The same player without a spelling of his own, on another platform.
            let again = try await storage.keepPlayer(
                RiotAccount(puuid: testPuuid(1)),
                askedAs: try RiotID(parsing: "someone#na1"),
                RiotSummoner(puuid: testPuuid(1), revisionDate: 5000, summonerLevel: 2),
                on: .euw1,
                activePlatform: nil
            )
            #expect(again == id)
            let other = try #require(try await storage.playerProfile(id, on: .euw1))
            #expect(other.gameName == "someone" && other.level == 2 && other.revisedAt == 5000)
            #expect(other.activePlatform == nil && other.ranks.isEmpty)
            #expect(try await storage.playerProfile(id, on: .na1)?.level == 30)
        }
    }

    @Test func whoWasNotAskedForLongestComesFirst() async throws {
        try await TaskStore.run { store in
            let storage = store.storage
            for (name, number) in [("A", 1), ("B", 2), ("C", 3), ("Failed", 4), ("Old", 5)] {
                let task = try await store.listed([], name: name, puuid: testPuuid(number))
                if name == "Failed" {
                    try await storage.taskDidFail(task, error: "x", problemType: "x", retryable: false)
                } else {
                    _ = try await storage.completeTaskIfSettled(task)
                }
                if name == "Old" {
                    _ = try await store.pool.query(
                        "UPDATE sync_task SET finished_at = now() - interval '31 days' WHERE id = $1",
                        [.text(task.text)]
                    )
                }
            }
            let first = try await storage.playersToRank(limit: 10)
            #expect(first.map(\.puuid) == [1, 2, 3].map(testPuuid))
            try await storage.ranksWereAsked(of: first[0].summonerID, on: .na1, at: 2000)
            try await storage.keepRanks([], of: first[1].summonerID, on: .na1, observedAt: 1000)
            #expect(try await storage.playersToRank(limit: 10).map(\.puuid) == [3, 2, 1].map(testPuuid))
            #expect(try await storage.playersToRank(limit: 1).map(\.puuid) == [testPuuid(3)])
        }
    }
}
