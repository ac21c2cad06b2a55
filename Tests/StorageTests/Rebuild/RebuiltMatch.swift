import Postgres
import RiotModels
import Testing

@testable import Storage

/// A match body as the rows of the tables give it back; `raw_body` is not read.
struct RebuiltMatch {
    private let participants: [JSONTree]
    private let teams: [JSONTree]
    private let match: JSONTree
    private let detail: JSONTree?

    static func body(_ id: MatchID, in storage: Storage) async throws -> JSONTree {
        try await RebuiltMatch(id, storage).body
    }

    private init(_ id: MatchID, _ storage: Storage) async throws {
        match = try #require(try await storage.trees(Self.matchQuery, id).first, "\(id) has no row")
        participants = try await storage.trees(Self.participantQuery, id)
        teams = try await storage.trees(Self.teamQuery, id)
        detail = try await storage.trees(Self.detailQuery, id).first
    }

    private static let matchQuery: SQL = """
        SELECT (to_jsonb(m) || jsonb_build_object(
                'created_at', (extract(epoch FROM created_at) * 1000)::bigint,
                'game_started_at', (extract(epoch FROM game_started_at) * 1000)::bigint,
                'ended_at', (extract(epoch FROM ended_at) * 1000)::bigint,
                'riot_id', k.riot_id,
                'listed', (
                    SELECT coalesce(jsonb_agg(coalesce(s.puuid, 'BOT') ORDER BY l.place), '[]')
                    FROM unnest(m.summoner_ids) WITH ORDINALITY AS l (id, place) LEFT JOIN summoner s ON s.id = l.id)
            ))::text AS tree
        FROM match m JOIN match_key k USING (id) WHERE k.riot_id = $1
        """

    private static let participantQuery: SQL = """
        SELECT (to_jsonb(p) || jsonb_build_object('puuid', CASE WHEN p.is_bot THEN 'BOT' ELSE s.puuid END))::text AS tree
        FROM match_key k JOIN match_participant p ON p.match_id = k.id LEFT JOIN match_detail d ON d.match_id = k.id
        LEFT JOIN summoner s ON s.id = p.summoner_id
        WHERE k.riot_id = $1
        ORDER BY array_position(d.participant_ids, p.participant_id), p.participant_id
        """

    private static let teamQuery: SQL = """
        SELECT to_jsonb(t)::text AS tree FROM match_key k JOIN match_team t ON t.match_id = k.id
        WHERE k.riot_id = $1 ORDER BY t.team_number
        """

    private static let detailQuery: SQL = """
        SELECT to_jsonb(d)::text AS tree FROM match_key k JOIN match_detail d ON d.match_id = k.id WHERE k.riot_id = $1
        """

    private var body: JSONTree {
        var info: [String: JSONTree] = ["participants": .array(participants.map(participant))]
        if !teams.isEmpty { info["teams"] = .array(teams.map(team)) }
        info["gameModeMutators"] = match["game_mode_mutators"]?.present
        return JSONTree.object([
            "metadata": .metadata(match),
            "info": JSONTree.object(info).merging(FieldMap.info.object { match[$0] }),
        ]).merging(match["extra"]?.present)
    }

    // MARK: Participants

    private func participant(_ row: JSONTree) -> JSONTree {
        let isCapital = row["player_score_capital"]?.present.map { if case .bool(true) = $0 { true } else { false } }
        var members: [String: JSONTree] = [:]
        for pair in FieldMap.participant.pairs {
            guard let value = row[pair.column]?.present else { continue }
            let isScore = pair.field.hasPrefix("playerScore")
            let name = isScore && isCapital == true ? "P" + pair.field.dropFirst() : pair.field
            members[name] = isScore ? Self.double(value) : value
        }
        members["participantId"] = row["participant_id"]
        members["puuid"] = row["puuid"]?.present
        members["perks"] = Self.perks(row)
        if let flag = row["player_behavior_is_hero_in_combat"]?.present {
            members["PlayerBehavior"] = .object(["PlayerBehavior_IsHeroInCombat": flag])
        }
        for name in ["challenges", "missions"] { members[name] = values(of: row, in: name) }
        return JSONTree.object(members).merging(row["extra"]?.present)
    }

    /// A `real` column with all digits that the double of the same value has.
    private static func double(_ value: JSONTree) -> JSONTree {
        guard case .number(let text) = value, let real = Float(text) else { return value }
        return .number("\(Double(real))")
    }

    private static func perks(_ row: JSONTree) -> JSONTree? {
        func style(_ description: String, _ column: String, runes: Int) -> JSONTree? {
            guard let number = row["\(column)_style"]?.present else { return nil }
            let selections = (1...runes).compactMap { rune in
                FieldMap.rune("\(column)_perk_\(rune)").object { row[$0] }
            }
            return .object(["description": .text(description), "style": number, "selections": .array(selections)])
        }
        let styles = [style("primaryStyle", "primary", runes: 4), style("subStyle", "sub", runes: 2)].compactMap { $0 }
        let statistics = FieldMap.statPerks.object { row[$0] }
        if styles.isEmpty && statistics == nil { return nil }
        return .object(["statPerks": statistics ?? .object([:]), "styles": .array(styles)])
    }

    /// The participant's values in a document of lists.
    private func values(of row: JSONTree, in column: String) -> JSONTree? {
        guard let number = row["participant_id"]?.int, case .object(let lists)? = detail?[column]?.present,
            let place = detail?["participant_ids"]?.elements?.firstIndex(where: { $0.int == number })
        else { return nil }
        let members = lists.compactMapValues { $0.elements?[place].present }
        return members.isEmpty ? nil : .object(members)
    }

    // MARK: Teams

    private func team(_ row: JSONTree) -> JSONTree {
        var members: [String: JSONTree] = [:]
        members["teamId"] = row["team_id"]?.present
        members["win"] = row["win"]?.present
        var objectives: [String: JSONTree] = [:]
        for pair in FieldMap.objectives.pairs {
            let map = FieldMap("first \(pair.column)_first, kills \(pair.column)_kills")
            objectives[pair.field] = map.object { row[$0] }
        }
        if !objectives.isEmpty { members["objectives"] = .object(objectives) }
        members["feats"] = FieldMap.feats.object { row[$0]?.present.map { .object(["featState": $0]) } }
        if let champions = row["ban_champion_id"]?.elements, let turns = row["ban_pick_turn"]?.elements {
            members["bans"] = .array(zip(champions, turns).map { .object(["championId": $0, "pickTurn": $1]) })
        }
        return JSONTree.object(members).merging(row["extra"]?.present)
    }
}

extension JSONTree {
    /// `metadata` of a row of `match` or `timeline` that was joined with its id and its players.
    static func metadata(_ row: JSONTree) -> JSONTree {
        var members: [String: JSONTree] = [:]
        members["matchId"] = row["riot_id"]
        members["participants"] = row["listed"]
        members["dataVersion"] = row["data_version"]?.present
        return .object(members)
    }
}

extension Storage {
    /// Rows in the form of JSON, in a column called `tree`.
    func trees(_ sql: SQL, _ id: MatchID) async throws -> [JSONTree] {
        try await pool.query(sql, [.text(id.text)], timeout: .seconds(60)).map {
            try JSONTree(parsing: Array(try $0.string("tree").utf8))
        }
    }
}
