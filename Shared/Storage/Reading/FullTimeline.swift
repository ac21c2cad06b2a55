public import RiotModels

/// A stored timeline: what every participant had in every frame, and the events.
///
/// Not here are the damage recaps of kills (view `kill_damage`) and fields that have no column; the body as it was
/// received has them.
public struct FullTimeline: Sendable, Equatable, Encodable {
    /// Riot's id of the match.
    public let id: MatchID
    /// The match itself is held too.
    public let hasMatch: Bool
    /// Milliseconds between frames, but for the last one, which comes earlier; 0 in aborted games.
    public let frameInterval: Int?
    /// Milliseconds of game time of each frame.
    public let frameTimestamps: [Int64?]
    /// Participants in the order of their numbers; empty in aborted games.
    public let participants: [Track]
    /// Events in Riot's order, which is that of time.
    public let events: [TimelineEvent]

    /// A participant's figures over time.
    public struct Track: Sendable, Equatable, Encodable {
        /// Riot's number of the participant.
        public let participantID: Int
        /// The player's id at Riot; nil for bots.
        public let puuid: String?
        /// Values by figure: one per frame, nil in frames that lack the participant or the figure.
        ///
        /// The names are those of the columns of the view `participant_frame`, such as `total_gold`; all are here.
        public let figures: [String: [Int64?]]
    }
}

/// An event of a timeline.
///
/// Which members an event has depends on its type; participant 0 is nobody: a minion, a turret, or Riot does not say.
public struct TimelineEvent: Sendable, Equatable, Encodable {
    /// Place among all events of the timeline, from 1.
    public internal(set) var ordinal: Int
    /// Riot's word, such as `CHAMPION_KILL`; empty when the event has none.
    public internal(set) var type = ""
    /// Milliseconds of game time.
    public internal(set) var timestamp: Int64?
    /// Epoch milliseconds, of pauses and the end.
    public internal(set) var realTimestamp: Int64?
    /// Milliseconds of game time at which a bounty begins.
    public internal(set) var actualStartTime: Int64?
    /// The participant of item and skill events.
    public internal(set) var participantID: Int64?
    /// Who placed a ward.
    public internal(set) var creatorID: Int64?
    /// Who killed a champion, monster, building or ward.
    public internal(set) var killerID: Int64?
    /// The champion that was killed.
    public internal(set) var victimID: Int64?
    /// Who helped; nil where Riot left it out.
    public internal(set) var assistingParticipantIDs: [Int]?
    /// The team of an objective; of a building the one that lost it.
    public internal(set) var teamID: Int64?
    /// The team that killed a monster; 300 is nobody's.
    public internal(set) var killerTeamID: Int64?
    /// The team that won, at the end.
    public internal(set) var winningTeam: Int64?
    /// Place on the map.
    public internal(set) var x: Int64?
    /// Place on the map.
    public internal(set) var y: Int64?
    /// Riot's number of the item that was bought, sold or used up.
    public internal(set) var itemID: Int64?
    /// The item that an undo took away.
    public internal(set) var beforeID: Int64?
    /// The item that an undo gave back.
    public internal(set) var afterID: Int64?
    /// Gold that an undo gave back.
    public internal(set) var goldGain: Int64?
    /// The level that was reached.
    public internal(set) var level: Int64?
    /// The skill that a point went into.
    public internal(set) var skillSlot: Int64?
    /// Gold for the kill.
    public internal(set) var bounty: Int64?
    /// Gold for ending the victim's streak.
    public internal(set) var shutdownBounty: Int64?
    /// Kills in a row.
    public internal(set) var killStreakLength: Int64?
    /// Kills in a short time.
    public internal(set) var multiKillLength: Int64?
    /// Riot's number of the feat of strength.
    public internal(set) var featType: Int64?
    /// How far the feat is.
    public internal(set) var featValue: Int64?
    /// `NORMAL` or `EVOLVE`.
    public internal(set) var levelUpType: String?
    /// Such as `YELLOW_TRINKET`.
    public internal(set) var wardType: String?
    /// Such as `KILL_FIRST_BLOOD`.
    public internal(set) var killType: String?
    /// Such as `MID_LANE`.
    public internal(set) var laneType: String?
    /// Such as `DRAGON`.
    public internal(set) var monsterType: String?
    /// Such as `FIRE_DRAGON`.
    public internal(set) var monsterSubType: String?
    /// `TOWER_BUILDING` or `INHIBITOR_BUILDING`.
    public internal(set) var buildingType: String?
    /// Such as `OUTER_TURRET`.
    public internal(set) var towerType: String?
    /// `ASSASSIN` or `SLAYER`.
    public internal(set) var transformType: String?
    /// The name of a dragon's soul.
    public internal(set) var name: String?

    init(ordinal: Int) { self.ordinal = ordinal }
}
