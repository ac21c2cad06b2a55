public import RiotModels

/// A page of a player's match list.
public struct MatchPage: Sendable, Equatable, Encodable {
    /// Matches, newest first.
    public let rows: [MatchListRow]
    /// What to ask for the next page with, the same filters given; nil when this is the last one.
    public let nextCursor: String?
}

/// A match in a player's list: all that a list shows of it.
///
/// A figure that Riot left out is nil.
public struct MatchListRow: Sendable, Equatable, Encodable {
    /// A player or bot of the match, as far as a list shows him.
    public struct Companion: Sendable, Equatable, Encodable {
        /// Riot's number of the participant.
        public let participantID: Int
        /// 100 or 200; in Arena it says nothing about who played with whom.
        public let teamID: Int?
        /// Number of the Arena team; nil elsewhere.
        public let subteamID: Int?
        /// Riot's number of the champion.
        public let championID: Int?
        /// Riot's name of the champion.
        public let championName: String?
        /// The name at the time of the match; that of a bot is its champion's.
        public let gameName: String?
        /// The tag at the time of the match.
        public let tagLine: String?
        /// No person.
        public let isBot: Bool
    }

    /// The player's own figures.
    public struct Line: Sendable, Equatable, Encodable {
        /// Riot's number of the participant.
        public let participantID: Int
        /// 100 or 200.
        public let teamID: Int?
        /// Won; in Arena, in the upper half of the places.
        public let win: Bool?
        /// Riot's number of the champion.
        public let championID: Int?
        /// Riot's name of the champion.
        public let championName: String?
        /// Level of the champion at the end.
        public let championLevel: Int?
        /// `TOP`, `JUNGLE`, `MIDDLE`, `BOTTOM`, `UTILITY`, or empty.
        public let role: String?
        /// Place in Arena; nil elsewhere.
        public let placement: Int?
        /// Kills.
        public let kills: Int?
        /// Deaths.
        public let deaths: Int?
        /// Assists.
        public let assists: Int?
        /// Kills of his side, himself included: what his share of them is counted from; nil where sides are not known.
        public let sideKills: Int?
        /// Two kills in a row or more: the largest number.
        public let largestMultiKill: Int?
        /// Gold earned.
        public let goldEarned: Int?
        /// Damage dealt to champions.
        public let damageToChampions: Int?
        /// Minions and monsters killed.
        public let minionsKilled: Int?
        /// Vision score.
        public let visionScore: Int?
        /// Wards placed.
        public let wardsPlaced: Int?
        /// Seconds that he was in the game.
        public let secondsPlayed: Int?
        /// The six items and the trinket, in their places; 0 is an empty one.
        public let items: [Int?]
        /// Both summoner spells.
        public let spells: [Int?]
        /// The keystone rune.
        public let keystone: Int?
        /// The primary and the secondary style of runes.
        public let runeStyles: [Int?]
        /// Augments in Arena, none elsewhere.
        public let augments: [Int]
    }

    /// Riot's id.
    public let id: MatchID
    /// The match's own time, epoch milliseconds.
    public let startedAt: Int64
    /// Length of the game; nil when Riot's number was absurd.
    public let durationSeconds: Int?
    /// Riot's number of the queue; 0 for custom games.
    public let queueID: Int?
    /// Riot's number of the map.
    public let mapID: Int?
    /// Riot's word, such as `CLASSIC` or `CHERRY`.
    public let gameMode: String?
    /// The full version of the game.
    public let gameVersion: String?
    /// Ended by the early vote; it counts in no statistic.
    public let isRemake: Bool
    /// The timeline is held too.
    public let hasTimeline: Bool
    /// The player's own figures.
    public let own: Line
    /// Everybody in the match, the player included, in Riot's order.
    public let participants: [Companion]
}
