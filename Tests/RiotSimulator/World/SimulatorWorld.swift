import FoundationEssentials
public import RiotModels

/// A drawn world of players and matches.
///
/// Who plays what when is worked out once; bodies are made when they are asked for, the same bytes every time.
public final class SimulatorWorld: SimulatedWorld {
    private let options: WorldOptions
    private let people: [SimulatedPlayer]
    private let games: [GamePlan]
    private let byName: [String: Int]
    private let byPUUID: [String: Int]
    private let byMatch: [MatchID: Int]
    /// Positions in `games` by player, newest first.
    private let played: [[Int]]
    private let ids: [MatchID]

    /// Draws the world.
    ///
    /// - Throws: `WorldError` when the options contradict each other or ask for more than a year holds.
    public init(_ options: WorldOptions = WorldOptions()) throws(WorldError) {
        let until = options.until ?? Self.startOfToday()
        let planner = try WorldPlanner(options: options, until: until)
        self.options = options
        people = planner.players
        games = planner.games
        var ids: [MatchID] = []
        var byMatch: [MatchID: Int] = [:]
        var played: [[Int]] = Array(repeating: [], count: people.count)
        for (index, game) in games.enumerated().reversed() {
            for player in game.players { played[Int(player)].append(index) }
        }
        for (index, game) in games.enumerated() {
            do {
                let id = try MatchID(game.matchIDText)
                ids.append(id)
                byMatch[id] = index
            } catch {
                throw WorldError(message: error.message)
            }
        }
        self.ids = ids
        self.byMatch = byMatch
        self.played = played
        byName = Dictionary(people.indices.map { (planner.players[$0].riotID.foldedKey, $0) }) { first, _ in first }
        byPUUID = Dictionary(people.indices.map { (planner.players[$0].puuid, $0) }) { first, _ in first }
    }

    private static func startOfToday() -> Int64 {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        return now - now % 86_400_000
    }

    /// A sentence that names the source.
    public var title: String {
        "a simulated world of \(people.count) players and \(games.count) matches, drawn from number \(options.seed)"
    }

    // MARK: players

    /// A player by Riot ID, whatever case and spaces it is written with.
    public func account(named riotID: RiotID) -> SimulatedAccount? {
        byName[riotID.foldedKey].map { account(of: people[$0]) }
    }

    /// A player by identity.
    public func account(puuid: String) -> SimulatedAccount? {
        byPUUID[puuid].map { account(of: people[$0]) }
    }

    private func account(of player: SimulatedPlayer) -> SimulatedAccount {
        SimulatedAccount(
            puuid: player.puuid,
            gameName: player.riotID.gameName,
            tagLine: player.riotID.tagLine,
            platform: player.platform
        )
    }

    /// His profile; nil when he does not play on that platform.
    public func profile(puuid: String, platform: Platform) -> SimulatedProfile? {
        guard let index = byPUUID[puuid], people[index].platform == platform else { return nil }
        let player = people[index]
        let last = played[index].first.map { games[$0].endedAt } ?? CivilYear.bounds(2024).startMilliseconds
        return SimulatedProfile(profileIcon: player.profileIcon, revisionDate: last, level: player.level)
    }

    /// Everybody, one entry per platform.
    public func players() -> [PlayerSummary] {
        people.indices.map { index in
            var years: [String: Int] = [:]
            for game in played[index] {
                years[String(CivilYear.year(ofMilliseconds: games[game].startedAt)), default: 0] += 1
            }
            let player = people[index]
            return PlayerSummary(
                riotID: player.riotID.description,
                gameName: player.riotID.gameName,
                tagLine: player.riotID.tagLine,
                puuid: player.puuid,
                platform: player.platform,
                years: years
            )
        }
    }

    // MARK: matches

    /// His games in one region, newest first.
    public func games(puuid: String, route: RegionalRoute) -> [ListedGame] {
        guard let index = byPUUID[puuid] else { return [] }
        return played[index].filter { games[$0].platform.matchRoute == route }.map { listed($0) }
    }

    private func listed(_ index: Int) -> ListedGame {
        let game = games[index]
        return ListedGame(
            id: ids[index],
            startedAt: game.startedAt,
            queue: game.kind.queue,
            listType: game.kind.listType
        )
    }

    /// Ids of games of one region that he was not in.
    public func foreignGames(puuid: String, route: RegionalRoute, limit: Int) -> [MatchID] {
        guard let index = byPUUID[puuid] else { return [] }
        let strange = games.indices.lazy.filter { game in
            self.games[game].platform.matchRoute == route && !self.games[game].players.contains(Int32(index))
        }
        return strange.prefix(limit).map { ids[$0] }
    }

    /// The body of a match; nil when there is none.
    public func match(_ id: MatchID) -> StoredBody? {
        record(of: id).map { .plain(MatchBody.make($0)) }
    }

    /// The body of a timeline; nil when there is none.
    public func timeline(_ id: MatchID) -> StoredBody? {
        record(of: id).map { .plain(TimelineBody.make($0)) }
    }

    private func record(of id: MatchID) -> GameRecord? {
        byMatch[id].map { GameRecord(plan: games[$0], players: people, worldSeed: options.seed) }
    }

    // MARK: what a year amounts to

    /// What a complete sync of a player's year holds; nil when he is unknown.
    public func expectation(of riotID: RiotID, platform: Platform, year: Int) -> WorldExpectation? {
        guard let index = byName[riotID.foldedKey] else { return nil }
        let player = people[index]
        var result = WorldExpectation(
            player: player.riotID.description,
            puuid: player.puuid,
            platform: platform,
            year: year
        )
        for game in played[index] where games[game].platform.matchRoute == platform.matchRoute {
            guard CivilYear.year(ofMilliseconds: games[game].startedAt) == year else { continue }
            result.matchIDs.append(ids[game].text)
            result.timelineIDs.append(ids[game].text)
            let record = GameRecord(plan: games[game], players: people, worldSeed: options.seed)
            result.add(record, playedBy: player.puuid)
        }
        return result
    }
}

extension WorldExpectation {
    /// Adds a game's figures.
    mutating func add(_ game: GameRecord, playedBy puuid: String) {
        guard game.plan.kind != .aborted else {
            timelines.frames += 1
            timelines.events += 1
            timelines.eventsByType["GAME_END", default: 0] += 1
            return
        }
        for contestant in game.draft.contestants {
            let sums = ParticipantSums(game.results[contestant.index])
            everybody.add(sums)
            if contestant.puuid == puuid { own.add(sums) }
        }
        timelines.frames += game.frames.count
        timelines.events += game.events.count
        for event in game.events { timelines.eventsByType["\(event.kind.typeName)", default: 0] += 1 }
        for figures in game.frames.flatMap(\.figures) {
            timelines.participantFrames += 1
            timelines.gold += figures.totalGold
            timelines.experience += figures.experience
            timelines.damage += figures.damage.toChampions.total
        }
    }
}

extension WorldExpectation.ParticipantSums {
    init(_ result: ContestantResult) {
        self.init()
        participants = 1
        kills = result.kills
        deaths = result.deaths
        assists = result.assists
        gold = result.final.totalGold
        damage = result.final.damage.toChampions.total
        experience = result.final.experience
    }

    mutating func add(_ other: Self) {
        participants += other.participants
        kills += other.kills
        deaths += other.deaths
        assists += other.assists
        gold += other.gold
        damage += other.damage
        experience += other.experience
    }
}
