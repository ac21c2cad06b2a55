import Compression
import FoundationEssentials
import RiotModels
import RiotSimulator

/// Bodies that the simulator draws, where recorded ones are not at hand.
struct SimulatedBodies {
    private static let year = 2025

    private let world: SimulatorWorld
    private let ids: [MatchID]

    /// The matches of one player's year.
    init(matches: Int) throws {
        let name = try RiotID(gameName: "Benchmark", tagLine: "EUW")
        var options = WorldOptions()
        options.platforms = [.euw1]
        options.named = [WorldOptions.NamedPlayer(name, platform: .euw1, matches: [Self.year: matches])]
        world = try SimulatorWorld(options)
        guard let player = world.account(named: name) else {
            throw BenchmarkFailed(message: "the simulated world lacks its player")
        }
        ids = world.games(puuid: player.puuid, route: player.platform.matchRoute).map(\.id)
    }

    /// Writes `matches/ID.json.gz` and `timelines/ID.json.gz`.
    func write(to directory: String) throws {
        for (folder, body) in [("matches", world.match), ("timelines", world.timeline)] {
            let path = "\(directory)/\(folder)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for id in ids {
                guard case .plain(let text) = body(id) else {
                    throw BenchmarkFailed(message: "the simulated world lacks a body of \(id)")
                }
                try Data(Gzip.deflate(text)).write(to: URL(filePath: "\(path)/\(id.text).json.gz"))
            }
        }
    }
}
