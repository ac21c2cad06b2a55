/// The simulator's world: players with a year of matches each, of which neighbours have some in common.
struct FaultWorld: Sendable {
    static let year = 2025
    static let platforms = ["na1", "euw1", "kr"]

    let players: Int
    /// Matches of each player.
    var matches = 40
    /// Matches that each has in common with the next.
    var shared = 10
    /// Milliseconds that the simulator takes to answer.
    var latency = "40-250"
    let seed: UInt64
    /// Requests per second and region.
    let rate: Int

    init(players: Int, seed: UInt64, rate: Int) {
        self.players = players
        self.seed = seed
        self.rate = rate
    }

    /// As many players as keep all regions busy for the time: a match and a timeline are two requests.
    init(minutes: Double, seed: UInt64, rate: Int) {
        let requests = minutes * 60 * Double(rate * Self.platforms.count)
        self.init(players: max(12, Int(requests / Double(2 * 40))), seed: seed, rate: rate)
    }

    /// `Name#TAG` of a player.
    func name(_ player: Int) -> String { "Fault \(player)#TEST" }
    /// Neighbours, who share matches, are on one platform.
    func platform(_ player: Int) -> String { Self.platforms[player / 4 % Self.platforms.count] }

    /// What `riot-simulator` is started with.
    var arguments: [String] {
        var arguments = [
            "--seed", String(seed), "--latency", latency, "--app-limit", "\(rate):1", "--method-limit",
            "match=\(rate):1", "--method-limit", "timeline=\(rate):1", "--players", "40", "--matches-per-player", "1",
            "--matches", String(matches), "--year", String(Self.year), "--unusual", "0.05",
        ]
        for player in 0..<players { arguments += ["--player", name(player), "--platform", platform(player)] }
        for player in 1..<players where shared > 0 && platform(player) == platform(player - 1) {
            arguments += ["--share", "\(name(player - 1)),\(name(player))=\(shared)"]
        }
        return arguments
    }
}
