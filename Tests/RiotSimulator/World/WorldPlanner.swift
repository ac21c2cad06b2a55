import RiotModels

/// Draws up who plays which games when.
///
/// Named players appear only in games that were asked for, so their numbers are exact; everybody else fills the
/// remaining places and plays among themselves.
struct WorldPlanner {
    /// Attempts to find a companion who is free before an overlap is accepted.
    private static let companionAttempts = 40
    private static let companionShare = 0.4
    /// Matches outside a year on either side that a list asked with a margin of a day may show.
    static let edgeMatchLimit = 16

    let options: WorldOptions
    private(set) var players: [SimulatedPlayer] = []
    private(set) var games: [GamePlan] = []
    private var population: [Platform: [Int32]] = [:]
    private var named: [String: Int32] = [:]
    private var calendar: GameCalendar
    private let until: Int64

    init(options: WorldOptions, until: Int64) throws(WorldError) {
        self.options = options
        self.until = until
        calendar = GameCalendar(until: until)
        try addNamedPlayers()
        try addPopulation()
        try planShared()
        try planNamed()
        planPopulation()
        number()
    }

    // MARK: players

    private mutating func addNamedPlayers() throws(WorldError) {
        for player in options.named {
            guard named[player.riotID.foldedKey] == nil else {
                throw WorldError(message: "\(player.riotID) is named twice; give all his years in one place")
            }
            guard (0...Self.edgeMatchLimit).contains(player.edgeMatches) else {
                throw WorldError(message: "\(player.riotID): at most \(Self.edgeMatchLimit) matches beside a year")
            }
            named[player.riotID.foldedKey] = Int32(players.count)
            players.append(SimulatedPlayer(riotID: player.riotID, platform: player.platform, seed: options.seed))
        }
    }

    private mutating func addPopulation() throws(WorldError) {
        let platforms = Set(options.platforms + options.named.map(\.platform))
        for platform in Platform.allCases where platforms.contains(platform) {
            var random = SeededRandom(seed: options.seed, stableHash("population"), stableHash(platform.rawValue))
            var members: [Int32] = []
            for index in 0..<max(options.players, 20) {
                do {
                    let riotID = try PlayerNames.make(index, platform: platform, random: &random)
                    members.append(Int32(players.count))
                    players.append(SimulatedPlayer(riotID: riotID, platform: platform, seed: options.seed))
                } catch {
                    throw WorldError(message: error.message)
                }
            }
            population[platform] = members
        }
    }

    // MARK: games

    private mutating func planShared() throws(WorldError) {
        for shared in options.shared {
            guard let first = named[shared.first.foldedKey], let second = named[shared.second.foldedKey] else {
                throw WorldError(message: "shared matches of \(shared.first) and \(shared.second): name both players")
            }
            let platform = players[Int(first)].platform
            guard first != second, platform == players[Int(second)].platform else {
                throw WorldError(message: "\(shared.first) and \(shared.second) cannot share matches: other platforms")
            }
            var random = SeededRandom(
                seed: options.seed,
                stableHash("shared"),
                UInt64(first),
                UInt64(second),
                UInt64(shared.year)
            )
            for _ in 0..<shared.count {
                try plan([first, second], platform: platform, year: shared.year, kind: nil, random: &random)
            }
        }
    }

    private mutating func planNamed() throws(WorldError) {
        for player in options.named {
            guard let index = named[player.riotID.foldedKey] else { continue }
            for (year, count) in player.matches.sorted(by: { $0.key < $1.key }) {
                let together = options.shared.filter {
                    $0.year == year
                        && ($0.first.foldedKey == player.riotID.foldedKey
                            || $0.second.foldedKey == player.riotID.foldedKey)
                }
                let alone = count - together.map(\.count).reduce(0, +)
                guard alone >= 0 else {
                    throw WorldError(message: "\(player.riotID) shares more matches of \(year) than he has")
                }
                var random = SeededRandom(
                    seed: options.seed,
                    stableHash(player.riotID.foldedKey),
                    UInt64(year)
                )
                for _ in 0..<alone {
                    try plan([index], platform: player.platform, year: year, kind: nil, random: &random)
                }
                for number in 0..<player.edgeMatches {
                    guard let slot = calendar.edgeSlot(number: number, of: year) else { continue }
                    append(at: slot, with: [index], platform: player.platform, kind: .rift(queue: 420), random: &random)
                }
            }
        }
    }

