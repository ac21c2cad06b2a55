import Compression
import Foundation
import RiotModels
import Testing

@testable import RiotSimulator

/// Real bodies, which lie beside the project and may be absent.
enum RecordedBodies {
    static let directory = TestWorlds.beside("samples")
    static var areThere: Bool { FileManager.default.fileExists(atPath: directory.appending(path: "matches").path) }
}

/// Needs the recorded bodies; the same behaviour on bodies of our own is in `OwnReplayTests`.
@Suite("Replay of recorded bodies", .enabled(if: RecordedBodies.areThere, "no recorded bodies beside the project"))
struct ReplayTests {

    private func files(_ folder: String) throws -> [String: [UInt8]] {
        let urls = try FileManager.default.contentsOfDirectory(
            at: RecordedBodies.directory.appending(path: folder),
            includingPropertiesForKeys: nil
        )
        return try Dictionary(
            uniqueKeysWithValues: urls.map { url in
                (String(url.lastPathComponent.prefix { $0 != "." }), [UInt8](try Data(contentsOf: url)))
            }
        )
    }

    @Test("every file is served as it is, at the region of its platform")
    func bodies() async throws {
        let world = try RecordedWorld(directory: RecordedBodies.directory.path)
        let matches = try files("matches")
        let timelines = try files("timelines")
        #expect(matches.count == 45)
        #expect(timelines.count == 33)
        try await SimulatorServer.withRunning(world, options: SimulatorOptions(limits: .none)) { server in
            let client = try await WireClient(server)
            for (name, bytes) in matches {
                let id = try MatchID(name)
                let path = "/\(id.route.rawValue)/lol/match/v5/matches/\(id)"
                #expect(try await client.get(path, gzip: true).body == bytes)
                #expect(try await client.get(path).body == Gzip.inflate(bytes, limit: 1 << 24))
            }
            for (name, bytes) in timelines {
                let id = try MatchID(name)
                let path = "/\(id.route.rawValue)/lol/match/v5/matches/\(id)/timeline"
                #expect(try await client.get(path, gzip: true).body == bytes)
            }
        }
    }

    @Test("the players found in them cover all matches, the empty one too")
    func players() async throws {
        let world = try RecordedWorld(directory: RecordedBodies.directory.path)
        var covered: Set<MatchID> = []
        for player in world.players() {
            let listed = world.games(puuid: player.puuid, route: player.platform.matchRoute)
                .filter { $0.id.platform == player.platform }
            #expect(player.years.values.reduce(0, +) == listed.count)
            covered.formUnion(listed.map(\.id))
            let account = try #require(world.account(named: TestWorlds.id(player.riotID)))
            #expect(account.puuid == player.puuid)
            #expect(world.profile(puuid: player.puuid, platform: player.platform) != nil)
        }
        #expect(covered.count == 45)
        #expect(covered.contains(try MatchID("EUW1_6834713231")))
    }

    @Test("what a player's year amounts to is what the files say")
    func expectation() throws {
        let world = try RecordedWorld(directory: RecordedBodies.directory.path)
        let empty = try MatchID("EUW1_6834713231")
        let player = try #require(
            world.players().first { world.games(puuid: $0.puuid, route: .europe).contains { $0.id == empty } }
        )
        let expected = try #require(
            try world.expectation(of: TestWorlds.id(player.riotID), platform: .euw1, year: 2024)
        )
        #expect(expected.matchIDs.contains(empty.text))
        #expect(expected.timelineIDs.contains(empty.text))
        #expect(expected.timelines.frames >= 1)
    }
}

/// Replay of bodies that the drawn world makes.
@Suite("Replay")
struct OwnReplayTests {
    @Test("serves recorded bodies and finds their players")
    func roundTrip() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let source = try TestWorlds.small(matches: 12, unusualShare: 0.4)
        let demo = TestWorlds.id("Demo#NA1")
        let games = try TestWorlds.games(of: demo, in: source)
        for folder in ["matches", "timelines"] {
            try FileManager.default.createDirectory(
                at: directory.appending(path: folder),
                withIntermediateDirectories: true
            )
        }
        for game in games {
            let match = Gzip.deflate(try TestWorlds.match(game.id, source))
            try Data(match).write(to: directory.appending(path: "matches/\(game.id).json.gz"))
            let timeline = Gzip.deflate(try TestWorlds.timeline(game.id, source), level: 1)
            try Data(timeline).write(to: directory.appending(path: "timelines/\(game.id).json.gz"))
        }
        let replay = try RecordedWorld(directory: directory.path)
        let account = try #require(replay.account(named: demo))
        #expect(account.puuid == source.account(named: demo)?.puuid)
        let listed = replay.games(puuid: account.puuid, route: .americas)
        #expect(Set(listed.map(\.id)) == Set(games.map(\.id)))
        let drawn = try #require(source.expectation(of: demo, platform: .na1, year: 2025))
        let recorded = try #require(try replay.expectation(of: demo, platform: .na1, year: 2025))
        #expect(Set(recorded.matchIDs) == Set(drawn.matchIDs))
        #expect(recorded.own == drawn.own)
        #expect(recorded.everybody == drawn.everybody)
        #expect(recorded.timelines == drawn.timelines)
    }

    @Test("a directory without bodies is refused with a sentence")
    func nothingThere() {
        #expect(throws: SimulatorError.self) { try RecordedWorld(directory: "/nonexistent") }
    }
}
