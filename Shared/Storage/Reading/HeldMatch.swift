public import RiotModels

/// A stored match as a match page shows it.
public struct HeldMatch: Sendable, Equatable {
    /// Riot's id.
    public let id: MatchID
    /// The match's own time, epoch milliseconds; nil when the body has none.
    public let startedAt: Int64?
    /// Length of the game; nil when Riot's number was absurd.
    public let durationSeconds: Int?
    /// Riot's number of the queue, such as 420 for ranked solo; 0 for custom games.
    public let queueID: Int?
    /// Riot's number of the map.
    public let mapID: Int?
    /// Riot's word, such as `CLASSIC` or `CHERRY`.
    public let gameMode: String?
    /// The full version of the game.
    public let gameVersion: String?
    /// Nobody played: there are no participants.
    public let isAborted: Bool
    /// Ended by the early vote; it counts in no statistic.
    public let isRemake: Bool
    /// The timeline is held too.
    public let hasTimeline: Bool
    /// Players and bots in Riot's order.
    public let participants: [HeldParticipant]
}

/// A participant of a stored match.
///
/// A figure that Riot left out is nil.
public struct HeldParticipant: Sendable, Equatable {
    /// Riot's number of the participant, which events and frames refer to.
    public let participantID: Int
    /// The player; nil for bots.
    public let summonerID: Int?
    /// The player's id at Riot; nil for bots.
    public let puuid: String?
    /// The name at the time of the match.
    public let gameName: String?
    /// The tag at the time of the match.
    public let tagLine: String?
    /// Riot's number of the champion.
    public let championID: Int?
    /// Riot's name of the champion.
    public let championName: String?
    /// 100 or 200; in Arena it says nothing about who played with whom.
    public let teamID: Int?
    /// `TOP`, `JUNGLE`, `MIDDLE`, `BOTTOM`, `UTILITY`, or empty.
    public let teamPosition: String?
    /// Won.
    public let win: Bool?
    /// Place in Arena; 0 elsewhere.
    public let placement: Int?
    /// Kills.
    public let kills: Int?
    /// Deaths.
    public let deaths: Int?
    /// Assists.
    public let assists: Int?
    /// Gold earned.
    public let goldEarned: Int?
    /// Damage dealt to champions.
    public let damageToChampions: Int?
    /// Minions and monsters killed.
    public let minionsKilled: Int?
    /// Vision score.
    public let visionScore: Int?
}
