import Postgres
import RiotModels
import Testing

@testable import Storage

/// A player's match list: filters, pages, and what a row shows.
@Suite(.timeLimit(.minutes(2))) struct ReadingMatchListTests {
    private typealias Sketch = GameSketch

    private func withGames(
        _ games: [GameSketch],
        _ body: @escaping (Storage, _ player: Int) async throws -> Void
    ) async throws {
        try await withStorage { storage in
            try await storage.store(games)
            try await body(storage, try await storage.player(1))
        }
    }

    private static let variety = [
        Sketch(number: 1, start: Sketch.noon - 90 * Sketch.day),  // December 2024
        Sketch(number: 2, champions: [1: 22]),
        Sketch(number: 3, start: Sketch.noon + Sketch.day, queue: 440, players: [2, 1] + (3...10)),
        Sketch(
            number: 4,
            start: Sketch.noon + 2 * Sketch.day,
            players: Array((1...10).reversed()),
            champions: [10: 22]
        ),
        Sketch(number: 5, start: Sketch.noon + 3 * Sketch.day, isRemake: true),
        Sketch(number: 6, start: Sketch.noon + 4 * Sketch.day, queue: 450, mode: "ARAM"),
        Sketch(number: 7, start: Sketch.noon + 5 * Sketch.day, players: Array(2...11)),  // without player 1
    ]

    /// What each filter shows of `variety`; all in one database, which takes longer to make than to read.
    private static let expectations: [(filter: MatchFilter, numbers: [Int])] = [
        (MatchFilter(), [6, 5, 4, 3, 2, 1]),
        (MatchFilter(year: 2025), [6, 5, 4, 3, 2]),
        (MatchFilter(year: 2024), [1]),
        (MatchFilter(year: 2023), []),
        (MatchFilter(queueID: 420), [5, 4, 2, 1]),
        (MatchFilter(queueID: 450), [6]),
        (MatchFilter(queueID: 0), []),
        (MatchFilter(championID: 22), [4, 2]),
        (MatchFilter(role: .top), [5, 2, 1]),
        (MatchFilter(role: .jungle), [3]),
        (MatchFilter(role: .utility), [4]),
        (MatchFilter(role: .middle), []),
        (MatchFilter(result: .win), [6, 3, 2, 1]),
        (MatchFilter(result: .loss), [4]),
        (MatchFilter(result: .remake), [5]),
        (MatchFilter(year: 2025, queueID: 420, championID: 22, role: .top, result: .win), [2]),
    ]

    @Test func eachFilterShowsWhatItSays() async throws {
        try await withGames(Self.variety) { storage, player in
            for (filter, numbers) in Self.expectations {
                let page = try await storage.matchPage(of: player, filter)
                #expect(storage.numbers(of: page) == numbers && page.nextCursor == nil, "\(filter)")
            }
        }
    }

    @Test func pagesAreDisjointAndCompleteAlsoWhenMatchesBeganAtTheSameTime() async throws {
        // Three at a time begin in the same millisecond, stored in an order that is not that of their ids.
        let games = [7, 3, 12, 1, 8, 5, 10, 2, 11, 4, 9, 6].map {
            Sketch(number: $0, start: Sketch.noon + ($0 % 4) * Sketch.hour)
        }
        try await withGames(games) { storage, player in
            for limit in [1, 2, 3, 7, 50] {
                var seen: [Int] = []
                var times: [Int64] = []
                var cursor: String?
                repeat {
                    let page = try await storage.matchPage(of: player, after: cursor, limit: limit)
                    #expect(page.rows.count <= limit && (page.nextCursor == nil || page.rows.count == limit))
                    seen += storage.numbers(of: page)
                    times += page.rows.map(\.startedAt)
                    cursor = page.nextCursor
                } while cursor != nil && seen.count < 100
                #expect(seen.count == 12 && Set(seen) == Set(1...12))
                #expect(times == times.sorted(by: >))
            }
        }
    }

    @Test func aMatchThatComesBetweenTwoPagesNeitherRepeatsNorHidesOne() async throws {
        let games = (1...4).map { Sketch(number: $0, start: Sketch.noon + $0 * Sketch.hour) }
        try await withGames(games) { storage, player in
            let first = try await storage.matchPage(of: player, limit: 2)
            try await storage.store(Sketch(number: 5, start: Sketch.noon + 5 * Sketch.hour))
            try await storage.store(Sketch(number: 6, start: Sketch.noon + 2 * Sketch.hour - 1))
            let second = try await storage.matchPage(of: player, after: first.nextCursor, limit: 5)
            #expect(storage.numbers(of: first) == [4, 3] && storage.numbers(of: second) == [2, 6, 1])
            #expect(second.nextCursor == nil)
        }
    }

    @Test func pagesOfAFilteredListGoOnWithTheFilter() async throws {
        let games = (1...6).map {
            Sketch(number: $0, start: Sketch.noon + $0 * Sketch.hour, champions: $0 % 2 == 0 ? [1: 22] : [:])
        }
        try await withGames(games) { storage, player in
            let filter = MatchFilter(year: 2025, championID: 22)
            let first = try await storage.matchPage(of: player, filter, limit: 2)
            let second = try await storage.matchPage(of: player, filter, after: first.nextCursor, limit: 2)
            #expect(storage.numbers(of: first) == [6, 4] && storage.numbers(of: second) == [2])
        }
    }

    @Test func aRowShowsTheOwnLineAndEverybody() async throws {
        try await withGames([Sketch(number: 1)]) { storage, player in
            let page = try await storage.matchPage(of: player)
            let row = try #require(page.rows.first)
            #expect(row.startedAt == Int64(Sketch.noon) && row.durationSeconds == 1_800 && row.queueID == 420)
            #expect(row.mapID == 11 && row.gameMode == "CLASSIC" && row.gameVersion == "15.5.661.4627")
            #expect(!row.isRemake && !row.hasTimeline)
            let own = row.own
            #expect(own.participantID == 1 && own.win == true && own.championName == "Champion100")
            #expect([own.kills, own.deaths, own.assists] == [1, 2, 3] && own.role == "TOP" && own.placement == nil)
            #expect(own.sideKills == 1 + 2 + 3 + 4 + 5)
            #expect(own.minionsKilled == 160 && own.items == [1_001, nil, nil, nil, nil, nil, 3_340])
            #expect(own.spells == [4, 14] && own.keystone == 8_001 && own.runeStyles == [8_000, 8_100])
            #expect(own.augments == [])
            #expect(row.participants.map(\.participantID) == Array(1...10))
            #expect(row.participants.map(\.teamID) == Array(repeating: 100, count: 5) + Array(repeating: 200, count: 5))
            #expect(row.participants[9].gameName == "Player 10" && row.participants[9].tagLine == "NA1")
            #expect(row.participants.allSatisfy { $0.subteamID == nil && !$0.isBot })
        }
    }

    @Test func arenaCountsTheKillsOfTheSubteam() async throws {
        // Eight subteams of two; who is of one subteam does not stand side by side.
        let subteams = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8]
        let game = Sketch(number: 1, queue: 1_700, mode: "CHERRY", players: Array(1...16), subteams: subteams)
        try await withGames([game]) { storage, player in
            let row = try #require(try await storage.matchPage(of: player).rows.first)
            #expect(row.own.sideKills == 1 + 9 && row.own.placement == 1 && row.own.augments == [10])
            #expect(row.participants.count == 16 && row.participants.map(\.subteamID) == subteams)
        }
    }

    @Test func arenaWithoutSubteamsHasNoSides() async throws {
        let game = Sketch(
            number: 1,
            queue: 1_700,
            mode: "CHERRY",
            players: Array(1...16),
            subteams: Array(repeating: 0, count: 16)
        )
        try await withGames([game]) { storage, player in
            let row = try #require(try await storage.matchPage(of: player).rows.first)
            #expect(row.own.sideKills == nil && row.own.placement == nil)
        }
    }

    @Test func botsAreShownAndHaveNoListOfTheirOwn() async throws {
        let game = Sketch(number: 1, queue: 870, players: [1, 2, 3, 4, 5, 0, 0, 0, 0, 0])
        try await withGames([game]) { storage, player in
            let row = try #require(try await storage.matchPage(of: player).rows.first)
            #expect(
                row.participants.map(\.isBot) == [Bool](repeating: false, count: 5) + [Bool](repeating: true, count: 5)
            )
            #expect(try await storage.value("SELECT count(*) FROM summoner") == "5")
        }
    }

    @Test func aTimelineIsAnnounced() async throws {
        try await withGames([Sketch(number: 1)]) { storage, player in
            try await storage.storeTimeline(.timeline(Sketch(number: 1).id), as: Sketch(number: 1).id)
            #expect(try await storage.matchPage(of: player).rows.first?.hasTimeline == true)
        }
    }

    @Test func aPlayerWithoutMatchesHasAnEmptyList() async throws {
        try await withGames([Sketch(number: 1)]) { storage, _ in
            let page = try await storage.matchPage(of: 999_999)
            #expect(page == MatchPage(rows: [], nextCursor: nil))
        }
    }

    @Test func anAbortedGameIsInNobodysList() async throws {
        try await withStorage { storage in
            try await storage.store(Sketch(number: 1))
            let aborted = Sketch(number: 2).body.changing("info.participants", to: .array([]))
                .changing("info.teams", to: .array([]))
            try await storage.storeMatch(aborted, as: Sketch(number: 2).id)
            #expect(storage.numbers(of: try await storage.matchPage(of: try await storage.player(1))) == [1])
        }
    }

    // MARK: What is refused

    @Test func aCursorOfAnotherListIsRefused() async throws {
        try await withGames((1...3).map { Sketch(number: $0) }) { storage, player in
            let cursor = try #require(try await storage.matchPage(of: player, limit: 1).nextCursor)
            let other = try await storage.player(2)
            for (player, filter) in [(other, MatchFilter()), (player, MatchFilter(championID: 100))] {
                let refusal = await #expect(throws: ReadRefusal.self) {
                    try await storage.matchPage(of: player, filter, after: cursor)
                }
                #expect(refusal?.parameter == "cursor" && refusal?.message.contains("another list") == true)
            }
        }
    }

    @Test(arguments: ["", "x", "AAAA", "!!!!", String(repeating: "A", count: 23), String(repeating: "A", count: 5_000)])
    func whatIsNoCursorIsRefused(text: String) throws {
        let refusal = #expect(throws: ReadRefusal.self) { try MatchCursor(text, of: 7) }
        #expect(refusal?.parameter == "cursor" && refusal?.message.contains("not a cursor") == true)
    }

    @Test(arguments: [Int64.min, -1, 0, 1_740_830_400_000, .max], [Int32.min, 0, 1, .max])
    func aCursorIsReadBackAsItWas(time: Int64, key: Int32) throws {
        let cursor = MatchCursor(startedAt: time, matchKey: key, fingerprint: 0xFFFF_FFFE)
        #expect(try MatchCursor(cursor.text, of: 0xFFFF_FFFE) == cursor)
        #expect(throws: ReadRefusal.self) { try MatchCursor(cursor.text, of: 0xFFFF_FFFD) }
        // A value has one spelling: no other last character decodes to the same.
        let spellings = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".filter { character in
            (try? MatchCursor(cursor.text.dropLast() + String(character), of: 0xFFFF_FFFE)) == cursor
        }
        #expect(spellings.count == 1)
    }

    @Test func filtersOfDifferentListsDiffer() {
        let filters = [
            MatchFilter(), MatchFilter(year: 2025), MatchFilter(queueID: 2025), MatchFilter(championID: 2025),
            MatchFilter(role: .top), MatchFilter(result: .win), MatchFilter(result: .loss),
        ]
        let prints = filters.flatMap { [$0.fingerprint(of: 1), $0.fingerprint(of: 12)] }
        #expect(Set(prints).count == prints.count)
    }

    @Test func limitsAndFiltersThatCannotBeAreRefused() async throws {
        try await withStorage { storage in
            let wrong: [(MatchFilter, Int, String)] = [
                (MatchFilter(), 0, "limit"), (MatchFilter(), 51, "limit"), (MatchFilter(), -1, "limit"),
                (MatchFilter(year: 2009), 1, "year"), (MatchFilter(year: 10_000), 1, "year"),
                (MatchFilter(queueID: 1 << 40), 1, "queue"), (MatchFilter(championID: .min), 1, "champion"),
            ]
            for (filter, limit, parameter) in wrong {
                let refusal = await #expect(throws: ReadRefusal.self) {
                    try await storage.matchPage(of: 1, filter, limit: limit)
                }
                #expect(refusal?.parameter == parameter)
            }
        }
    }
}
