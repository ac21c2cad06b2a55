public import RiotModels

/// What a simulated world holds.
///
/// The same options give the same world, byte for byte, on every machine; only a year that is not over yet ends at the
/// start of the present day (`until`), because a client asks for nothing that lies in the future.
public struct WorldOptions: Sendable {
    /// A player with a number of matches that is exact.
    public struct NamedPlayer: Sendable {
        /// The name by which he is found.
        public var riotID: RiotID
        /// Where he plays.
        public var platform: Platform
        /// How many matches he plays in which year.
        public var matches: [Int: Int]
        /// Matches within a day before and after each of these years, which a list asked with a margin contains.
        public var edgeMatches: Int

        /// A player with `matches` per year.
        public init(_ riotID: RiotID, platform: Platform, matches: [Int: Int], edgeMatches: Int = 0) {
            self.riotID = riotID
            self.platform = platform
            self.matches = matches
            self.edgeMatches = edgeMatches
        }
    }

    /// Matches that two named players of one platform play together; they count in the number of each.
    public struct SharedMatches: Sendable {
        /// One of the two.
        public var first: RiotID
        /// The other.
        public var second: RiotID
        /// In which year.
        public var year: Int
        /// How many.
        public var count: Int

        /// `count` matches of `year` with both in them.
        public init(_ first: RiotID, _ second: RiotID, year: Int, count: Int) {
            self.first = first
            self.second = second
            self.year = year
            self.count = count
        }
    }

    /// The number that everything is drawn from.
    public var seed: UInt64 = 1
    /// Players without a fixed number of matches, per platform: those whom the named ones meet.
    public var players = 60
    /// Platforms that have players even if no named one plays there.
    public var platforms: [Platform] = [.na1, .euw1, .kr]
    /// Years in which the others play among themselves.
    public var years: [Int] = [2024, 2025]
    /// Matches that one of the others plays in a year on average, beside those with named players.
    public var matchesPerPlayer = 10
    /// Players with an exact number of matches.
    public var named: [NamedPlayer] = []
    /// Matches that two named players have in common.
    public var shared: [SharedMatches] = []
    /// The share of matches of rare kinds: Arena, bots, remakes, aborted ones with nothing in them.
    public var unusualShare = 0.0
    /// No match ends after this time (milliseconds); nil means the start of the present day.
    public var until: Int64?

    /// A small world.
    public init() {}
}

/// Why a world cannot be made.
public struct WorldError: Error, CustomStringConvertible {
    /// A sentence that says what to change.
    public let message: String

    /// The sentence.
    public var description: String { message }
}