    private mutating func planPopulation() {
        for platform in Platform.allCases {
            guard let members = population[platform] else { continue }
            for year in options.years {
                var random = SeededRandom(
                    seed: options.seed,
                    stableHash("games"),
                    stableHash(platform.rawValue),
                    UInt64(year)
                )
                for _ in 0..<(members.count * options.matchesPerPlayer / 10) {
                    let first = random.pick(members)
                    guard let slot = calendar.freeSlot(in: year, for: [first], random: &random) else { break }
                    let kind = GameKind.draw(unusualShare: options.unusualShare, random: &random)
                    append(at: slot, with: [first], platform: platform, kind: kind, random: &random)
                }
            }
        }
    }

    private mutating func plan(
        _ fixed: [Int32],
        platform: Platform,
        year: Int,
        kind: GameKind?,
        random: inout SeededRandom
    ) throws(WorldError) {
        guard let slot = calendar.freeSlot(in: year, for: fixed, random: &random) else {
            let names = fixed.map { players[Int($0)].riotID.description }.joined(separator: ", ")
            throw WorldError(
                message:
                    "\(year) has no hour left for another match of \(names); it holds \(calendar.capacity(of: year))"
            )
        }
        let drawn = kind ?? GameKind.draw(unusualShare: options.unusualShare, random: &random)
        append(at: slot, with: fixed, platform: platform, kind: drawn, random: &random)
    }

    private mutating func append(
        at slot: Int64,
        with fixed: [Int32],
        platform: Platform,
        kind: GameKind,
        random: inout SeededRandom
    ) {
        let roster = roster(with: fixed, platform: platform, count: kind.humanCount, slot: slot, random: &random)
        calendar.take(slot, for: roster)
        let duration = kind.drawDuration(random: &random)
        let start = calendar.start(of: slot, durationSeconds: duration, random: &random)
        games.append(
            GamePlan(platform: platform, kind: kind, startedAt: start, durationSeconds: duration, players: roster)
        )
    }

    /// The fixed players and companions, in an order that puts them on either team.
    private func roster(
        with fixed: [Int32],
        platform: Platform,
        count: Int,
        slot: Int64,
        random: inout SeededRandom
    ) -> [Int32] {
        let members = population[platform] ?? []
        // A few of the population are everybody's friends, so that people meet again.
        let friends = Array(members.prefix(8))
        var roster = fixed
        while roster.count < count {
            var candidate = members[0]
            for attempt in 0..<Self.companionAttempts {
                candidate =
                    random.chance(Self.companionShare) && attempt < 8 ? random.pick(friends) : random.pick(members)
                if !roster.contains(candidate), calendar.isFree(candidate, at: slot) { break }
            }
            if roster.contains(candidate) {
                guard let other = members.first(where: { !roster.contains($0) }) else { break }
                candidate = other
            }
            roster.append(candidate)
        }
        return random.shuffled(roster)
    }

    // MARK: numbers

    /// Gives every game its match id: rising with time on each platform, beyond 32 bits as real ones are.
    private mutating func number() {
        games.sort { ($0.startedAt, $0.platform.rawValue) < ($1.startedAt, $1.platform.rawValue) }
        var last: [Platform: Int64] = [:]
        for index in games.indices {
            let game = games[index]
            let salt = Int64(SeededRandom.first(seed: options.seed, UInt64(game.startedAt)) % 10)
            let wanted = 3_000_000_000 + (game.startedAt / 1000 - 1_577_836_800) * 10 + salt
            let number = max(wanted, (last[game.platform] ?? 0) + 1)
            last[game.platform] = number
            games[index].number = number
        }
    }
}

extension SeededRandom {
    /// One number drawn for one thing.
    static func first(seed: UInt64, _ part: UInt64) -> UInt64 {
        var random = SeededRandom(seed: seed, part)
        return random.next()
    }
}
