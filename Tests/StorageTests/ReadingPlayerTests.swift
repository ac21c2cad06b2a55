import Postgres
import RiotModels
import Testing

@testable import Storage

/// Search and the head of a player's page.
@Suite(.timeLimit(.minutes(2))) struct ReadingPlayerTests {
    private func withPlayers(
        _ names: [String],
        _ body: @escaping (Storage) async throws -> Void
    ) async throws {
        try await withStorage { storage in
            for (index, name) in names.enumerated() {
                let riotID = try RiotID(parsing: name)
                _ = try await storage.keepPlayer(
                    RiotAccount(puuid: testPuuid(index + 1), gameName: riotID.gameName, tagLine: riotID.tagLine),
                    askedAs: riotID,
                    RiotSummoner(puuid: testPuuid(index + 1), profileIconId: 7, summonerLevel: 30 + index),
                    on: .euw1,
                    activePlatform: .na1
                )
            }
            try await body(storage)
        }
    }

    private static let names = [
        "Ann#EUW", "Anna Bel#EUW", "ANN#NA1", "annabel#KR1", "Größe#DE", "ÉtoiLe#FR", "雪月花#JP1", "Bob%#X_Y",
    ]

    /// What each text finds of `names`.
    private static let expectations: [(text: String, found: [String])] = [
        ("ann", ["Ann#EUW", "ANN#NA1", "Anna Bel#EUW", "annabel#KR1"]),
        ("A N N", ["Ann#EUW", "ANN#NA1", "Anna Bel#EUW", "annabel#KR1"]),
        ("ann#", ["Ann#EUW", "ANN#NA1"]),
        ("Ann#n", ["ANN#NA1"]),
        ("ann#na12", []),
        ("annab", ["Anna Bel#EUW", "annabel#KR1"]),
        ("GRÖSSE", []),
        ("GRÖ", ["Größe#DE"]),
        ("gro\u{308}", ["Größe#DE"]),
        ("étoile#f", ["ÉtoiLe#FR"]),
        ("雪", ["雪月花#JP1"]),
        ("bob%", ["Bob%#X_Y"]),
        ("bob_", []),
        ("%", []),
        ("zzz", []),
    ]

    @Test func aBeginningFindsPlayersInAnySpelling() async throws {
        try await withPlayers(Self.names) { storage in
            for (text, expected) in Self.expectations {
                let found = try await storage.findPlayers(text)
                #expect(found.map { "\($0.gameName)#\($0.tagLine)" } == expected, "\(text)")
            }
        }
    }

    @Test func aSearchEndsAtItsLimitAndTellsLevelAndPlatform() async throws {
        try await withPlayers(Self.names) { storage in
            let found = try await storage.findPlayers("ann", limit: 2)
            #expect(found.map(\.tagLine) == ["EUW", "NA1"])
            #expect(found.map(\.level) == [30, 32] && found.map(\.iconID) == [7, 7])
            #expect(found.map(\.platform) == [.euw1, .euw1] && found[0].puuid == testPuuid(1))
        }
    }

    @Test func playersOfOtherPeoplesMatchesAreFoundWithThePlatformOfTheMatch() async throws {
        try await withStorage { storage in
            try await storage.store(GameSketch(number: 1))
            let found = try await storage.findPlayers("player 3")
            #expect(found.map(\.gameName) == ["Player 3"] && found[0].platform == .na1 && found[0].level == nil)
        }
    }

    @Test func playersOfAnotherKeyAreNotFound() async throws {
        try await withPlayers(Self.names) { storage in
            let other = Storage(pool: storage.pool, keyScope: "other", logger: storage.logger)
            let found = try await other.findPlayers("ann")
            let head = try await other.playerHead(try RiotID(parsing: "Ann#EUW"), on: .euw1)
            #expect(found == [] && head == nil)
        }
    }

    @Test(arguments: [
        "", " ", "#", "#tag", "a#b#c", "a\u{7}", String(repeating: "x", count: 33),
        "a#" + String(repeating: "t", count: 17),
    ])
    func whatCannotBeginARiotIDIsRefused(text: String) throws {
        let refusal = #expect(throws: ReadRefusal.self) { try Storage.foldedPrefix(text) }
        #expect(refusal?.parameter == "q")
    }

    @Test func aSearchRefusesALimitThatCannotBe() async throws {
        try await withStorage { storage in
            for limit in [0, 101] {
                await #expect(throws: ReadRefusal.self) { try await storage.findPlayers("a", limit: limit) }
            }
        }
    }

    // MARK: Head

    @Test func theHeadHasProfileRanksSyncAndYears() async throws {
        try await withStorage { storage in
            try await storage.store([
                GameSketch(number: 1), GameSketch(number: 2, start: GameSketch.noon - 365 * GameSketch.day),
                GameSketch(number: 3, start: GameSketch.noon - 1, isRemake: true),
            ])
            try await storage.syncNothing(1)
            let id = try await storage.player(1)
            let solo = RiotLeagueEntry(
                queueType: "RANKED_SOLO_5x5",
                tier: "GOLD",
                rank: "II",
                leaguePoints: 57,
                wins: 12,
                losses: 9
            )
            let arena = RiotLeagueEntry(queueType: "CHERRY", wins: 3)
            try await storage.keepRanks([solo, arena], of: id, on: .na1, observedAt: 1_000)
            try await storage.keepRanks([solo], of: id, on: .na1, observedAt: 2_000)
            let active = try await storage.startTask(
                try RiotID(parsing: "Player 1#NA1"),
                platform: .na1,
                year: 2024,
                recovery: false,
                at: Storage.testTime
            ).task
            let finished = try await storage.pool.query("SELECT finished_at FROM sync_task WHERE state = 'SUCCESS'")
            let head = try #require(try await storage.playerHead(try RiotID(parsing: "pLAYER1#na1"), on: .na1))
            #expect(head.summonerID == id && head.puuid == testPuuid(1))
            #expect(head.gameName == "Player 1" && head.tagLine == "NA1" && head.platform == .na1)
            #expect(head.level == 30 && head.iconID == 7)
            #expect(
                head.ranks == [
                    .init(
                        queueType: "RANKED_SOLO_5x5",
                        tier: "GOLD",
                        division: "II",
                        leaguePoints: 57,
                        wins: 12,
                        losses: 9,
                        seenAt: 2_000
                    )
                ]
            )
            #expect(head.activeTaskID == active.id)
            #expect(head.lastSyncedAt == (try finished.first?.timestampMilliseconds("finished_at")))
            #expect(head.years == [.init(year: 2025, matches: 2), .init(year: 2024, matches: 1)])
        }
    }

    @Test func thePlatformDecidesAboutProfileAndSyncsOnly() async throws {
        try await withStorage { storage in
            try await storage.store(GameSketch(number: 1))
            try await storage.syncNothing(1)
            let head = try #require(try await storage.playerHead(try RiotID(parsing: "Player 1#NA1"), on: .kr))
            #expect(head.level == nil && head.ranks == [] && head.lastSyncedAt == nil && head.activeTaskID == nil)
            #expect(head.years == [.init(year: 2025, matches: 1)])
        }
    }

    @Test func aPlayerSeenOnlyInMatchesHasAHead() async throws {
        try await withStorage { storage in
            try await storage.store(GameSketch(number: 1))
            let head = try #require(try await storage.playerHead(try RiotID(parsing: "Player 5#NA1"), on: .na1))
            #expect(head.level == nil && head.lastSyncedAt == nil && head.years.map(\.matches) == [1])
        }
    }

    @Test func whoIsUnknownHasNoHead() async throws {
        try await withStorage { storage in
            let nobody = try RiotID(parsing: "Nobody#NA1")
            #expect(try await storage.playerHead(nobody, on: .na1) == nil)
        }
    }

    @Test func ofTwoPlayersWithOneNameTheLaterOneIsMeant() async throws {
        try await withStorage { storage in
            try await storage.store([
                GameSketch(number: 1, players: [1] + (11...19)),
                GameSketch(number: 2, start: GameSketch.noon + GameSketch.day, players: [2] + (21...29)),
            ])
            _ = try await storage.pool.query(
                """
                UPDATE summoner SET game_name = 'Player 1', folded_name = 'player1#na1' WHERE puuid = $1
                """,
                [.text(testPuuid(2))]
            )
            let head = try await storage.playerHead(try RiotID(parsing: "Player 1#NA1"), on: .na1)
            #expect(head?.puuid == testPuuid(2))
        }
    }
}
