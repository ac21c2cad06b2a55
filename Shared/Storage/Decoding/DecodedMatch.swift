import Postgres

/// A match body in the form of rows, before it is known which numbers its match and its players have.
struct DecodedMatch: Sendable {
    /// Values of `MatchColumns.info`.
    var info = CellRow(MatchColumns.info)
    var dataVersion = Cell.null
    /// Players of `metadata.participants` in their order; nil for what cannot be a puuid.
    var listed: [Player?] = []
    /// Epoch milliseconds; nil when missing or not after 1970.
    var createdAt: Int64?
    var gameStartedAt: Int64?
    var endedAt: Int64?
    var durationSeconds: Int32?
    var mutators: [String]?
    var isRemake = false
    var participants: [DecodedParticipant] = []
    var teams: [DecodedTeam] = []
    var challenges = DetailTable(participants: 0)
    var missions = DetailTable(participants: 0)
    var extra = ExtraObject()
    /// Names that have no column, as paths.
    var novelties: Set<String> = []

    /// The match's own time, which decides its year.
    var startedAt: Int64? { gameStartedAt ?? createdAt ?? endedAt }

    /// Nobody played: the body lists no participants.
    ///
    /// Riot's `Abort_Unexpected` also stands on complete games.
    var isAborted: Bool { participants.isEmpty }

    /// The first two numbers of the version.
    var patch: (major: Int16, minor: Int16)? {
        guard let version = info[MatchColumns.gameVersion].text else { return nil }
        let numbers = version.split(separator: ".", maxSplits: 2).prefix(2).map { Int16($0) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        return (major, minor)
    }

    /// The document of all challenges; an empty one when only the order of the participants is worth a row.
    var challengesDocument: String? {
        if let json = challenges.json(participants: participants.count) { return json }
        return zip(participants, participants.dropFirst()).allSatisfy { $0.number < $1.number } ? nil : "{}"
    }

    /// How many rows of each table the match makes.
    var rowCounts: [String: Int] {
        [
            "match": 1, "match_team": teams.count, "match_participant": participants.count,
            "match_detail": challengesDocument == nil && missions.isEmpty ? 0 : 1,
        ]
    }
}

/// A row of `match_participant`.
struct DecodedParticipant: Sendable {
    /// Values of `ParticipantColumns.all`.
    var row = CellRow(ParticipantColumns.all)
    /// Riot's `participantId`, or a free number where that is missing or taken.
    var number: Int16 = 0
    var player: Player?
    var extra = ExtraObject()
}

/// A row of `match_team`.
struct DecodedTeam: Sendable {
    /// Values of `TeamColumns.all`.
    var row = CellRow(TeamColumns.all)
    var bannedChampions: [Int32?]?
    var pickTurns: [Int16?]?
    var extra = ExtraObject()
}
