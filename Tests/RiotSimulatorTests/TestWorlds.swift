import Foundation
import RiotModels
import Testing

@testable import RiotSimulator

/// Worlds and bodies for tests.
enum TestWorlds {
    /// A Riot ID that is known to be good.
    static func id(_ text: String) -> RiotID {
        do {
            return try RiotID(parsing: text)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Demo#NA1 with his matches of 2025 among twenty others.
    static func small(seed: UInt64 = 1, matches: Int = 100, unusualShare: Double = 0) throws -> SimulatorWorld {
        var options = WorldOptions()
        options.seed = seed
        options.players = 20
        options.platforms = []
        options.unusualShare = unusualShare
        options.named = [.init(id("Demo#NA1"), platform: .na1, matches: [2025: matches])]
        return try SimulatorWorld(options)
    }

    static func games(of riotID: RiotID, in world: SimulatorWorld) throws -> [ListedGame] {
        let account = try #require(world.account(named: riotID))
        return world.games(puuid: account.puuid, route: account.platform.matchRoute)
    }

    static func match(_ id: MatchID, _ world: any SimulatedWorld) throws -> [UInt8] {
        try plain(#require(world.match(id)))
    }

    static func timeline(_ id: MatchID, _ world: any SimulatedWorld) throws -> [UInt8] {
        try plain(#require(world.timeline(id)))
    }

    private static func plain(_ body: StoredBody) throws -> [UInt8] {
        guard case .plain(let bytes) = body else { throw Unexpected(what: "a compressed body") }
        return bytes
    }

    static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    struct Unexpected: Error {
        let what: String
    }

    /// A file beside the project, which may be absent.
    static func beside(_ path: String) -> URL {
        URL(filePath: #filePath).resolvingSymlinksInPath()
            .appending(path: "../../../../shared/riot/\(path)").standardizedFileURL
    }
}
