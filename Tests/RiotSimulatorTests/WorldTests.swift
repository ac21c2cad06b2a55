import RiotModels
import Testing

@testable import RiotSimulator

@Suite("The drawn world")
struct WorldTests {
    private static let demo = TestWorlds.id("Demo#NA1")
    private static let other = TestWorlds.id("Other One#NA1")

    @Test("is the same for the same number, byte for byte")
    func isDeterministic() throws {
        let first = try TestWorlds.small(seed: 7)
        let second = try TestWorlds.small(seed: 7)
        #expect(first.players() == second.players())
        let ids = try TestWorlds.games(of: Self.demo, in: first).map(\.id)
        #expect(try TestWorlds.games(of: Self.demo, in: second).map(\.id) == ids)
        for id in ids.prefix(3) {
            #expect(try TestWorlds.match(id, first) == TestWorlds.match(id, second))
            #expect(try TestWorlds.timeline(id, first) == TestWorlds.timeline(id, second))
            #expect(try TestWorlds.match(id, first) == TestWorlds.match(id, first))
        }
    }

    @Test("is another for another number")
    func differsBySeed() throws {
        let first = try TestWorlds.small(seed: 7)
        let second = try TestWorlds.small(seed: 8)
        #expect(first.account(named: Self.demo)?.puuid != second.account(named: Self.demo)?.puuid)
        let ids = try TestWorlds.games(of: Self.demo, in: first).map(\.id)
        #expect(try TestWorlds.games(of: Self.demo, in: second).map(\.id) != ids)
    }

    @Test("stays what it was for one player when another is added")
    func additionsDoNotDisturb() throws {
        var options = WorldOptions()
        options.named = [.init(Self.demo, platform: .na1, matches: [2025: 10])]
        let before = try SimulatorWorld(options)
        options.named.append(.init(TestWorlds.id("Late#EUW"), platform: .euw1, matches: [2025: 10]))
        let after = try SimulatorWorld(options)
        #expect(before.account(named: Self.demo) == after.account(named: Self.demo))
        let ids = try TestWorlds.games(of: Self.demo, in: before).map(\.id)
        #expect(try TestWorlds.games(of: Self.demo, in: after).map(\.id) == ids)
    }

    @Test("gives a named player exactly his matches, each in its year", arguments: [0, 1, 99, 300])
    func countsAreExact(count: Int) throws {
        var options = WorldOptions()
        options.named = [.init(Self.demo, platform: .na1, matches: [2024: 5, 2025: count])]
        let world = try SimulatorWorld(options)
        let games = try TestWorlds.games(of: Self.demo, in: world)
        let years = games.map { CivilYear.year(ofMilliseconds: $0.startedAt) }
        #expect(years.filter { $0 == 2025 }.count == count)
        #expect(years.filter { $0 == 2024 }.count == 5)
        #expect(Set(games.map(\.id)).count == count + 5)
        #expect(games.map(\.startedAt) == games.map(\.startedAt).sorted(by: >))
        #expect(games.map(\.id.number) == games.map(\.id.number).sorted(by: >))
        #expect(games.allSatisfy { $0.id.platform == .na1 && $0.id.number > Int64(Int32.max) })
    }

    @Test("lets two players share as many matches as asked for")
    func sharesMatches() throws {
        var options = WorldOptions()
        options.named = [
            .init(Self.demo, platform: .na1, matches: [2025: 60]),
            .init(Self.other, platform: .na1, matches: [2025: 40]),
        ]
        options.shared = [.init(Self.demo, Self.other, year: 2025, count: 25)]
        let world = try SimulatorWorld(options)
        let first = Set(try TestWorlds.games(of: Self.demo, in: world).map(\.id))
        let second = Set(try TestWorlds.games(of: Self.other, in: world).map(\.id))
        #expect(first.count == 60)
        #expect(second.count == 40)
        #expect(first.intersection(second).count == 25)
    }

    @Test("puts edge matches within a day outside the year")
    func edgeMatches() throws {
        var options = WorldOptions()
        options.named = [.init(Self.demo, platform: .na1, matches: [2025: 20], edgeMatches: 4)]
        let games = try TestWorlds.games(of: Self.demo, in: SimulatorWorld(options))
        let bounds = CivilYear.bounds(2025)
        let day: Int64 = 86_400_000
        let outside = games.filter { CivilYear.year(ofMilliseconds: $0.startedAt) != 2025 }
        #expect(outside.count == 4)
        #expect(
            outside.allSatisfy {
                $0.startedAt > bounds.startMilliseconds - day && $0.startedAt < bounds.endMilliseconds + day
            }
        )
    }

    @Test("has players with 78-character identities and names of several scripts")
    func people() throws {
        let players = try SimulatorWorld().players()
        #expect(players.allSatisfy { $0.puuid.utf8.count == 78 })
        #expect(Set(players.map(\.puuid)).count == players.count)
        #expect(players.contains { $0.gameName.contains(" ") })
        #expect(players.contains { !$0.gameName.unicodeScalars.allSatisfy(\.isASCII) })
        #expect(players.contains { $0.gameName.contains("/") && $0.gameName.contains("%") })
        #expect(players.contains { !$0.tagLine.unicodeScalars.allSatisfy(\.isASCII) })
    }

    @Test("finds a player whatever the case and the spaces")
    func foldsNames() throws {
        let world = try TestWorlds.small()
        let puuid = world.account(named: Self.demo)?.puuid
        #expect(puuid != nil)
        #expect(world.account(named: TestWorlds.id("d E m o#na1"))?.puuid == puuid)
        #expect(world.account(named: TestWorlds.id("Demo#NA2")) == nil)
    }

    @Test("nobody plays two games at once")
    func noOverlaps() throws {
        let world = try SimulatorWorld()
        for player in world.players() {
            let starts = world.games(puuid: player.puuid, route: player.platform.matchRoute).map(\.startedAt)
            for (later, earlier) in zip(starts, starts.dropFirst()) { #expect(later - earlier > 900_000) }
        }
    }

    @Test("refuses what cannot be, with a sentence")
    func refusals() {
        var twice = WorldOptions()
        twice.named = [
            .init(Self.demo, platform: .na1, matches: [2025: 1]), .init(Self.demo, platform: .na1, matches: [2024: 1]),
        ]
        #expect(throws: WorldError.self) { try SimulatorWorld(twice) }
        var apart = WorldOptions()
        apart.named = [
            .init(Self.demo, platform: .na1, matches: [2025: 5]), .init(Self.other, platform: .kr, matches: [2025: 5]),
        ]
        apart.shared = [.init(Self.demo, Self.other, year: 2025, count: 2)]
        #expect(throws: WorldError.self) { try SimulatorWorld(apart) }
        var full = WorldOptions()
        full.named = [.init(Self.demo, platform: .na1, matches: [2025: 9000])]
        #expect(throws: WorldError.self) { try SimulatorWorld(full) }
        var future = WorldOptions()
        future.until = CivilYear.bounds(2025).startMilliseconds
        future.named = [.init(Self.demo, platform: .na1, matches: [2025: 1])]
        #expect(throws: WorldError.self) { try SimulatorWorld(future) }
    }

    @Test("a year that is not over ends at the given time")
    func presentYear() throws {
        var options = WorldOptions()
        options.until = CivilYear.bounds(2026).startMilliseconds + 30 * 86_400_000
        options.named = [.init(Self.demo, platform: .na1, matches: [2026: 50])]
        let games = try TestWorlds.games(of: Self.demo, in: SimulatorWorld(options))
        #expect(games.count == 50)
        #expect(games.allSatisfy { $0.startedAt < options.until ?? 0 })
    }
}
