import Postgres
import RiotModels
import Testing

@testable import Storage

/// Rows made again from the bodies: what becomes of them, and what stays as it is.
@Suite(.timeLimit(.minutes(2))) struct DeriveTests {
    /// Columns that say when figures were computed, and by which parser.
    static let marks = ["computed_at", "computed_in", "stale_since", "parser_version"]
    static let next = Storage.parserVersion + 1

    /// A database with matches, timelines, and a task of the first player that has ended.
    static func run(
        matches count: Int = 6,
        _ body: @Sendable @escaping (TaskStore) async throws -> Void
    ) async throws {
        try await TaskStore.run { store in
            let ids = (1...count).map { "NA1_\($0)" }
            let task = try await store.listed(ids, puuid: testPuuid(1))
            for (number, id) in ids.enumerated() {
                let start = 1_750_000_000_000 + number * 3_600_000
                try await store.storage.storeMatch(.match(id, players: 4 + number % 3, at: start), as: id)
                try await store.storage.storeTimeline(.timeline(id, players: 4 + number % 3), as: id)
            }
            #expect(try await store.storage.completeTaskIfSettled(task))
            try await body(store)
        }
    }

    static func deriver(
        _ store: TaskStore,
        version: Int16 = next,
        batch: Int = 4,
        limit: Int? = nil,
        all: Bool = false
    ) -> Deriver {
        var options = Deriver.Options()
        options.batch = batch
        options.limit = limit
        options.includesCurrent = all
        var deriver = Deriver(storage: store.storage, options: options, version: version)
        deriver.firstPause = .zero
        return deriver
    }

    static func versions(_ store: TaskStore) async throws -> [Int] {
        try await store.pool.query(
            """
            SELECT parser_version AS v FROM match
            UNION ALL SELECT parser_version FROM timeline ORDER BY v
            """
        ).map { try $0.int("v") }
    }

    /// Rows changed, removed and added, in every table that is made of bodies.
    static let vandalism: [SQL] = [
        "UPDATE match SET queue_id = 0, received_at = now(), extra = '{\"x\": 1}', started_at = NULL WHERE id % 2 = 0",
        "DELETE FROM match WHERE id = 3",
        "DELETE FROM match_team WHERE match_id = 1 OR team_number = 2",
        "INSERT INTO match_team (match_id, team_number, team_id) VALUES (5, 9, 300)",
        "UPDATE match_participant SET kills = kills + 1, win = NOT win, summoner_id = summoner_id + 1",
        "UPDATE match_participant SET started_at = NULL WHERE match_id = 4",
        "DELETE FROM match_participant WHERE participant_id = 3",
        "UPDATE match_detail SET challenges = NULL",
        "DELETE FROM timeline WHERE match_id = 2",
        "UPDATE timeline SET frame_count = 1, summoner_ids = '{}' WHERE match_id = 5",
        "UPDATE timeline_frames SET total_gold = NULL, participant_id = participant_id + 20 WHERE participant_id < 3",
        "DELETE FROM timeline_events WHERE type = 'LEVEL_UP'",
        "UPDATE timeline_events SET killer_id = NULL, type = type || '_' WHERE match_id = 1",
        "DELETE FROM timeline_kill_damage WHERE list = 'dealt'",
        "UPDATE player_year_stats SET kills = 12345",
    ]

    @Test(arguments: [false, true]) func vandalisedRowsBecomeThoseOfAFreshLoad(all: Bool) async throws {
        try await Self.run { store in
            let fresh = try await TableDigests(of: store.storage, ignoring: Self.marks)
            for statement in Self.vandalism { _ = try await store.pool.query(statement) }
            let vandalised = try await TableDigests(of: store.storage, ignoring: Self.marks)
            #expect(
                vandalised.differences(from: fresh) == [
                    "match", "match_detail", "match_participant", "match_team", "player_year_stats", "timeline",
                    "timeline_events", "timeline_frames", "timeline_kill_damage",
                ]
            )
            let version = all ? Storage.parserVersion : Self.next
            let counts = try await Self.deriver(store, version: version, all: all).run()
            #expect(counts.derived == 12 && counts.handled == 12)
            #expect(try await TableDigests(of: store.storage, ignoring: Self.marks).differences(from: fresh) == [])
            #expect(try await Self.versions(store) == Array(repeating: Int(version), count: 12))
        }
    }

    @Test func whereTheParserMakesTheSameRowsNothingButItsVersionChanges() async throws {
        try await Self.run { store in
            let before = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(try await Self.deriver(store).run().derived == 12)
            let after = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(after.differences(from: before) == [])
            #expect(try await Self.deriver(store).run().handled == 0)
        }
    }

    @Test func aLimitEndsItAndTheVersionsTellHowFarItIs() async throws {
        try await Self.run { store in
            #expect(try await Self.deriver(store, limit: 5).run().derived == 5)
            let status = try await store.storage.deriveStatus(version: Self.next)
            #expect(status.bodies == 12 && status.outdated == 7 && status.figures[.match]?.current == 5)
            #expect(try await Self.deriver(store).run().derived == 7)
            let done = try await store.storage.deriveStatus(version: Self.next)
            #expect(done.outdated == 0 && done.figures[.timeline]?.current == 6)
        }
    }

    @Test func rowsOfALaterParserAreLeftAlone() async throws {
        try await Self.run { store in
            _ = try await store.pool.query("UPDATE match SET parser_version = 9, queue_id = 9 WHERE id = 2")
            #expect(try await Self.deriver(store).run().derived == 11)
            #expect(try await store.storage.value("SELECT queue_id FROM match WHERE id = 2") == "9")
        }
    }

    @Test func rowsWhoseBodyIsGoneStay() async throws {
        try await Self.run { store in
            _ = try await store.pool.query("DELETE FROM raw_body WHERE match_id = 2 AND kind = 'timeline'")
            #expect(try await Self.deriver(store).run().derived == 11)
            #expect(try await Self.versions(store).count { $0 == Storage.parserVersion } == 1)
            let status = try await store.storage.deriveStatus(version: Self.next)
            #expect(status.outdated == 0 && status.figures[.timeline]?.withoutBody == 1)
        }
    }

    @Test func namesThatWereTakenAwayDoNotComeBack() async throws {
        try await Self.run { store in
            _ = try await store.pool.query(
                "UPDATE summoner SET game_name = NULL, tag_line = NULL, folded_name = NULL, named_at = NULL"
            )
            #expect(try await Self.deriver(store).run().derived == 12)
            #expect(try await store.storage.value("SELECT count(*) FROM summoner WHERE game_name IS NOT NULL") == "0")
        }
    }

    @Test func figuresOfYearsAreRecomputedWhereTheirRowsChanged() async throws {
        try await Self.run { store in
            let kills: SQL = "SELECT kills FROM player_year_stats"
            let before = try await store.storage.value(kills)
            // One match said something else when the figures were computed.
            _ = try await store.pool.query("UPDATE match_participant SET kills = 0 WHERE match_id = 2")
            try await store.pool.withTransaction { connection in
                let player = try await connection.query("SELECT summoner_id FROM player_year_stats").first
                let id = try #require(player).int("summoner_id")
                try await Storage.recomputeYear(connection, summonerID: id, year: 2025)
            }
            #expect(try await store.storage.value(kills) != before)
            #expect(try await Self.deriver(store).run().derived == 12)
            #expect(try await store.storage.value(kills) == before)
        }
    }

    @Test func aPauseKeepsTheRate() {
        #expect(Deriver.pause(after: 100, in: .seconds(3), rate: nil) == .zero)
        #expect(Deriver.pause(after: 100, in: .seconds(3), rate: 20) == .seconds(2))
        #expect(Deriver.pause(after: 100, in: .seconds(6), rate: 20) == .zero)
    }

    @Test(.enabled(if: Samples.folder != nil)) func recordedBodiesMakeTheSameRowsAgain() async throws {
        try await TaskStore.run { store in
            let samples = try Samples().all
            for sample in samples {
                switch sample.kind {
                case .match:
                    _ = try await store.storage.storeMatch(sample.id, body: sample.bytes, isGzip: true, receivedAt: 1)
                case .timeline:
                    _ = try await store.storage.storeTimeline(
                        sample.id,
                        body: sample.bytes,
                        isGzip: true,
                        receivedAt: 1
                    )
                }
            }
            let before = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            for statement in Self.vandalism.dropLast() { _ = try await store.pool.query(statement) }
            #expect(try await Self.deriver(store, batch: 16).run().derived == samples.count)
            let after = try await TableDigests(of: store.storage, ignoring: ["parser_version"])
            #expect(after.differences(from: before) == [])
        }
    }
}
