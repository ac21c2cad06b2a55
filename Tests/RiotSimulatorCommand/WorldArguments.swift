import ArgumentParser
import RiotModels
import RiotSimulator

/// What there is in the world.
struct WorldArguments: ParsableArguments {
    /// Matches of the player who is there when none is named.
    private static let usualMatches = 100

    @Option(
        help: "Serve the recorded bodies DIR/matches/ID.json.gz and DIR/timelines/ID.json.gz instead of a drawn world."
    )
    var replay: String?

    @Option(help: "The number that the world is drawn from; the same number gives the same world.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "A player with an exact number of matches; can be repeated.",
            discussion: "--platform, --year and --matches are given once for all players, or once for each.",
            valueName: "Name#TAG"
        )
    )
    var player: [String] = []

    @Option(help: "The platform of a player.")
    var platform: [String] = []

    @Option(help: "The year in which he plays.")
    var year: [Int] = []

    @Option(help: "How many matches he plays in it.")
    var matches: [Int] = []

    @Option(
        help: ArgumentHelp(
            "Matches of the first year that two players have in common; can be repeated.",
            valueName: "A#TAG,B#TAG=50"
        )
    )
    var share: [String] = []

    @Option(help: "Matches of each named player within a day outside his year.")
    var edgeMatches = 0

    @Option(help: "How many others there are on each platform, at least 20.")
    var players = 60

    @Option(help: "Matches that one of the others plays in a year on average.")
    var matchesPerPlayer = 10

    @Option(help: "The share of rare games, 0 to 1: Arena, bots, remakes, aborted ones.")
    var unusual = 0.0

    func validate() throws {
        for (name, count) in [("platform", platform.count), ("year", year.count), ("matches", matches.count)] {
            guard count <= 1 || count == player.count else {
                throw ValidationError(
                    "--\(name) is given \(count) times for \(player.count) players; once, or once each"
                )
            }
        }
        guard (0...1).contains(unusual) else { throw ValidationError("--unusual is a share between 0 and 1") }
        guard (0...100_000).contains(players), (0...5000).contains(matchesPerPlayer), edgeMatches >= 0 else {
            throw ValidationError("--players is at most 100000, --matches-per-player at most 5000, none is negative")
        }
        guard year.allSatisfy({ (2010...2100).contains($0) }), matches.allSatisfy({ $0 >= 0 }) else {
            throw ValidationError("--year is 2010 to 2100, --matches not negative")
        }
        guard replay == nil || player.isEmpty else {
            throw ValidationError("--replay finds its players in the files; leave --player out")
        }
    }

    func make() throws -> any SimulatedWorld {
        if let replay { return try RecordedWorld(directory: replay) }
        var options = WorldOptions()
        options.seed = seed
        options.players = players
        options.matchesPerPlayer = matchesPerPlayer
        options.unusualShare = unusual
        options.named = try named()
        options.shared = try share.map { try shared($0) }
        return try SimulatorWorld(options)
    }

    private func named() throws -> [WorldOptions.NamedPlayer] {
        let names = player.isEmpty ? ["Demo#NA1"] : player
        var players: [WorldOptions.NamedPlayer] = []
        for (index, name) in names.enumerated() {
            let riotID = try RiotID(parsing: name)
            let platformName = value(platform, index) ?? "na1"
            guard let platform = Platform(rawValue: platformName) else {
                let known = Platform.requestable.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(platformName) is not a platform; there are \(known)")
            }
            let year = value(year, index) ?? 2025
            let count = value(matches, index) ?? Self.usualMatches
            if let known = players.firstIndex(where: { $0.riotID.foldedKey == riotID.foldedKey }) {
                players[known].matches[year] = count
            } else {
                players.append(.init(riotID, platform: platform, matches: [year: count], edgeMatches: edgeMatches))
            }
        }
        return players
    }

    private func value<Value>(_ values: [Value], _ index: Int) -> Value? {
        values.count == 1 ? values[0] : index < values.count ? values[index] : nil
    }

    /// Reads the players and the number of `--share`.
    ///
    /// A name may hold a comma, a tag does not: the comma that counts follows the first `#`.
    private func shared(_ text: String) throws -> WorldOptions.SharedMatches {
        guard let equals = text.lastIndex(of: "="), let count = Int(text[text.index(after: equals)...]), count >= 0,
            let hash = text.firstIndex(of: "#"), let comma = text[hash...].firstIndex(of: ","), comma < equals
        else { throw ValidationError("--share is 'A#TAG,B#TAG=50', not '\(text)'") }
        return try WorldOptions.SharedMatches(
            RiotID(parsing: String(text[..<comma])),
            RiotID(parsing: String(text[text.index(after: comma)..<equals])),
            year: year.first ?? 2025,
            count: count
        )
    }
}
