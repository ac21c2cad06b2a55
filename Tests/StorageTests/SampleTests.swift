import Postgres
import RiotModels
import Testing

@testable import Storage

/// Recorded bodies, stored, and what the views say of them compared with what an independent program reads from the files.
///
/// That no value is lost is shown by `RebuildTests`.
@Suite(
    .enabled(if: Samples.folder != nil, "recorded bodies are not here: set RIFTSYNC_SAMPLES"),
    .timeLimit(.minutes(5)),
    .serialized
)
struct SampleTests {
    typealias Sum = Expectations.Sum

    static func store(_ samples: [Samples.Sample], in storage: Storage) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for sample in samples.enumerated().filter({ $0.offset % 4 == worker }).map(\.element) {
                        switch sample.kind {
                        case .match:
                            let stored = try await storage.storeMatch(
                                sample.id,
                                body: sample.bytes,
                                isGzip: true,
                                receivedAt: Storage.testTime
                            )
                            #expect(stored.outcome == .stored)
                        case .timeline:
                            let stored = try await storage.storeTimeline(
                                sample.id,
                                body: sample.bytes,
                                isGzip: true,
                                receivedAt: Storage.testTime
                            )
                            #expect(stored.outcome == .stored)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// How many values the columns have, and their sums, under Riot's names.
    static func sums(
        _ columns: [Column],
        of table: String,
        in storage: Storage,
        named name: (Column) -> String = \.field
    ) async throws -> [String: Sum] {
        let list = columns.enumerated().map { place, column in
            let weight =
                switch column.kind {
                case .boolean: "\(column.name)::integer"
                case .text: "length(\(column.name))"
                default: "\(column.name)::double precision"
                }
            return "count(\(column.name)) AS n\(place), coalesce(sum(\(weight)), 0) AS s\(place)"
        }
        let rows = try await storage.pool.query(
            SQL(trusted: "SELECT \(list.joined(separator: ", ")) FROM \(table)"),
            timeout: .seconds(60)
        )
        let row = try #require(rows.first)
        var sums: [String: Sum] = [:]
        for (place, column) in columns.enumerated() {
            sums[name(column), default: .nothing] =
                try sums[name(column), default: .nothing] + Sum(n: row.int("n\(place)"), sum: row.double("s\(place)"))
        }
        return sums.filter { $0.value.n > 0 }
    }

    static func compare(_ found: [String: Sum], _ expected: [String: Sum], _ what: String) {
        for name in Set(found.keys).union(expected.keys).sorted() {
            let (here, there) = (found[name] ?? .nothing, expected[name] ?? .nothing)
            #expect(here.isAbout(there), "\(what) \(name): stored \(here), in the files \(there)")
        }
    }

    @Test func viewsAndColumnsSumUpToWhatIsInTheFiles() async throws {
        let samples = try Samples()
        let expected = try await samples.expectations()
        try await withStorage { storage in
            try await Self.store(samples.all, in: storage)
            try await Self.compareMatches(expected.matches, in: storage)
            try await Self.compareTimelines(expected.timelines, in: storage)
        }
    }

    static func compareMatches(_ expected: Expectations.Matches, in storage: Storage) async throws {
        let rows = try await storage.pool.query(
            """
            SELECT k.riot_id, cardinality(m.summoner_ids) AS listed, p.*,
                (SELECT count(*) FROM match_team t WHERE t.match_id = m.id) AS teams,
                (extract(epoch FROM m.started_at) * 1000)::bigint AS started
            FROM match m JOIN match_key k USING (id)
            CROSS JOIN LATERAL (
                SELECT count(*) AS participants, count(*) FILTER (WHERE is_bot) AS bots,
                    coalesce(sum(gold_earned), 0) AS gold, coalesce(sum(kills), 0) AS kills,
                    coalesce(sum(total_damage_dealt_to_champions), 0) AS damage,
                    coalesce(sum(champ_experience), 0) AS experience
                FROM match_participant WHERE match_id = m.id) p
            """
        )
        #expect(rows.count == expected.each.count)
        for row in rows {
            let match = Expectations.Match(
                participants: try row.int("participants"),
                bots: try row.int("bots"),
                listed: try row.int("listed"),
                teams: try row.int("teams"),
                gold: try row.int("gold"),
                kills: try row.int("kills"),
                damage: try row.int("damage"),
                experience: try row.int("experience"),
                started: try row.int("started")
            )
            let id = try row.string("riot_id")
            #expect(match == expected.each[id], "\(id)")
        }
        let fields =
            ParticipantColumns.fields + [
                .int32("PlayerBehavior_IsHeroInCombat", "player_behavior_is_hero_in_combat"),
                .int16("participantId", "participant_id"),
            ]
        var participants = try await sums(fields, of: "match_participant", in: storage)
        var expectedParticipants = expected.participants
        expectedParticipants["puuid"] = nil
        for (score, place) in ParticipantColumns.capitalScores {
            let name = ParticipantColumns.fields[place].field
            let capital = expectedParticipants.removeValue(forKey: score) ?? .nothing
            expectedParticipants[name] = (expectedParticipants[name] ?? .nothing) + capital
        }
        participants["puuid"] = nil
        compare(participants, expectedParticipants, "participant")
        compare(
            try await sums(ParticipantColumns.perks, of: "match_participant", in: storage, named: perkName),
            expected.perks,
            "rune"
        )
        var teams = try await sums(TeamColumns.all, of: "match_team", in: storage, named: teamName)
        teams.merge(try await sums([.int32("bans", "champion_id")], of: "match_ban", in: storage)) { $1 }
        compare(teams, expected.teams, "team")
        let challenges = try await storage.pool.query(
            """
            SELECT challenge, count(*) AS n, sum(value::double precision) AS s FROM participant_challenge
            WHERE jsonb_typeof(value) = 'number' GROUP BY challenge
            """
        )
        let found = try challenges.map { row in
            (try row.string("challenge"), Sum(n: try row.int("n"), sum: try row.double("s")))
        }
        compare(Dictionary(uniqueKeysWithValues: found), expected.challenges, "challenge")
    }

    /// `primary_perk_2_var_3` is `var3` of a selection, `primary_style` the number of the style.
    static func perkName(_ column: Column) -> String {
        if column.name.hasPrefix("stat_perk_") { return String(column.name.dropFirst(10)) }
        if column.name.hasSuffix("_style") { return column.name.replacing("_style", with: "Style") }
        return column.name.contains("_var_") ? "var" + column.name.suffix(1) : "perk"
    }

    static func teamName(_ column: Column) -> String {
        if column.name.hasPrefix("feat_") { return column.name.dropFirst(5).uppercased() }
        if !column.field.isEmpty { return column.field }
        let parts = column.name.split(separator: "_")
        let objective = parts.count == 3 ? "riftHerald" : String(parts[0])
        return "\(objective) \(parts[parts.count - 1])"
    }

    static func compareTimelines(_ expected: Expectations.Timelines, in storage: Storage) async throws {
        let rows = try await storage.pool.query(
            """
            SELECT k.riot_id, t.frame_count AS frames, f.*, coalesce(last.gold, 0) AS gold,
                coalesce(last.experience, 0) AS experience
            FROM timeline t JOIN match_key k ON k.id = t.match_id
            CROSS JOIN LATERAL (SELECT count(*) AS rows FROM participant_frame p WHERE p.match_id = t.match_id) f
            CROSS JOIN LATERAL (
                SELECT sum(total_gold) AS gold, sum(xp) AS experience FROM participant_frame p
                WHERE p.match_id = t.match_id AND p.frame = t.frame_count - 1) last
            """,
            timeout: .seconds(60)
        )
        let events = try await storage.pool.query(
            """
            SELECT k.riot_id, e.type, count(*) AS n FROM event e JOIN match_key k ON k.id = e.match_id
            GROUP BY k.riot_id, e.type
            """,
            timeout: .seconds(60)
        )
        var types: [String: [String: Int]] = [:]
        for row in events { types[try row.string("riot_id"), default: [:]][try row.string("type")] = try row.int("n") }
        #expect(rows.count == expected.each.count)
        for row in rows {
            let id = try row.string("riot_id")
            let timeline = Expectations.Timeline(
                frames: try row.int("frames"),
                participantFrames: try row.int("rows"),
                gold: try row.int("gold"),
                experience: try row.int("experience"),
                events: types[id] ?? [:]
            )
            #expect(timeline == expected.each[id], "\(id)")
        }
        let frames = FrameColumns.all + [.int16("participantId", "participant_id")]
        compare(try await sums(frames, of: "participant_frame", in: storage), expected.frames, "frame")
        var found = try await sums(EventColumns.all, of: "event", in: storage)
        found.merge(
            try await sums([.int16("assists", "helper")], of: "event, unnest(assist_id) AS helper", in: storage)
        ) { $1 }
        compare(found, expected.events, "event")
        compare(try await sums(DamageColumns.all, of: "kill_damage", in: storage), expected.damage, "damage")
    }

    /// Bytes per table with indexes and TOAST, the first pages of each left out: what one more match and timeline takes.
    @Test func aMatchWithItsTimelineIsSmall() async throws {
        let samples = try Samples().complete
        try await withStorage { storage in
            try await Self.store(samples, in: storage)
            let before = try await Self.sizes(in: storage)
            let copies = 8
            for copy in 1...copies { try await Self.copyEverything(number: copy, in: storage) }
            let after = try await Self.sizes(in: storage)
            let pairs = copies * samples.count / 2
            for (table, bytes) in after.sorted(by: { $0.value > $1.value }) {
                print("bytes per match and timeline: \(table) \((bytes - (before[table] ?? 0)) / pairs)")
            }
            let total = (after.values.reduce(0, +) - before.values.reduce(0, +)) / pairs
            print("bytes per match and timeline: all \(total)")
            #expect(total <= 160_000)
        }
    }

    static func sizes(in storage: Storage) async throws -> [String: Int] {
        let rows = try await storage.pool.query(
            """
            SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class
            WHERE relkind = 'r' AND relname = ANY ($1::text[])
            """,
            [.textArray(Storage.dataTables)]
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.string("relname"), try $0.int("bytes")) })
    }

    /// Stores all rows once more, under other keys.
    static func copyEverything(number: Int, in storage: Storage) async throws {
        let shift = number * 1000
        for table in Storage.dataTables where table != "rejected_body" {
            let columns = try await storage.pool.query(
                """
                SELECT attname FROM pg_attribute
                WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
                """,
                [.text(table)]
            ).map { try $0.string("attname") }
            let key = columns.contains("match_id") ? "match_id" : "id"
            let values = columns.map { column in
                switch (table, column) {
                case (_, key): "\(key) + \(shift)"
                case ("match_key", "riot_id"), ("summoner", "key_scope"): "\(column) || '\(number)'"
                default: column
                }
            }
            _ = try await storage.pool.query(
                SQL(
                    trusted: """
                        INSERT INTO \(table) (\(columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE
                        SELECT \(values.joined(separator: ", ")) FROM \(table) WHERE \(key) < 1000
                        """
                ),
                timeout: .seconds(60)
            )
        }
    }
}
