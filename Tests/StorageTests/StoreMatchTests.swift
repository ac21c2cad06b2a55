import Compression
import Postgres
import RiotModels
import Testing

@testable import Storage

/// Storing matches and timelines in a real database.
@Suite(.timeLimit(.minutes(2))) struct StoreMatchTests {
    static let id = MatchDecoderTests.id

    @Test func everyColumnOfAParticipantComesBack() async throws {
        try await withStorage { storage in
            let stored = try await storage.storeMatch(.match())
            #expect(stored == StoredMatch(outcome: .stored, timelineWanted: false))
            let row = try #require(
                try await storage.pool.query("SELECT * FROM match_participant WHERE participant_id = 3").first
            )
            for (place, column) in ParticipantColumns.fields.enumerated()
            where column.field != "gameEndedInEarlySurrender" {
                switch column.kind {
                case .boolean: #expect(try row.bool(column.name) == (place % 2 == 0), "\(column.name)")
                case .text: #expect(try row.string(column.name) == "\(column.field) 3")
                case .real: #expect(try row.double(column.name) == Double(place) + 0.5)
                default: #expect(try row.int(column.name) == place * 20 + 3, "\(column.name)")
                }
            }
            #expect(try row.int("primary_style") == 8000 && row.int("sub_perk_2") == 8102)
            #expect(try row.int("primary_perk_4_var_3") == -2_147_483_648)
            #expect(try row.int("player_behavior_is_hero_in_combat") == 3)
            #expect(try row.timestampMilliseconds("started_at") == 1_750_000_000_000)
            #expect(try row.optionalString("extra") == nil)
        }
    }

    @Test func theMatchItsTeamsBansAndChallengesComeBack() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            let match = try #require(try await storage.pool.query("SELECT * FROM match").first)
            #expect(
                try match.int("queue_id") == 420 && match.int("patch_major") == 15 && match.int("patch_minor") == 13
            )
            #expect(try match.int("duration_seconds") == 1800)
            #expect(try match.string("platform") == "na1" && match.string("platform_id") == "NA1")
            #expect(try match.array("game_mode_mutators") == ["a", "b"])
            #expect(try match.timestampMilliseconds("created_at") == 1_749_999_940_000)
            #expect(try match.timestampMilliseconds("received_at") == Storage.testTime)
            #expect(try await storage.value("SELECT rift_herald_kills FROM match_team WHERE team_id = 200") == "5")
            #expect(
                try await storage.value("SELECT feat_epic_monster_kill FROM match_team WHERE team_id = 100") == "1001"
            )
            #expect(
                try await storage.value(
                    "SELECT string_agg(champion_id::text, ',' ORDER BY pick_turn) FROM match_ban WHERE team_id = 100"
                ) == "101,102,-1,104,105"
            )
            #expect(
                try await storage.value("SELECT sum(value::numeric) FROM participant_challenge WHERE challenge = 'kda'")
                    == "57.50"
            )
            #expect(
                try await storage.value("SELECT missions ->> 'playerScore0' FROM match_detail")
                    == "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
            )
            #expect(
                try await storage.value(
                    """
                    SELECT bool_and(s.puuid = $1 || p.participant_id) FROM match_participant p
                    JOIN summoner s ON s.id = p.summoner_id WHERE p.participant_id < 10
                    """,
                    [.text(String(repeating: "x", count: 77))]
                ) == "t"
            )
            #expect(
                try await storage.value(
                    """
                    SELECT array_agg(p.summoner_id ORDER BY p.participant_id) = m.summoner_ids
                    FROM match m JOIN match_participant p ON p.match_id = m.id GROUP BY m.summoner_ids
                    """
                ) == "t"
            )
        }
    }

    @Test func theBodyComesBackByteForByte() async throws {
        try await withStorage { storage in
            let id = try MatchID(Self.id)
            let gzip = Gzip.deflate(TestBody.match().bytes)
            _ = try await storage.storeMatch(id, body: gzip, isGzip: true, receivedAt: 1)
            let plain = TestBody.timeline().bytes
            _ = try await storage.storeTimeline(id, body: plain, isGzip: false, receivedAt: 2)
            let match = try #require(try await storage.rawBody(id, .match))
            #expect(match.bytes == gzip && match.isGzip && match.receivedAt == 1 && match.sha256.count == 32)
            let timeline = try #require(try await storage.rawBody(id, .timeline))
            #expect(timeline.bytes == plain && !timeline.isGzip && timeline.receivedAt == 2)
            #expect(try await storage.rawBody(try MatchID("NA1_1"), .match) == nil)
            #expect(try await storage.value("SELECT bool_and(sha256 = sha256(bytes)) FROM raw_body") == "t")
        }
    }

    @Test func storingAgainChangesNothing() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            try await storage.storeTimeline(.timeline())
            let counts = try await storage.counts()
            var other = TestBody.match()
            other["info.queueId"] = 1
            #expect(try await storage.storeMatch(other).outcome == .alreadyHeld)
            #expect(try await storage.storeTimeline(.timeline(frames: 9)).outcome == .alreadyHeld)
            #expect(try await storage.counts() == counts)
            #expect(try await storage.value("SELECT queue_id FROM match") == "420")
            let id = try MatchID(Self.id)
            let unknown = try MatchID("NA1_7")
            #expect(try await storage.holdings(of: [id, unknown]) == Holdings(matches: [id], timelines: [id]))
        }
    }

    @Test func aTimelineNeedsNoMatch() async throws {
        try await withStorage { storage in
            #expect(try await storage.storeTimeline(.timeline()).outcome == .stored)
            let id = try MatchID(Self.id)
            #expect(try await storage.holdings(of: [id]) == Holdings(matches: [], timelines: [id]))
            #expect(try await storage.storeMatch(.match()).outcome == .stored)
            #expect(try await storage.value("SELECT count(*) FROM match_key") == "1")
        }
    }

    @Test func aRefusedBodyIsKeptUntilALaterOneIsStored() async throws {
        try await withStorage { storage in
            let broken = TestBody.raw(#"{"metadata":{"matchId":"NA1_5000000001","participants":[]},"info":{}}"#)
            for _ in 0..<2 {
                let error = await #expect(throws: BodyRejection.self) { try await storage.storeMatch(broken) }
                #expect(error?.place == "info.participants")
            }
            let row = try #require(try await storage.pool.query("SELECT * FROM rejected_body").first)
            #expect(try row.bytes("bytes") == broken.bytes && row.int("attempts") == 2)
            #expect(try row.string("place") == "info.participants")
            #expect(try await storage.counts()["match_key"] == 0)
            try await storage.markFailed(.match, try MatchID(Self.id), reason: "Riot answered 503 after 12 tries")
            #expect(try await storage.fetchFailures(limit: 10).map(\.subject) == [Self.id])
            try await storage.storeMatch(.match())
            #expect(try await storage.counts()["rejected_body"] == 0)
            #expect(try await storage.fetchFailures(limit: 10) == [])
        }
    }

    @Test func failuresOfOneCauseHaveOneFingerprint() async throws {
        try await withStorage { storage in
            for (subject, reason) in [
                ("NA1_1", "no answer after 12 s"), ("NA1_2", "no answer after 7 s"), ("NA1_3", "refused"),
            ] {
                try await storage.markFailed(.match, try MatchID(subject), reason: reason)
            }
            try await storage.markUnavailable(.match, try MatchID("NA1_3"), reason: "refused")
            let failures = try await storage.fetchFailures(limit: 10)
            let bySubject = Dictionary(uniqueKeysWithValues: failures.map { ($0.subject, $0) })
            #expect(bySubject["NA1_1"]?.fingerprint == bySubject["NA1_2"]?.fingerprint)
            #expect(bySubject["NA1_1"]?.fingerprint != bySubject["NA1_3"]?.fingerprint)
            #expect(
                bySubject["NA1_3"]?.attempts == 2 && bySubject["NA1_3"]?.status == 404
                    && bySubject["NA1_3"]?.fingerprint != failures.first { $0.subject == "NA1_1" }?.fingerprint
            )
        }
    }

    @Test func oddBodiesAreStoredWhole() async throws {
        try await withStorage { storage in
            var body = TestBody.match("NA1_1", players: 2)
            body["info.participants.0.kills"] = 40_000
            body["info.participants.0.deaths"] = .raw("1.5")
            body["info.participants.0.riotIdGameName"] = .raw(#""a\u0000\ud800""#)
            body["info.participants.0.new"] = .raw(
                #"{"huge":1e999,"long":123456789012345678901234567890,"nul":"\u0000"}"#
            )
            body["info.participants.0.challenges.kda"] = .raw("1e-400")
            body["info.participants.1.puuid"] = "BOT"
            try await storage.storeMatch(body, as: "NA1_1")
            let row = try #require(
                try await storage.pool.query("SELECT * FROM match_participant WHERE participant_id = 1").first
            )
            #expect(try row.optionalInt("kills") == nil)
            #expect(try row.string("riot_id_game_name") == "a\u{FFFD}\u{FFFD}")
            #expect(
                try await storage.value("SELECT extra ->> 'kills' FROM match_participant WHERE participant_id = 1")
                    == "40000"
            )
            #expect(
                try await storage.value("SELECT extra ->> 'deaths' FROM match_participant WHERE participant_id = 1")
                    == "1.5"
            )
            #expect(
                try await storage.value("SELECT extra #>> '{new,long}' FROM match_participant WHERE participant_id = 1")
                    == "123456789012345678901234567890"
            )
            #expect(
                try await storage.value("SELECT extra #>> '{new,huge}' FROM match_participant WHERE participant_id = 1")
                    == "1e999"
            )
            #expect(
                try await storage.value(
                    "SELECT is_bot AND summoner_id IS NULL FROM match_participant WHERE participant_id = 2"
                ) == "t"
            )
        }
    }

    @Test func theNewestNameOfAPlayerIsKept() async throws {
        try await withStorage { storage in
            func store(_ id: String, _ name: String, at time: Int) async throws {
                var body = TestBody.match(id, players: 1, at: time)
                body["info.participants.0.riotIdGameName"] = .raw("\"\(name)\"")
                body["info.participants.0.riotIdTagline"] = "TAG"
                try await storage.storeMatch(body, as: id)
            }
            try await store("NA1_2", "Second", at: 1_700_000_200_000)
            try await store("NA1_1", "First", at: 1_700_000_100_000)
            #expect(
                try await storage.value("SELECT game_name || '#' || tag_line || ' ' || folded_name FROM summoner")
                    == "Second#TAG second#tag"
            )
            try await store("NA1_3", "Third One", at: 1_700_000_300_000)
            #expect(
                try await storage.value("SELECT game_name || ' ' || folded_name FROM summoner")
                    == "Third One thirdone#tag"
            )
            try await store("NA1_4", "bad#name", at: 1_700_000_400_000)
            #expect(try await storage.value("SELECT game_name FROM summoner") == "Third One")
        }
    }

    @Test func anotherKeyScopeHasOtherPlayers() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match("NA1_1", players: 1), as: "NA1_1")
            let other = Storage(pool: storage.pool, keyScope: "other", logger: storage.logger)
            try await other.storeMatch(.match("NA1_2", players: 1), as: "NA1_2")
            #expect(try await storage.value("SELECT count(*) FROM summoner") == "2")
        }
    }

    @Test func aHeldMatchIsReadWithItsParticipants() async throws {
        try await withStorage { storage in
            let id = try MatchID(Self.id)
            #expect(try await storage.heldMatch(id) == nil)
            var body = TestBody.match(players: 2)
            body["info.participants.0.kills"] = 7
            body["info.participants.1.puuid"] = "BOT"
            body["info.participants.1.kills"] = nil
            try await storage.storeMatch(body)
            let match = try #require(try await storage.heldMatch(id))
            #expect(
                match.id == id && match.startedAt == 1_750_000_000_000 && match.queueID == 420 && !match.hasTimeline
            )
            #expect(match.participants.map(\.participantID) == [1, 2])
            #expect(match.participants.map(\.puuid) == [testPuuid(1), nil])
            #expect(match.participants.map(\.kills) == [7, nil])
            try await storage.storeTimeline(.timeline(players: 2))
            #expect(try await storage.heldMatch(id)?.hasTimeline == true)
        }
    }
}
