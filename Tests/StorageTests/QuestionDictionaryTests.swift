import Postgres
import Testing

@testable import Storage

/// The dictionary: what stands in COMMENT ON.
@Suite("The dictionary", .timeLimit(.minutes(2))) struct QuestionDictionaryTests {
    @Test func everythingHasAComment() async throws {
        try await withStorage { storage in
            let without = try await storage.pool.query(
                """
                SELECT c.relname || coalesce('.' || a.attname, '') AS name
                FROM pg_class c
                LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
                    AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)
                UNION ALL
                SELECT p.proname FROM pg_proc p
                WHERE p.pronamespace = current_schema()::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
                ORDER BY name
                """
            )
            #expect(try without.map { try $0.string("name") } == [])
        }
    }

    @Test func commentsBeginWithRiotsName() async throws {
        try await withStorage { storage in
            func comments(_ relation: String) async throws -> [String: String] {
                let rows = try await storage.pool.query(
                    """
                    SELECT a.attname AS name, col_description(a.attrelid, a.attnum) AS sentence FROM pg_attribute a
                    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
                    """,
                    [.text(relation)]
                )
                return Dictionary(
                    uniqueKeysWithValues: try rows.map { (try $0.string("name"), try $0.string("sentence")) }
                )
            }
            let stats =
                FrameColumns.championStats.map { ($0, "championStats.") }
                + FrameColumns.damageStats.map { ($0, "damageStats.") } + FrameColumns.top.map { ($0, "") }
                + FrameColumns.position.map { ($0, "position.") }
            let fields: [(relation: String, columns: [(Column, String)])] = [
                ("match_participant", ParticipantColumns.fields.map { ($0, "") }),
                ("match", MatchColumns.info.map { ($0, "") }),
                ("timeline_frames", stats), ("participant_frame", stats),
                ("timeline_events", EventColumns.fields.map { ($0, "") }),
                ("event", EventColumns.fields.map { ($0, "") }),
                ("timeline_kill_damage", DamageColumns.all.map { ($0, "") }),
                ("kill_damage", DamageColumns.all.map { ($0, "") }),
            ]
            for (relation, columns) in fields {
                let comments = try await comments(relation)
                for (column, object) in columns {
                    let sentence = comments[column.name] ?? ""
                    let rest = sentence.dropFirst((object + column.field).count).first
                    #expect(
                        sentence.hasPrefix(object + column.field) && [":", ";", ",", "."].contains(rest)
                            || sentence.hasPrefix(object + column.field + " "),
                        "\(relation).\(column.name): \(sentence)"
                    )
                }
                #expect(comments.values.allSatisfy { $0.hasSuffix(".") && !$0.hasSuffix("..") }, "\(relation)")
            }
        }
    }
}
