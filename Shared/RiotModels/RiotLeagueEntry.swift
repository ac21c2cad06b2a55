/// One entry of league-v4: a player's rank in one queue of one platform, as it is now; Riot keeps no history.
///
/// `LeagueEntryDTO` of Riot's OpenAPI document of April 2026. An unranked player has no entries.
public struct RiotLeagueEntry: Codable, Sendable, Equatable {
    /// `RANKED_SOLO_5x5`, `RANKED_FLEX_SR`, or another one such as `CHERRY`; empty when Riot left it out.
    public var queueType: String
    /// Riot's id of the league; nil in queues without tiers.
    public var leagueId: String?
    /// `IRON` … `CHALLENGER`; nil in queues without tiers, such as Arena's and some of Teamfight Tactics.
    public var tier: String?
    /// The division, `IV` … `I`; `I` in the tiers above diamond, which have none.
    public var rank: String?
    /// Points within the division; beyond 100 above diamond.
    public var leaguePoints: Int
    /// Games won in this split.
    public var wins: Int
    /// Games lost in this split.
    public var losses: Int
    /// Has won several games in a row.
    public var hotStreak: Bool
    /// Has played many games in this league.
    public var veteran: Bool
    /// Came into this league a short time ago.
    public var freshBlood: Bool
    /// Has not played for a while.
    public var inactive: Bool
    /// The series of games for promotion that is under way.
    public var miniSeries: RiotMiniSeries?

    /// Creates an entry.
    public init(
        queueType: String,
        leagueId: String? = nil,
        tier: String? = nil,
        rank: String? = nil,
        leaguePoints: Int = 0,
        wins: Int = 0,
        losses: Int = 0,
        hotStreak: Bool = false,
        veteran: Bool = false,
        freshBlood: Bool = false,
        inactive: Bool = false,
        miniSeries: RiotMiniSeries? = nil
    ) {
        self.queueType = queueType
        self.leagueId = leagueId
        self.tier = tier
        self.rank = rank
        self.leaguePoints = leaguePoints
        self.wins = wins
        self.losses = losses
        self.hotStreak = hotStreak
        self.veteran = veteran
        self.freshBlood = freshBlood
        self.inactive = inactive
        self.miniSeries = miniSeries
    }

    /// Decodes an entry; Riot leaves out what is zero, false or empty, and may send an empty text for nothing.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? {
            let text = try members.decodeIfPresent(String.self, forKey: key)
            return text?.isEmpty == true ? nil : text
        }
        func flag(_ key: CodingKeys) throws -> Bool { try members.decodeIfPresent(Bool.self, forKey: key) ?? false }
        func number(_ key: CodingKeys) throws -> Int { try members.decodeIfPresent(Int.self, forKey: key) ?? 0 }
        queueType = try text(.queueType) ?? ""
        leagueId = try text(.leagueId)
        tier = try text(.tier)
        rank = try text(.rank)
        leaguePoints = try number(.leaguePoints)
        wins = try number(.wins)
        losses = try number(.losses)
        hotStreak = try flag(.hotStreak)
        veteran = try flag(.veteran)
        freshBlood = try flag(.freshBlood)
        inactive = try flag(.inactive)
        miniSeries = try members.decodeIfPresent(RiotMiniSeries.self, forKey: .miniSeries)
    }
}

/// A series of games for promotion, `MiniSeriesDTO`.
public struct RiotMiniSeries: Codable, Sendable, Equatable {
    /// Games played so far and still to play, for example `WLN`.
    public var progress: String
    /// Wins that are needed.
    public var target: Int
    /// Games won.
    public var wins: Int
    /// Games lost.
    public var losses: Int

    /// Creates a series.
    public init(progress: String = "", target: Int = 0, wins: Int = 0, losses: Int = 0) {
        self.progress = progress
        self.target = target
        self.wins = wins
        self.losses = losses
    }

    /// Decodes a series; Riot leaves out what is zero.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        progress = try members.decodeIfPresent(String.self, forKey: .progress) ?? ""
        target = try members.decodeIfPresent(Int.self, forKey: .target) ?? 0
        wins = try members.decodeIfPresent(Int.self, forKey: .wins) ?? 0
        losses = try members.decodeIfPresent(Int.self, forKey: .losses) ?? 0
    }
}
