public import RiotModels

/// A player as account-v1 and the control pages show him.
public struct SimulatedAccount: Sendable, Equatable {
    /// His identity, 78 characters.
    public let puuid: String
    /// The name in his own spelling; nil when the world knows none.
    public let gameName: String?
    /// The tag in his own spelling.
    public let tagLine: String?
    /// Where he plays now.
    public let platform: Platform
}

/// A player's profile on one platform.
public struct SimulatedProfile: Sendable {
    /// The picture's number.
    public let profileIcon: Int
    /// When something last happened, in milliseconds.
    public let revisionDate: Int64
    /// The account's level.
    public let level: Int
}

/// One entry of a player's list of games.
public struct ListedGame: Sendable {
    /// The match.
    public let id: MatchID
    /// When it began, in milliseconds; the moment that lists are filtered by.
    public let startedAt: Int64
    /// The queue's number.
    public let queue: Int
    /// What the `type` parameter calls it; nil matches none.
    public let listType: String?
}

/// A body as it is held.
public enum StoredBody: Sendable {
    /// JSON text.
    case plain([UInt8])
    /// The gzip form of JSON text, sent unchanged to a client that accepts it.
    case gzip([UInt8])
}

/// Who plays how much, for choosing players in tests.
public struct PlayerSummary: Sendable, Codable, Equatable {
    /// `Name#TAG`; empty when the world knows no name.
    public let riotID: String
    /// The name part.
    public let gameName: String
    /// The tag part.
    public let tagLine: String
    /// His identity.
    public let puuid: String
    /// The platform of these games.
    public let platform: Platform
    /// Games per year, the year as text.
    public let years: [String: Int]
}

/// What the simulator serves: a drawn world, or recorded bodies.
public protocol SimulatedWorld: Sendable {
    /// A sentence that names the source.
    var title: String { get }
    /// A player by Riot ID, whatever case and spaces it is written with.
    func account(named riotID: RiotID) -> SimulatedAccount?
    /// A player by identity.
    func account(puuid: String) -> SimulatedAccount?
    /// His profile; nil when he does not play on that platform.
    func profile(puuid: String, platform: Platform) -> SimulatedProfile?
    /// His games in one region, newest first.
    func games(puuid: String, route: RegionalRoute) -> [ListedGame]
    /// Ids of games of one region that he was not in, for faults.
    func foreignGames(puuid: String, route: RegionalRoute, limit: Int) -> [MatchID]
    /// The body of a match; nil when there is none.
    func match(_ id: MatchID) -> StoredBody?
    /// The body of a timeline; nil when there is none.
    func timeline(_ id: MatchID) -> StoredBody?
    /// Everybody, one entry per platform; players that were asked for first.
    func players() -> [PlayerSummary]
    /// What a complete sync of a player's year holds; nil when he is unknown.
    func expectation(of riotID: RiotID, platform: Platform, year: Int) throws -> WorldExpectation?
}
