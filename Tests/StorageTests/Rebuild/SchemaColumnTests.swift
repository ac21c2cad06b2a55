import Foundation
import Postgres
import Testing

@testable import Storage

/// Every field of Riot's schema has a column, an array or a view's column of its own; only two objects are JSON.
@Suite struct SchemaColumnTests {
    /// Objects whose members are not listed, because they are kept as JSON.
    static let documents = [
        "info.participants[].challenges": "match_detail.challenges",
        "info.participants[].missions": "match_detail.missions",
    ]

    /// Fields of a match, `[]` after lists: `relation.column`.
    static let match: [String: String] = {
        var table = [
            "metadata.dataVersion": "match.data_version", "metadata.matchId": "match_key.riot_id",
            "metadata.participants[]": "match.summoner_ids", "info.gameModeMutators[]": "match.game_mode_mutators",
            "info.participants[].participantId": "match_participant.participant_id",
            "info.participants[].puuid": "summoner.puuid",
            "info.participants[].PlayerBehavior.PlayerBehavior_IsHeroInCombat":
                "match_participant.player_behavior_is_hero_in_combat",
            "info.teams[].teamId": "match_team.team_id", "info.teams[].win": "match_team.win",
            "info.teams[].bans[].championId": "match_ban.champion_id",
            "info.teams[].bans[].pickTurn": "match_ban.pick_turn",
            "info.participants[].perks.styles[].style": "match_participant.primary_style",
            // Riot repeats it: the first style is the primary one, the second the other.
            "info.participants[].perks.styles[].description": "match_participant.sub_style",
        ]
        add(.info, "info.", "match", to: &table)
        add(.participant, "info.participants[].", "match_participant", to: &table)
        add(.statPerks, "info.participants[].perks.statPerks.", "match_participant", to: &table)
        let runes = (1...4).map { "primary_perk_\($0)" } + (1...2).map { "sub_perk_\($0)" }
        for rune in runes {
            add(.rune(rune), "info.participants[].perks.styles[].selections[].", "match_participant", to: &table)
        }
        for pair in FieldMap.objectives.pairs {
            let map = FieldMap("first \(pair.column)_first, kills \(pair.column)_kills")
            add(map, "info.teams[].objectives.\(pair.field).", "match_team", to: &table)
        }
        for pair in FieldMap.feats.pairs {
            table["info.teams[].feats.\(pair.field).featState"] = "match_team.\(pair.column)"
        }
        return table
    }()

    /// Fields of a timeline, `{}` after maps.
    static let timeline: [String: String] = {
        var table = [
            "metadata.dataVersion": "timeline.data_version", "metadata.matchId": "match_key.riot_id",
            "metadata.participants[]": "timeline.summoner_ids",
            "info.participants[].participantId": "timeline.participant_ids",
            "info.participants[].puuid": "timeline.participant_summoner_ids",
            "info.frames[].timestamp": "participant_frame.timestamp_ms",
            "info.frames[].participantFrames{}.participantId": "participant_frame.participant_id",
            "info.frames[].events[].type": "event.type",
            "info.frames[].events[].assistingParticipantIds[]": "event.assist_id",
        ]
        add(.timelineInfo, "info.", "timeline", to: &table)
        let frame = "info.frames[].participantFrames{}."
        add(.frame, frame, "participant_frame", to: &table)
        add(.position, "\(frame)position.", "participant_frame", to: &table)
        add(.championStats, "\(frame)championStats.", "participant_frame", to: &table)
        add(.damageStats, "\(frame)damageStats.", "participant_frame", to: &table)
        add(.event, "info.frames[].events[].", "event", to: &table)
        add(.position, "info.frames[].events[].position.", "event", to: &table)
        for list in FieldMap.damageLists {
            add(.damage, "info.frames[].events[].\(list.field)[].", "kill_damage", to: &table)
        }
        return table
    }()

    private static func add(_ map: FieldMap, _ prefix: String, _ relation: String, to table: inout [String: String]) {
        for pair in map.pairs { table[prefix + pair.field] = "\(relation).\(pair.column)" }
    }

    @Test func everyFieldHasAColumn() async throws {
        try await withStorage { storage in
            let rows = try await storage.pool.query(
                """
                SELECT table_name || '.' || column_name AS name, data_type FROM information_schema.columns
                WHERE table_schema = current_schema()
                """
            )
            var types: [String: String] = [:]
            for row in rows { types[try row.string("name")] = try row.string("data_type") }
            for (path, column) in Self.match.merging(Self.timeline, uniquingKeysWith: { one, _ in one }) {
                let type = try #require(types[column], "\(path) has no column: \(column) is missing")
                #expect(!type.hasPrefix("json"), "\(path) is only in the JSON of \(column)")
            }
            for column in Self.documents.values { #expect(types[column] == "jsonb") }
            let json = types.filter { $0.value.hasPrefix("json") }.keys.filter { !$0.hasSuffix(".extra") }
            let known = Set(Self.documents.values).union(["participant_challenge.value"])
            let data = json.filter { name in Storage.dataTables.contains { name.hasPrefix("\($0).") } }
            #expect(Set(data).isSubset(of: known), "no other column of the data is JSON")
        }
    }

    // MARK: The schema

    /// Riot's schema beside the recorded bodies; nil when it is not here.
    static let schema: URL? = Samples.folder.map {
        URL(filePath: $0).deletingLastPathComponent().appending(path: "riotapi-openapi.json")
    }.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }

    @Test(.enabled(if: schema != nil, "Riot's schema is not here"))
    func theTableOfColumnsIsCompleteByRiotsSchema() throws {
        let root = try JSONTree(parsing: Array(Data(contentsOf: try #require(Self.schema))))
        let schemas = try #require(root["components"]?["schemas"])
        for (name, table) in [("MatchDto", Self.match), ("TimelineDto", Self.timeline)] {
            let fields = Self.fields(of: schemas["match-v5.\(name)"], at: "", in: schemas)
            #expect(fields.count > 100)
            for field in fields where Self.documents[field] == nil {
                #expect(table[field] != nil, "\(name) \(field) is in no table")
            }
        }
    }

    /// Paths of everything that is no object and no list.
    private static func fields(of schema: JSONTree?, at path: String, in schemas: JSONTree) -> [String] {
        if documents[path] != nil { return [path] }
        if let reference = schema?["$ref"]?.string {
            return fields(of: schemas[String(reference.split(separator: "/").last ?? "")], at: path, in: schemas)
        }
        if case .object(let members)? = schema?["properties"] {
            return members.flatMap {
                fields(of: $0.value, at: path.isEmpty ? $0.key : "\(path).\($0.key)", in: schemas)
            }
        }
        if let items = schema?["items"] { return fields(of: items, at: "\(path)[]", in: schemas) }
        if let values = schema?["additionalProperties"] { return fields(of: values, at: "\(path){}", in: schemas) }
        return [path]
    }
}
