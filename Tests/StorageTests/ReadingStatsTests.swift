import Postgres
import RiotModels
import Testing

@testable import Storage

/// A player's figures: what counts.
@Suite(.timeLimit(.minutes(2))) struct ReadingStatsTests {
    private typealias Sketch = GameSketch

    private static let aborted = Sketch(number: 90).body.changing("info.participants", to: .array([]))
        .changing("info.teams", to: .array([]))

    @Test func aYearCountsEveryMatchOnceAndNoRemake() async throws {
        try await withStorage { storage in
            try await storage.store([
                Sketch(number: 1), Sketch(number: 2, start: Sketch.noon + Sketch.hour),
                Sketch(number: 3, players: Array((1...10).reversed())),  // the player is number 10 and loses
                Sketch(number: 4, isRemake: true),
                Sketch(number: 5, start: Sketch.noon - 100 * Sketch.day),  // 2024
                Sketch(number: 6, start: Sketch.noon + 2 * Sketch.hour, nobodyWins: true),
            ])
            try await storage.storeMatch(Self.aborted, as: Sketch(number: 90).id)
            try await storage.syncNothing(1)
            let player = try await storage.player(1)
            let year = try #require(try await storage.playerYear(player, year: 2025))
            #expect([year.games, year.wins, year.losses, year.remakes] == [4, 2, 2, 1])
            #expect([year.kills, year.deaths, year.assists] == [1 + 1 + 10 + 1, 8, 12])
            #expect(year.goldEarned == 40_000 && year.damageToChampions == 80_000 && year.minionsKilled == 640)
            #expect(year.visionScore == 80 && year.secondsPlayed == 7_200 && !year.isStale)
            #expect(year.firstGameAt == Int64(Sketch.noon) && year.lastGameAt == Int64(Sketch.noon + 2 * Sketch.hour))
            #expect(try await storage.playerYear(player, year: 2024) == nil)
            #expect(try await storage.playerYear(try await storage.player(2), year: 2025) == nil)
        }
    }

    @Test func championsAreOrderedByGames() async throws {
        try await withStorage { storage in
            try await storage.store([
                Sketch(number: 1, champions: [1: 22]), Sketch(number: 2, champions: [1: 22]), Sketch(number: 3),
                Sketch(number: 4, champions: [1: 7], isRemake: true),
            ])
            try await storage.syncNothing(1)
            let champions = try await storage.playerChampions(try await storage.player(1), year: 2025)
            #expect(champions.map(\.championID) == [22, 100] && champions.map(\.games) == [2, 1])
            let first = try #require(champions.first)
            #expect(first.championName == "Champion22" && first.wins == 2 && first.losses == 0)
            #expect(
                [first.kills, first.deaths, first.assists, first.doubleKills, first.pentaKills] == [2, 4, 6, 2, 0]
            )
            #expect(first.minionsKilled == 320 && first.lastGameAt == Int64(Sketch.noon))
            #expect(try await storage.playerChampions(try await storage.player(1), year: 2024) == [])
        }
    }

    @Test func activityIsCountedByDayInUTCForAnybody() async throws {
        try await withStorage { storage in
            let midnight = Sketch.noon + 12 * Sketch.hour
            try await storage.store([
                Sketch(number: 1, start: midnight - 1), Sketch(number: 2, start: midnight, seconds: 600),
                Sketch(number: 3, start: midnight + Sketch.hour, players: Array((1...10).reversed())),
                Sketch(number: 4, start: midnight + Sketch.hour, isRemake: true),
                Sketch(number: 5, start: midnight + Sketch.day, isRemake: true),
            ])
            let days = try await storage.playerActivity(try await storage.player(1), year: 2025)
            #expect(
                days == [
                    PlayerDay(day: "2025-03-01", games: 1, wins: 1, losses: 0, secondsPlayed: 1_800),
                    PlayerDay(day: "2025-03-02", games: 2, wins: 1, losses: 1, secondsPlayed: 2_400),
                ]
            )
            #expect(try await storage.playerActivity(try await storage.player(1), year: 2024) == [])
            #expect(try await storage.playerActivity(999_999, year: 2025) == [])
        }
    }

    @Test func activityOfAYearHasItsFirstAndItsLastMillisecond() async throws {
        try await withStorage { storage in
            let bounds = CivilYear.bounds(2025)
            let starts = [
                bounds.startMilliseconds - 1, bounds.startMilliseconds, bounds.endMilliseconds - 1,
                bounds.endMilliseconds,
            ]
            try await storage.store(starts.enumerated().map { Sketch(number: $0.offset + 1, start: Int($0.element)) })
            let player = try await storage.player(1)
            #expect(try await storage.playerActivity(player, year: 2025).map(\.day) == ["2025-01-01", "2025-12-31"])
            try await storage.syncNothing(1)
            #expect(try await storage.playerYear(player, year: 2025)?.games == 2)
        }
    }

    @Test func matesWereOnOneSideAtLeastTwice() async throws {
        try await withStorage { storage in
            try await storage.store([
                Sketch(number: 1, players: [1, 2, 3, 0, 0, 6, 7, 0, 0, 0]),
                Sketch(number: 2, start: Sketch.noon + Sketch.hour, players: [6, 7, 0, 0, 0, 1, 2, 3, 0, 0]),
                Sketch(number: 3, players: [1, 2, 6, 0, 0, 3, 0, 0, 0, 0]),
                Sketch(number: 4, players: [1, 6, 0, 0, 0, 3, 0, 0, 0, 0], isRemake: true),
            ])
            try await storage.syncNothing(1)
            let player = try await storage.player(1)
            let mates = try await storage.playerMates(player, year: 2025)
            // Player 6 was on his side once, and once more in a remake; bots are nobody.
            #expect(mates.map(\.puuid) == [testPuuid(2), testPuuid(3)] && mates.map(\.games) == [3, 2])
            #expect(mates.map(\.wins) == [2, 1] && mates.map(\.losses) == [1, 1])
            #expect(mates[0].gameName == "Player 2" && mates[0].tagLine == "NA1")
            #expect(mates[0].lastGameAt == Int64(Sketch.noon + Sketch.hour))
            #expect(try await storage.playerMates(player, year: 2025, limit: 1).map(\.games) == [3])
            #expect(try await storage.playerMates(player, year: 2024) == [])
        }
    }

    @Test func inArenaTheSubteamIsTheSide() async throws {
        try await withStorage { storage in
            // Participants 1 to 8 have team 100, but 1 plays with 9.
            let subteams = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8]
            let game = Sketch(number: 1, queue: 1_700, mode: "CHERRY", players: Array(1...16), subteams: subteams)
            var second = game
            second.number = 2
            var unknown = game
            unknown.subteams = Array(repeating: 0, count: 16)
            for number in 3...4 {
                unknown.number = number
                try await storage.store(unknown)
            }
            try await storage.store([game, second])
            try await storage.syncNothing(1)
            let mates = try await storage.playerMates(try await storage.player(1), year: 2025)
            #expect(mates.map(\.puuid) == [testPuuid(9)] && mates.map(\.games) == [2])
        }
    }

    @Test func yearsThatCannotBeAreRefused() async throws {
        try await withStorage { storage in
            for year in [2009, 10_000, .min] {
                await #expect(throws: ReadRefusal.self) { try await storage.playerYear(1, year: year) }
                await #expect(throws: ReadRefusal.self) { try await storage.playerChampions(1, year: year) }
                await #expect(throws: ReadRefusal.self) { try await storage.playerActivity(1, year: year) }
                await #expect(throws: ReadRefusal.self) { try await storage.playerMates(1, year: year) }
            }
            await #expect(throws: ReadRefusal.self) { try await storage.playerMates(1, year: 2025, limit: 0) }
            await #expect(throws: ReadRefusal.self) { try await storage.playerYear(1 << 40, year: 2025) }
        }
    }
}
