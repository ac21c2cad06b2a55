import Postgres
public import RiotModels

extension Storage {
    /// A stored match with its teams, bans and participants; nil when it is not held.
    public func fullMatch(_ id: MatchID) async throws -> FullMatch? {
        let rows = try await pool.query(FullMatchQuery.query.sql, [.text(id.text)])
        guard let match = try PartRow.rows(of: FullMatchQuery.match, in: rows).first else { return nil }
        return FullMatch(
            id: id,
            startedAt: try match.time("started_at"),
            createdAt: try match.time("created_at"),
            endedAt: try match.time("ended_at"),
            durationSeconds: try match.int("duration_seconds"),
            queueID: try match.int("queue_id"),
            mapID: try match.int("map_id"),
            gameMode: try match.text("game_mode"),
            gameType: try match.text("game_type"),
            gameVersion: try match.text("game_version"),
            endOfGameResult: try match.text("end_of_game_result"),
            isAborted: try match.bool("is_aborted") ?? false,
            isRemake: try match.bool("is_remake") ?? false,
            hasTimeline: try match.bool("has_timeline") ?? false,
            teams: try PartRow.rows(of: FullMatchQuery.teams, in: rows).map { try FullMatch.Team(row: $0) },
            participants: try PartRow.rows(of: FullMatchQuery.participants, in: rows).map {
                try FullMatch.Participant(row: $0)
            }
        )
    }
}

/// The statement of a whole match.
enum FullMatchQuery {
    static let match = 0
    static let teams = 1
    static let participants = 2

    static let query = PartedQuery(
        prefix: "WITH key AS (SELECT id FROM match_key WHERE riot_id = $1)",
        [
            PartedQuery.Part(
                outputs: [
                    .init("started_at", "timestamptz", from: "m"), .init("created_at", "timestamptz", from: "m"),
                    .init("ended_at", "timestamptz", from: "m"), .init("duration_seconds", "integer", from: "m"),
                    .init("queue_id", "integer", from: "m"), .init("map_id", "integer", from: "m"),
                    .init("game_mode", "text", from: "m"), .init("game_type", "text", from: "m"),
                    .init("game_version", "text", from: "m"), .init("end_of_game_result", "text", from: "m"),
                    .init("is_aborted", "boolean", from: "m"), .init("is_remake", "boolean", from: "m"),
                    .init(
                        "has_timeline",
                        "boolean",
                        as: "EXISTS (SELECT 1 FROM timeline t WHERE t.match_id = m.id)"
                    ),
                ],
                source: "FROM key JOIN match m ON m.id = key.id",
                place: "0"
            ),
            PartedQuery.Part(
                outputs: TeamColumns.all.map { .init($0.name, $0.kind.sqlType, from: "t") } + [
                    .init("ban_champion_id", "integer[]", from: "t"), .init("ban_pick_turn", "smallint[]", from: "t"),
                ],
                source: "FROM key JOIN match_team t ON t.match_id = key.id",
                place: "t.team_number"
            ),
            PartedQuery.Part(
                outputs: [
                    .init("participant_id", "smallint", from: "p"),
                    .init("summoner_id", "integer", as: shown("p.summoner_id")),
                    .init("is_bot", "boolean", from: "p"), .init("puuid", "text", as: shown("s.puuid")),
                ]
                    + FullMatch.Participant.named.map {
                        naming.contains($0.name)
                            ? .init($0.name, $0.kind.sqlType, as: shown("p.\($0.name)"))
                            : .init($0.name, $0.kind.sqlType, from: "p")
                    } + [
                        .init("figures", "integer[]", as: array(FullMatch.Participant.figures)),
                        .init("flags", "integer[]", as: array(FullMatch.Participant.flags)),
                    ],
                source: """
                    FROM key JOIN match_participant p ON p.match_id = key.id
                    LEFT JOIN summoner s ON s.id = p.summoner_id
                    """,
                place: "p.participant_id"
            ),
        ]
    )
}

extension FullMatchQuery {
    /// Columns that tell who somebody is: empty for players who are hidden.
    private static let naming: Set<String> = [
        "riot_id_game_name", "riot_id_tagline", "riot_id_name", "summoner_name", "encrypted_summoner_id",
    ]

    private static func shown(_ value: String) -> String { "CASE WHEN s.hidden_at IS NULL THEN \(value) END" }

    /// The values of many columns as one: a hundred columns of their own would cost more than what they hold.
    private static func array(_ columns: [Column]) -> String {
        "ARRAY[\(columns.map { "p.\($0.name)::integer" }.joined(separator: ", "))]"
    }
}

