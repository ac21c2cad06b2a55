import Compression
import Postgres
import RiotModels
import Testing
import TestSupport

@testable import Storage

/// Who is erased is nowhere in the database any more, stays away, and takes nobody else's figures with him.
@Suite(.timeLimit(.minutes(2))) struct ErasureTests {
    private static let puuid = testPuuid(3)
    private static let riotID = "riotIdGameName 3#riotIdTagline 3"
    /// Everything by which player 3 could be recognised.
    private static let traces =
        [puuid, "Old Name"]
        + ["riotIdGameName 3", "riotIdTagline 3", "riotIdName 3", "summonerName 3", "summonerId 3", "riotidgamename3"]

    /// A match of players 1 to 10 that names player 3 in places where nobody expects it.
    private static func match(_ id: String, at start: Int = 1_750_000_000_000) -> TestBody {
        var body = TestBody.match(id, at: start)
        body["info.participants.2.newField"] = .array([.raw("\"\(puuid)\""), "riotIdGameName 3", 7])
        body["info.participants.4.friend"] = .raw("\"\(puuid)\"")
        body["info.newList"] = .array([.raw("\"\(puuid)\""), .raw("\"\(testPuuid(4))\"")])
        body["info.teams.0.captain"] = .raw("\"\(puuid)\"")
        body["info.gameName"] = "riotIdGameName 3's game"
        return body
    }

    private static func timeline(_ id: String) -> TestBody {
        var body = TestBody.timeline(id)
        body["info.newField"] = .raw("\"\(puuid)\"")
        body["info.frames.1.events.0.newField"] = .raw("\"\(puuid)\"")
        return body
    }

    /// Matches that everybody played, one without player 3, and all kinds of rows about him.
    private func fill(_ storage: Storage) async throws {
        for id in ["NA1_1", "NA1_2"] {
            try await storage.storeMatch(Self.match(id), as: id)
            try await storage.storeTimeline(Self.timeline(id), as: id)
        }
        try await storage.storeTimeline(Self.timeline("NA1_7"), as: "NA1_7")
        try await storage.storeMatch(.match("NA1_3", players: 2), as: "NA1_3")
        for player in [3, 4] { try await sync(player, storage) }
        let id = try #require(
            try await storage.persons(.puuid(Self.puuid)).first?.summonerID.map(Int64.init)
        )
        _ = try await storage.pool.query(
            """
            INSERT INTO summoner_rank (summoner_id, platform, queue_type, observed_at, last_seen_at, is_listed)
            VALUES ($1, 'na1', 'RANKED_SOLO_5x5', now(), now(), true)
            """,
            [.int(id)]
        )
        _ = try await storage.pool.query(
            """
            INSERT INTO summoner_name_history (summoner_id, replaced_at, game_name, tag_line, folded_name)
            VALUES ($1, now(), 'Old Name', 'OLD', 'oldname#old')
            """,
            [.int(id)]
        )
        try await storage.markFailed(.match, try MatchID("NA1_8"), reason: "Riot said no to \(Self.puuid)")
        #expect(try await storage.claimTick(entry: "e", tick: 1))
        try await storage.finishTick(entry: "e", tick: 1, succeeded: false, detail: "no \(Self.riotID)")
        // Refused bodies: one of his, one of strangers, one that cannot be inflated.
        var broken = Self.match("NA1_4")
        broken["info.participants"] = 7
        let refused: [(String, [UInt8])] = [
            ("NA1_4", Gzip.deflate(broken.bytes)), ("NA1_5", Array("{}".utf8)), ("NA1_6", [0x1F, 0x8B, 1, 2, 3]),
        ]
        for (id, bytes) in refused {
            await #expect(throws: BodyRejection.self) {
                try await storage.storeMatch(
                    try MatchID(id),
                    body: bytes,
                    isGzip: Gzip.isGzip(bytes),
                    receivedAt: Storage.testTime
                )
            }
        }
    }

    private func sync(_ player: Int, _ storage: Storage) async throws {
        let riotID = try RiotID(gameName: "riotIdGameName \(player)", tagLine: "riotIdTagline \(player)")
        let task = try await storage.startTask(riotID, platform: .na1, year: 2025, recovery: false, at: 1).task.id
        try await storage.taskDidStart(task)
        try await storage.taskDidFindPlayer(
            task,
            account: RiotAccount(puuid: testPuuid(player), gameName: riotID.gameName, tagLine: riotID.tagLine),
            summoner: RiotSummoner(puuid: testPuuid(player)),
            requests: 2
        )
        let ids = try ["NA1_1", "NA1_2"].map { try MatchID($0) }
        try await storage.taskDidList(task, matches: ids, requests: 1, isCapped: false)
        #expect(try await storage.completeTaskIfSettled(task))
    }

    private func person(_ storage: Storage) async throws -> Person {
        let found = try await storage.persons(.riotID(try RiotID(parsing: Self.riotID)))
        #expect(found.count == 1)
        return try #require(found.first)
    }

    /// Every participant's row without what erasing takes from him.
    private func figures(_ storage: Storage, others: Bool) async throws -> String? {
        try await storage.value(
            """
            SELECT string_agg((to_jsonb(p) - CASE WHEN $1::boolean THEN '{}'::text[] ELSE
                '{summoner_id,riot_id_game_name,riot_id_tagline,riot_id_name,summoner_name,encrypted_summoner_id}' END
                - '{extra}'::text[])::text, E'\n' ORDER BY match_id, participant_id)
            FROM match_participant p WHERE (participant_id <> 3) = $1::boolean
            """,
            [.bool(others)]
        )
    }

    @Test func heIsNowhereAndOtherPeoplesFiguresStay() async throws {
        try await withStorage { storage in
            try await fill(storage)
            let search = DatabaseSearch(pool: storage.pool)
            let places = try await search.places(of: Self.traces)
            for place in [
                "summoner.puuid", "summoner.game_name", "summoner_name_history.game_name", "sync_task.game_name",
                "sync_task.riot_id_key", "match_participant.riot_id_game_name", "match_participant.extra",
                "match.extra",
                "match.game_name", "match_team.extra", "timeline.extra", "timeline_events.extra", "raw_body.bytes",
                "rejected_body.bytes", "fetch_failure.reason", "schedule_run.detail",
            ] { #expect(places.contains(place), "the test holds him in \(place)") }
            let (others, his) = (try await figures(storage, others: true), try await figures(storage, others: false))
            let person = try await person(storage)
            let dry = try await storage.countErasure(person)
            #expect(try await search.places(of: Self.traces) == places, "counting changes nothing")

            let counts = try await storage.erase(person)
            #expect(counts == dry)
            #expect(counts.matches == 3 && counts.participants == 2 && counts.rawBodies == 5)
            #expect(counts.tasks == 1 && counts.ledgerItems == 2 && counts.ownRows == 4)
            #expect(counts.rejectedBodies == 2 && counts.records == 2)

            #expect(try await search.places(of: Self.traces) == [])
            #expect(try await figures(storage, others: true) == others)
            #expect(try await figures(storage, others: false) == his)
            let number = try #require(person.summonerID)
            #expect(
                try await storage.value(
                    "SELECT count(*) FROM match m, timeline t WHERE $1 = ANY (m.summoner_ids || t.summoner_ids || t.participant_summoner_ids)",
                    [.int(Int64(number))]
                ) == "0"
            )
            #expect(
                try await storage.value("SELECT array_length(summoner_ids, 1) FROM match ORDER BY id LIMIT 1") == "10"
            )
            #expect(try await storage.value("SELECT string_agg(body_gone, ',') FROM match") == "erasure,erasure")
            #expect(
                try await storage.rawBody(try MatchID("NA1_3"), .match)?.bytes
                    == TestBody.match("NA1_3", players: 2).bytes
            )
            #expect(
                try await storage.value("SELECT extra #>> '{info,newList}' FROM match WHERE extra IS NOT NULL LIMIT 1")
                    == "[null, \"\(testPuuid(4))\"]"
            )
            #expect(try await storage.value("SELECT string_agg(riot_id, ',') FROM rejected_body") == "NA1_5")
            #expect(try await storage.value("SELECT count(*) FROM erasure WHERE finished_at IS NOT NULL") == "2")
            #expect(try await storage.persons(.riotID(try RiotID(parsing: Self.riotID))) == [])
        }
    }

    @Test func heStaysAwayWhenFriendsAreSynced() async throws {
        try await withStorage { storage in
            try await fill(storage)
            _ = try await storage.erase(try await person(storage))
            let all = DatabaseSearch(pool: storage.pool)

            // Together with one that does not hold him, as bodies that arrive together are stored.
            let stranger = TestBody.match("NA1_11", players: 2)
            async let one = storage.storeMatch(Self.match("NA1_10", at: 1_751_000_000_000), as: "NA1_10")
            async let other = storage.storeMatch(stranger, as: "NA1_11")
            let outcomes = try await [one.outcome, other.outcome]
            #expect(outcomes == [.stored, .stored])
            #expect(try await storage.storeTimeline(Self.timeline("NA1_10"), as: "NA1_10").outcome == .stored)
            try await storage.storeTimeline(Self.timeline("NA1_12"), as: "NA1_12")
            #expect(try await all.places(of: Self.traces) == [])

            let row = try #require(
                try await storage.pool.query(
                    """
                    SELECT p.*, m.body_gone, m.summoner_ids::text AS ids, t.body_gone AS timeline_gone
                    FROM match_key k JOIN match m ON m.id = k.id JOIN match_participant p ON p.match_id = k.id
                    JOIN timeline t ON t.match_id = k.id
                    WHERE k.riot_id = 'NA1_10' AND p.participant_id = 3
                    """
                ).first
            )
            #expect(try row.optionalInt("summoner_id") == nil && row.int("champ_experience") == 3)
            #expect(try row.bool("is_bot") == false && row.string("champion_name") == "championName 3")
            #expect(try row.string("body_gone") == "erasure" && row.string("timeline_gone") == "erasure")
            #expect(try row.string("ids").split(separator: ",")[2] == "NULL")
            #expect(try await storage.rawBody(try MatchID("NA1_10"), .match) == nil)
            #expect(try await storage.rawBody(try MatchID("NA1_12"), .timeline) == nil)
            #expect(try await storage.rawBody(try MatchID("NA1_11"), .match)?.bytes == stranger.bytes)
            #expect(try await storage.value("SELECT count(*) FROM summoner") == "9")

            // A body that is refused is kept without its bytes.
            var broken = Self.match("NA1_13")
            broken["info.participants"] = 7
            await #expect(throws: BodyRejection.self) { try await storage.storeMatch(broken, as: "NA1_13") }
            await #expect(throws: BodyRejection.self) { try await storage.storeMatch(.members([:]), as: "NA1_14") }
            #expect(try await storage.value("SELECT bytes = '' FROM rejected_body WHERE riot_id = 'NA1_13'") == "t")
            #expect(try await storage.value("SELECT bytes = '' FROM rejected_body WHERE riot_id = 'NA1_14'") == "f")
            #expect(try await all.places(of: Self.traces) == [])
        }
    }

    @Test func hisOwnSyncEndsBeforeAnythingIsWritten() async throws {
        try await withStorage { storage in
            try await fill(storage)
            _ = try await storage.erase(try await person(storage))
            let riotID = try RiotID(gameName: "RIOTIDGAMENAME 3", tagLine: "riotidtagline 3")
            let started = try await storage.startTask(riotID, platform: .na1, year: 2025, recovery: false, at: 5)
            #expect(
                started.task.state == .failure && !started.isDeduplicated && started.task.problemType == "erased-player"
            )
            #expect(started.task.error == PlayerIsErased().description && started.task.gameName == "erased")

            // Under a new name he is known by his puuid, and from then on by that name too.
            let renamed = try RiotID(gameName: "New Name", tagLine: "NEW")
            let task = try await storage.startTask(renamed, platform: .na1, year: 2025, recovery: false, at: 6).task
            #expect(task.state == .pending)
            try await storage.taskDidStart(task.id)
            await #expect(throws: PlayerIsErased.self) {
                try await storage.taskDidFindPlayer(
                    task.id,
                    account: RiotAccount(puuid: Self.puuid, gameName: "New Name", tagLine: "NEW"),
                    summoner: RiotSummoner(puuid: Self.puuid),
                    requests: 2
                )
            }
            #expect(try await storage.isErased(puuid: Self.puuid))
            #expect(try await !storage.isErased(renamed))
            try await storage.taskMeetsErasedPlayer(task.id, puuid: Self.puuid, riotID: renamed)
            #expect(try await storage.task(task.id)?.state == .failure)
            #expect(try await storage.isErased(renamed))
            await #expect(throws: PlayerIsErased.self) {
                try await storage.keepPlayer(
                    RiotAccount(puuid: Self.puuid),
                    askedAs: renamed,
                    RiotSummoner(puuid: Self.puuid),
                    on: .na1,
                    activePlatform: nil
                )
            }
            let traces = Self.traces + ["New Name", "newname"]
            #expect(try await DatabaseSearch(pool: storage.pool).places(of: traces) == [])

            // The name alone can be given back to somebody else.
            #expect(try await storage.readmit(.riotID(riotID)))
            #expect(try await !storage.readmit(.riotID(riotID)))
            #expect(try await !storage.isErased(riotID))
            #expect(try await storage.isErased(puuid: Self.puuid))
        }
    }

    @Test func anotherKeysPuuidIsAnotherPerson() async throws {
        try await withStorage { storage in
            try await fill(storage)
            _ = try await storage.erase(try await person(storage))
            let other = Storage(pool: storage.pool, keyScope: "other", logger: storage.logger)
            #expect(try await !other.isErased(puuid: Self.puuid))
            #expect(try await !other.isErased(try RiotID(parsing: Self.riotID)))
        }
    }

    @Test func bodiesThatAreStoredMeanwhileDoNotBringHimBack() async throws {
        try await withStorage(connections: 6) { storage in
            try await fill(storage)
            let person = try await person(storage)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 20..<60 {
                    group.addTask { try await storage.storeMatch(Self.match("NA1_\(number)"), as: "NA1_\(number)") }
                    group.addTask {
                        try await storage.storeTimeline(Self.timeline("NA1_\(number)"), as: "NA1_\(number)")
                    }
                }
                group.addTask { _ = try await storage.erase(person) }
                try await group.waitForAll()
            }
            #expect(try await DatabaseSearch(pool: storage.pool).places(of: Self.traces) == [])
            #expect(try await storage.value("SELECT count(*) FROM match") == "43")
        }
    }

    @Test func anErasureThatWasCutOffIsFinishedByTheNext() async throws {
        try await withStorage { storage in
            try await fill(storage)
            let person = try await person(storage)
            // The last step cannot be done: somebody holds his row.
            try await storage.pool.withTransaction { connection in
                _ = try await connection.query("SELECT 1 FROM raw_body WHERE match_id = 1 FOR UPDATE")
                let erasure = Task { try await storage.erase(person) }
                try await storage.waitForLockWaiter()
                erasure.cancel()
                await #expect(throws: (any Error).self) { try await erasure.value }
            }
            #expect(try await storage.value("SELECT count(*) FROM erasure WHERE finished_at IS NULL") == "2")
            _ = try await storage.erase(try await self.person(storage))
            #expect(try await DatabaseSearch(pool: storage.pool).places(of: Self.traces) == [])
            #expect(try await storage.value("SELECT count(*) FROM erasure WHERE finished_at IS NULL") == "0")
        }
    }

    /// A column that is added later must be thought of here.
    @Test func everyColumnThatNamesAPlayerIsLookedAfter() async throws {
        try await withStorage { storage in
            let columns = try await storage.pool.query(
                """
                SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0
                    AND a.attname ~ 'summoner_ids?$|puuid|riot_id_|summoner_name|game_name|tag_line'
                    AND a.attname NOT LIKE 'riot_id_key' AND NOT EXISTS (
                        SELECT 1 FROM pg_constraint f
                        WHERE f.contype = 'f' AND f.conrelid = c.oid AND a.attnum = ANY (f.conkey)
                            AND (f.confrelid = 'summoner'::regclass OR f.confdeltype = 'c' AND EXISTS (
                                SELECT 1 FROM pg_constraint g
                                WHERE g.conrelid = f.confrelid AND g.confrelid = 'summoner'::regclass)))
                ORDER BY 1
                """
            )
            #expect(
                try columns.map { try $0.string("name") } == [
                    "match.game_name", "match.summoner_ids", "match_participant.encrypted_summoner_id",
                    "match_participant.riot_id_game_name", "match_participant.riot_id_name",
                    "match_participant.riot_id_tagline", "match_participant.summoner_id",
                    "match_participant.summoner_name",
                    "summoner.game_name", "summoner.puuid", "summoner.tag_line", "summoner_name_history.game_name",
                    "summoner_name_history.tag_line", "sync_task.game_name", "sync_task.tag_line",
                    "timeline.participant_summoner_ids", "timeline.summoner_ids",
                ]
            )
        }
    }

    @Test func theKeyIsDrawnPerDatabaseAndNobodyElseSeesIt() async throws {
        try await withStorage { storage in
            // RFC 2104 with the key that the pads hold, worked out by the server itself.
            #expect(
                try await storage.value(
                    """
                    SELECT erasure_hash('s', 'puuid', 'v')
                        = sha256(outer_pad || sha256(inner_pad || convert_to(E's\npuuid\nv', 'UTF8'))) FROM erasure_key
                    """
                ) == "t"
            )
            #expect(
                try await storage.value(
                    "SELECT octet_length(inner_pad) = 64 AND inner_pad <> outer_pad AND right(encode(inner_pad, 'hex'), 2) = '36' FROM erasure_key"
                ) == "t"
            )
            let first = try await storage.value("SELECT encode(inner_pad, 'hex') FROM erasure_key")
            try await withStorage { other in
                let second = try await other.value("SELECT encode(inner_pad, 'hex') FROM erasure_key")
                #expect(second != first)
            }
            try await storage.pool.withTransaction { connection in
                let role = "reader_\(Int64.random(in: 0...Int64.max))"
                _ = try await connection.query(SQL(trusted: "CREATE ROLE \(role)"))
                _ = try await connection.query(SQL(trusted: "GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role)"))
                _ = try await connection.query(SQL(trusted: "SET LOCAL ROLE \(role)"))
                #expect(try await connection.query("SELECT * FROM erasure_key").isEmpty)
                let hash = try await connection.query("SELECT erasure_hash('a', 'b', 'c') IS NULL AS is_hidden")
                #expect(try hash.first?.bool("is_hidden") == true)
                _ = try await connection.query("RESET ROLE")
                _ = try await connection.query(SQL(trusted: "DROP OWNED BY \(role)"))
                _ = try await connection.query(SQL(trusted: "DROP ROLE \(role)"))
            }
        }
    }
}
