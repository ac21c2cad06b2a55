public import RiotModels

/// A stored match with its teams, bans and participants.
///
/// A figure that Riot left out is nil.
public struct FullMatch: Sendable, Equatable, Encodable {
    /// Riot's id.
    public let id: MatchID
    /// The match's own time, which decides its year, epoch milliseconds; nil when the body has none.
    public let startedAt: Int64?
    /// When the loading screen began, epoch milliseconds.
    public let createdAt: Int64?
    /// When it ended according to Riot, epoch milliseconds; can be long after the game itself.
    public let endedAt: Int64?
    /// Length of the game; nil when Riot's number was absurd.
    public let durationSeconds: Int?
    /// Riot's number of the queue; 0 for custom games.
    public let queueID: Int?
    /// Riot's number of the map.
    public let mapID: Int?
    /// Riot's word, such as `CLASSIC` or `CHERRY`.
    public let gameMode: String?
    /// Riot's word, such as `MATCHED_GAME`.
    public let gameType: String?
    /// The full version of the game.
    public let gameVersion: String?
    /// Riot's word for the end; `Abort_Unexpected` also stands on complete games.
    public let endOfGameResult: String?
    /// Nobody played: there are no participants and no teams.
    public let isAborted: Bool
    /// Ended by the early vote; it counts in no statistic.
    public let isRemake: Bool
    /// The timeline is held too.
    public let hasTimeline: Bool
    /// Teams as Riot lists them; in Arena they do not match the participants' teams.
    public let teams: [Team]
    /// Players and bots in Riot's order.
    public let participants: [Participant]

    /// A team as Riot lists it.
    public struct Team: Sendable, Equatable, Encodable {
        /// A turn to ban a champion.
        public struct Ban: Sendable, Equatable, Encodable {
            /// Riot's number of the champion; -1 for a turn that was not used.
            public let championID: Int?
            /// Which turn it was.
            public let pickTurn: Int?
        }

        /// An objective and how the team did.
        public struct Objective: Sendable, Equatable, Encodable {
            /// Riot's name: `baron`, `champion`, `dragon`, `horde`, `inhibitor`, `riftHerald`, `tower`, `atakhan`.
            public let name: String
            /// The team was the first.
            public let first: Bool?
            /// How many it has.
            public let kills: Int?
        }

        /// 100 and 200; 0 for the second one in Arena.
        public let teamID: Int?
        /// Won; false for both in some broken games.
        public let win: Bool?
        /// Bans in their order.
        public let bans: [Ban]
        /// Objectives that the body names; newer ones are missing in older matches.
        public let objectives: [Objective]
    }

    /// A player or bot.
    public struct Participant: Sendable, Equatable, Encodable {
        /// Riot's number, which events and frames refer to.
        public let participantID: Int
        /// The player's `summoner_id`; nil for bots.
        public let summonerID: Int?
        /// The player's id at Riot; nil for bots.
        public let puuid: String?
        /// No person.
        public let isBot: Bool
        /// The name at the time of the match.
        public let gameName: String?
        /// The tag at the time of the match.
        public let tagLine: String?
        /// The account's level.
        public let summonerLevel: Int?
        /// The number of the picture he showed.
        public let iconID: Int?
        /// 100 or 200; in Arena it says nothing about who played with whom.
        public let teamID: Int?
        /// Won; in Arena, in the upper half of the places.
        public let win: Bool?
        /// Number of the Arena team; nil elsewhere.
        public let subteamID: Int?
        /// Place in Arena; nil elsewhere.
        public let placement: Int?
        /// Riot's number of the champion; not reliable before patch 11.4.
        public let championID: Int?
        /// Riot's name of the champion.
        public let championName: String?
        /// Level of the champion at the end.
        public let championLevel: Int?
        /// Experience of the champion at the end.
        public let championExperience: Int?
        /// `TOP`, `JUNGLE`, `MIDDLE`, `BOTTOM`, `UTILITY`, or empty.
        public let role: String?
        /// The six items and the trinket, in their places; 0 is an empty one.
        public let items: [Int?]
        /// Both summoner spells.
        public let spells: [Int?]
        /// The primary style of runes and its four runes, the keystone first.
        public let primaryRunes: [Int?]
        /// The secondary style of runes and its two runes.
        public let secondaryRunes: [Int?]
        /// The three small runes: offense, flex, defense.
        public let statRunes: [Int?]
        /// Augments in Arena, none elsewhere.
        public let augments: [Int]
        /// All other figures that are whole numbers, under the names of their columns, such as `total_heal`.
        ///
        /// Those that Riot left out are missing. The names are in the data dictionary (`match_participant`).
        public let figures: [String: Int]
        /// Flags that are true, under the names of their columns, such as `first_blood_kill`.
        public let flags: [String]
    }
}