extension Column.Kind {
    /// The type's name in SQL.
    var sqlType: String {
        switch self {
        case .int16: "smallint"
        case .int32: "integer"
        case .int64: "bigint"
        case .real: "real"
        case .boolean: "boolean"
        case .text: "text"
        }
    }
}

extension FullMatch.Team {
    init(row: PartRow) throws(PostgresError) {
        let champions = try row.integers("ban_champion_id") ?? []
        let turns = try row.integers("ban_pick_turn") ?? []
        var objectives: [Objective] = []
        for (place, name) in TeamColumns.objectiveNames.enumerated() {
            let first = TeamColumns.all[TeamColumns.firstObjective + 2 * place]
            let kills = TeamColumns.all[TeamColumns.firstObjective + 2 * place + 1]
            let objective = Objective(name: name, first: try row.bool(first.name), kills: try row.int(kills.name))
            if objective.first != nil || objective.kills != nil { objectives.append(objective) }
        }
        self.init(
            teamID: try row.int("team_id"),
            win: try row.bool("win"),
            bans: champions.indices.map { index in
                Ban(
                    championID: champions[index].map { Int($0) },
                    pickTurn: turns.indices.contains(index) ? turns[index].map { Int($0) } : nil
                )
            },
            objectives: objectives
        )
    }
}

extension FullMatch.Participant {
    private static let items = (0...6).map { "item_\($0)" }
    private static let spells = ["summoner_1_id", "summoner_2_id"]
    private static let primary = ["primary_style"] + (1...4).map { "primary_perk_\($0)" }
    private static let secondary = ["sub_style", "sub_perk_1", "sub_perk_2"]
    private static let stats = ["stat_perk_offense", "stat_perk_flex", "stat_perk_defense"]
    private static let augments = (1...6).map { "player_augment_\($0)" }

    /// Columns that have a member of their own.
    static let named: [Column] = {
        let names = Set(
            [
                "summoner_level", "profile_icon", "team_id", "win", "player_subteam_id", "placement", "champion_id",
                "champion_name", "champ_level", "champ_experience", "team_position", "riot_id_game_name",
                "riot_id_tagline", "riot_id_name", "summoner_name",
            ] + items + spells + primary + secondary + stats + augments
        )
        return ParticipantColumns.all.filter { names.contains($0.name) }
    }()
    /// All other whole numbers that Riot has directly on the participant.
    static let figures = rest.filter { [.int16, .int32].contains($0.kind) }
    /// All other flags.
    static let flags = rest.filter { $0.kind == .boolean }
    private static let rest: [Column] = {
        let names = Set(named.map(\.name))
        return ParticipantColumns.fields.filter { !names.contains($0.name) }
    }()

    init(row: PartRow) throws(PostgresError) {
        let names = [try row.text("riot_id_game_name"), try row.text("riot_id_name"), try row.text("summoner_name")]
        let placement = try row.int("placement")
        let subteam = try row.int("player_subteam_id")
        var figures: [String: Int] = [:]
        for (column, value) in zip(Self.figures, try row.integers("figures") ?? []) {
            if let value { figures[column.name] = Int(value) }
        }
        let flags = zip(Self.flags, try row.integers("flags") ?? []).compactMap { $1 == 1 ? $0.name : nil }
        self.init(
            participantID: try row.int("participant_id") ?? 0,
            summonerID: try row.int("summoner_id"),
            puuid: try row.text("puuid"),
            isBot: try row.bool("is_bot") ?? false,
            gameName: names.compactMap { $0 }.first { !$0.isEmpty },
            tagLine: try row.text("riot_id_tagline"),
            summonerLevel: try row.int("summoner_level"),
            iconID: try row.int("profile_icon"),
            teamID: try row.int("team_id"),
            win: try row.bool("win"),
            subteamID: subteam == 0 ? nil : subteam,
            placement: placement == 0 ? nil : placement,
            championID: try row.int("champion_id"),
            championName: try row.text("champion_name"),
            championLevel: try row.int("champ_level"),
            championExperience: try row.int("champ_experience"),
            role: try row.text("team_position"),
            items: try row.ints(Self.items),
            spells: try row.ints(Self.spells),
            primaryRunes: try row.ints(Self.primary),
            secondaryRunes: try row.ints(Self.secondary),
            statRunes: try row.ints(Self.stats),
            augments: try row.ints(Self.augments).compactMap { $0 == 0 ? nil : $0 },
            figures: figures,
            flags: flags
        )
    }
}
