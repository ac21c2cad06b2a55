public import RiotModels

/// What a player's year amounts to, worked out beside the bodies, for comparing with what was stored.
public struct WorldExpectation: Sendable, Codable, Equatable {
    /// Sums over the participants of matches.
    public struct ParticipantSums: Sendable, Codable, Equatable {
        /// How many participants.
        public var participants = 0
        /// `kills`.
        public var kills = 0
        /// `deaths`.
        public var deaths = 0
        /// `assists`.
        public var assists = 0
        /// `goldEarned`.
        public var gold = 0
        /// `totalDamageDealtToChampions`.
        public var damage = 0
        /// `champExperience`.
        public var experience = 0

        /// Nothing yet.
        public init() {}
    }

    /// Sums over timelines.
    public struct TimelineSums: Sendable, Codable, Equatable {
        /// Frames.
        public var frames = 0
        /// Rows of participants in frames.
        public var participantFrames = 0
        /// Events.
        public var events = 0
        /// Events by type.
        public var eventsByType: [String: Int] = [:]
        /// `totalGold` of every participant in every frame.
        public var gold = 0
        /// `xp` of every participant in every frame.
        public var experience = 0
        /// `damageStats.totalDamageDoneToChampions` of every participant in every frame.
        public var damage = 0

        /// Nothing yet.
        public init() {}
    }

    /// The player, `Name#TAG`.
    public let player: String
    /// His identity.
    public let puuid: String
    /// The platform.
    public let platform: Platform
    /// The year.
    public let year: Int
    /// Matches that began in the year, newest first.
    public var matchIDs: [String] = []
    /// Those of them that have a timeline.
    public var timelineIDs: [String] = []
    /// The player's own rows.
    public var own = ParticipantSums()
    /// All participants of his matches.
    public var everybody = ParticipantSums()
    /// The timelines of his matches.
    public var timelines = TimelineSums()

    /// Nothing yet for this player and year.
    public init(player: String, puuid: String, platform: Platform, year: Int) {
        self.player = player
        self.puuid = puuid
        self.platform = platform
        self.year = year
    }
}
