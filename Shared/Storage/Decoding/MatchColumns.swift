/// The columns of `match` that hold one value each of `info`, as they stand there.
enum MatchColumns {
    static let info: [Column] = [
        .int64("gameId", "game_id"),
        .int32("queueId", "queue_id"),
        .int32("mapId", "map_id"),
        .text("platformId", "platform_id"),
        .text("gameMode", "game_mode"),
        .text("gameType", "game_type"),
        .text("gameName", "game_name"),
        .text("gameVersion", "game_version"),
        .text("endOfGameResult", "end_of_game_result"),
        .text("tournamentCode", "tournament_code"),
    ]

    static let table = FieldTable(info.map(\.field))
    /// Place of `gameVersion`.
    static let gameVersion = info.firstIndex { $0.field == "gameVersion" } ?? 0
}

/// The columns of `match_team` that hold one value each.
enum TeamColumns {
    static let objectiveNames = [
        "baron", "champion", "dragon", "horde", "inhibitor", "riftHerald", "tower", "atakhan",
    ]
    static let featNames = ["EPIC_MONSTER_KILL", "FIRST_BLOOD", "FIRST_TURRET"]

    /// Directly on the team.
    static let team: [Column] = [.int16("teamId", "team_id"), .boolean("win", "win")]

    /// For each objective whether the team was first, and how many it has; then the feats of strength.
    static let all: [Column] =
        team
        + [
            "baron", "champion", "dragon", "horde", "inhibitor", "rift_herald", "tower", "atakhan",
        ].flatMap { [.boolean("", "\($0)_first"), .int16("", "\($0)_kills")] }
        + ["epic_monster_kill", "first_blood", "first_turret"].map { .int16("", "feat_\($0)") }

    static let table = FieldTable(team.map(\.field))
    /// Which objective a member of `objectives` is.
    static let objectiveTable = FieldTable(objectiveNames)
    /// Which feat a member of `feats` is.
    static let featTable = FieldTable(featNames)
    /// Place of the first objective's flag; its count follows.
    static let firstObjective = team.count
    /// Place of the first feat.
    static let firstFeat = firstObjective + 2 * objectiveNames.count
    /// Place of `teamId`.
    static let teamID = 0
}
