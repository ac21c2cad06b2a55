import RiotModels
import RiotSimulator

/// The world that the database is filled from.
///
/// A third of the matches belong to players with 2,000 in one year, a fifth to players with 200, the rest is the
/// population's own; companions are drawn by the simulator, with friends who meet again and again. Spread over all
/// platforms, so that no friend plays more than a person can.
struct BenchmarkWorld {
    /// The year in which the named players have their matches.
    static let year = 2025
    static let heavyMatches = 2_000
    static let mediumMatches = 200
    private static let platforms: [Platform] = Platform.allCases

    let heavy: [WorldOptions.NamedPlayer]
    let medium: [WorldOptions.NamedPlayer]
    let world: SimulatorWorld
    /// All matches, oldest first on each platform.
    let matches: [MatchID]

    init(matches count: Int) throws {
        let heavyCount = max(1, count * 32 / 100 / Self.heavyMatches)
        let mediumCount = max(1, count * 20 / 100 / Self.mediumMatches)
        heavy = try Self.named("Heavy", heavyCount, Self.heavyMatches)
        medium = try Self.named("Medium", mediumCount, Self.mediumMatches)
        let rest = max(0, count - heavyCount * Self.heavyMatches - mediumCount * Self.mediumMatches)
        var options = WorldOptions()
        options.platforms = Self.platforms
        options.years = [2024, 2025]
        options.players = max(20, rest / (Self.platforms.count * options.years.count))
        options.named = heavy + medium
        options.unusualShare = 0.05
        options.until = CivilYear.bounds(2026).startMilliseconds
        world = try SimulatorWorld(options)
        var ids: Set<MatchID> = []
        for player in world.players() {
            for game in world.games(puuid: player.puuid, route: player.platform.matchRoute) { ids.insert(game.id) }
        }
        self.matches = ids.sorted { ($0.number, $0.text) < ($1.number, $1.text) }
    }

    private static func named(
        _ name: String,
        _ count: Int,
        _ matches: Int
    ) throws -> [WorldOptions.NamedPlayer] {
        try (0..<count).map { index in
            WorldOptions.NamedPlayer(
                try RiotID(gameName: "\(name) \(index)", tagLine: "BENCH"),
                platform: platforms[index % platforms.count],
                matches: [year: matches]
            )
        }
    }
}
