import Compression
import FoundationEssentials
public import RiotModels

/// Recorded bodies, served as they are.
///
/// Reads `matches/ID.json.gz` and `timelines/ID.json.gz` of a directory, finds the players in the matches and answers
/// lists for them. Platform and route of a match come from its id, its year from its own time.
public final class RecordedWorld: SimulatedWorld {
    /// Inflated size of the largest body that is read.
    static let bodyLimit = 16 << 20

    private let directory: String
    private let matches: [MatchID: RecordedMatch]
    private let matchFiles: [MatchID: [UInt8]]
    private let timelineFiles: [MatchID: [UInt8]]
    private let people: [String: RecordedPlayer]
    private let byName: [String: String]
    private let order: [String]

    /// Reads the directory.
    ///
    /// - Throws: `SimulatorError` naming the file that cannot be read.
    public init(directory: String) throws(SimulatorError) {
        self.directory = directory
        let files = RecordedFiles(directory: directory)
        matchFiles = try files.bodies(in: "matches")
        timelineFiles = try files.bodies(in: "timelines")
        guard !matchFiles.isEmpty else {
            throw SimulatorError(message: "\(directory)/matches holds no ID.json.gz, so there is nothing to replay")
        }
        var matches: [MatchID: RecordedMatch] = [:]
        var register = RecordedRegister()
        for (id, body) in matchFiles.sorted(by: { $0.key.text < $1.key.text }) {
            let match = try RecordedMatch(id: id, gzip: body)
            matches[id] = match
            register.add(match)
        }
        self.matches = matches
        byName = register.names()
        people = register.people
        order = register.order
    }

    /// A sentence that names the source.
    public var title: String {
        "\(matchFiles.count) recorded matches and \(timelineFiles.count) timelines of \(directory)"
    }

    // MARK: players

    /// A player by Riot ID, whatever case and spaces it is written with.
    public func account(named riotID: RiotID) -> SimulatedAccount? {
        byName[riotID.foldedKey].flatMap { account(puuid: $0) }
    }

    /// A player by identity.
    public func account(puuid: String) -> SimulatedAccount? {
        guard let person = people[puuid], let last = person.games.first else { return nil }
        return SimulatedAccount(
            puuid: puuid,
            gameName: person.riotID?.gameName,
            tagLine: person.riotID?.tagLine,
            platform: last.id.platform
        )
    }

    /// His profile; nil when he does not play on that platform.
    public func profile(puuid: String, platform: Platform) -> SimulatedProfile? {
        guard let person = people[puuid], let last = person.games.first(where: { $0.id.platform == platform }) else {
            return nil
        }
        return SimulatedProfile(profileIcon: person.profileIcon, revisionDate: last.startedAt, level: person.level)
    }

    /// Everybody, one entry per platform.
    public func players() -> [PlayerSummary] {
        order.flatMap { puuid -> [PlayerSummary] in
            guard let person = people[puuid] else { return [] }
            let platforms = Dictionary(grouping: person.games) { $0.id.platform }
            return platforms.sorted { $0.key.rawValue < $1.key.rawValue }.map { platform, games in
                let years = Dictionary(grouping: games) { String(CivilYear.year(ofMilliseconds: $0.startedAt)) }
                return PlayerSummary(
                    riotID: person.riotID?.description ?? "",
                    gameName: person.riotID?.gameName ?? "",
                    tagLine: person.riotID?.tagLine ?? "",
                    puuid: puuid,
                    platform: platform,
                    years: years.mapValues(\.count)
                )
            }
        }
    }

    // MARK: matches

    /// His games in one region, newest first.
    public func games(puuid: String, route: RegionalRoute) -> [ListedGame] {
        (people[puuid]?.games ?? []).filter { $0.id.route == route }
    }

    /// Ids of games of one region that he was not in.
    public func foreignGames(puuid: String, route: RegionalRoute, limit: Int) -> [MatchID] {
        let strange = matches.values.filter { $0.id.route == route && !$0.puuids.contains(puuid) }
        return Array(strange.map(\.id).sorted { $0.text < $1.text }.prefix(limit))
    }

    /// The body of a match; nil when there is none.
    public func match(_ id: MatchID) -> StoredBody? {
        matchFiles[id].map { .gzip($0) }
    }

    /// The body of a timeline; nil when there is none.
    public func timeline(_ id: MatchID) -> StoredBody? {
        timelineFiles[id].map { .gzip($0) }
    }

    /// What a complete sync of a player's year holds; nil when he is unknown.
    public func expectation(of riotID: RiotID, platform: Platform, year: Int) throws -> WorldExpectation? {
        guard let puuid = byName[riotID.foldedKey], let person = people[puuid] else { return nil }
        var result = WorldExpectation(
            player: (person.riotID ?? riotID).description,
            puuid: puuid,
            platform: platform,
            year: year
        )
        for game in person.games where game.id.route == platform.matchRoute {
            guard CivilYear.year(ofMilliseconds: game.startedAt) == year, let match = matches[game.id] else { continue }
            result.matchIDs.append(game.id.text)
            result.everybody.add(match.everybody)
            result.own.add(match.sums(of: puuid))
            guard let body = timelineFiles[game.id] else { continue }
            result.timelineIDs.append(game.id.text)
            try RecordedTimeline(id: game.id, gzip: body).add(to: &result.timelines)
        }
        return result
    }
}
