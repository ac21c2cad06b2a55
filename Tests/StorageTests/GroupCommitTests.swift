import Logging
import Postgres
import Synchronization
import RiotModels
import Testing
import TestSupport

@testable import Storage

/// Several bodies in one transaction, against a real server.
@Suite(.timeLimit(.minutes(2))) struct GroupCommitTests {
    private static let names = (1...8).map { "NA1_\($0)" }

    private func match(_ name: String, mode: String = "CLASSIC") throws -> ReadyMatch {
        var text = TestBody.match(name)
        text["info.gameMode"] = .raw("\"\(mode)\"")
        let body = Body(kind: .match, id: try MatchID(name), bytes: text.bytes, isGzip: false)
        return ReadyMatch(body: body, match: try MatchDecoder.decode(body), receivedAt: Storage.testTime)
    }

    private func timeline(_ name: String) throws -> ReadyTimeline {
        let body = Body(kind: .timeline, id: try MatchID(name), bytes: TestBody.timeline(name).bytes, isGzip: false)
        return ReadyTimeline(body: body, timeline: try TimelineDecoder.decode(body), receivedAt: Storage.testTime)
    }

    private func store(_ names: [String], in storage: Storage) async throws -> [StoredMatch.Outcome] {
        let batch = MatchBatch(matches: try names.map { try match($0) }, keyScope: storage.keyScope)
        return try await storage.withRetriedTransaction { try await batch.write(on: $0) }.map(\.outcome)
    }

    private func storeTimelines(_ names: [String], in storage: Storage) async throws -> [StoredMatch.Outcome] {
        let batch = TimelineBatch(timelines: try names.map(timeline), keyScope: storage.keyScope)
        return try await storage.withRetriedTransaction { try await batch.write(on: $0) }.map(\.outcome)
    }

    /// Everything that bodies left in the tables of data, without what differs by the moment.
    private func contents(_ storage: Storage) async throws -> [String] {
        var contents: [String] = []
        for table in Storage.dataTables where !["match_key", "summoner", "rejected_body"].contains(table) {
            let key = table == "match" ? "id" : "match_id"
            let rows = try await storage.pool.query(
                SQL(
                    trusted: """
                        SELECT k.riot_id || ' ' || (to_jsonb(t) - '{id,match_id,summoner_id,summoner_ids,\
                        participant_summoner_ids,stored_in}'::text[])::text AS line
                        FROM \(table) t JOIN match_key k ON k.id = t.\(key) ORDER BY 1
                        """
                )
            )
            contents += try rows.map { "\(table) \(try $0.string("line"))" }
        }
        return contents
    }

    @Test func aBatchWritesWhatItsBodiesWriteAlone() async throws {
        let each = Mutex<[[String]]>([])
        for size in [1, 8] {
            try await withStorage { storage in
                for start in stride(from: 0, to: 8, by: size) {
                    let names = Array(Self.names[start..<start + size])
                    #expect(try await store(names, in: storage) == names.map { _ in .stored })
                    #expect(try await storeTimelines(names, in: storage) == names.map { _ in .stored })
                }
                let lines = try await contents(storage)
                each.withLock { $0.append(lines) }
            }
        }
        let lines = each.withLock { $0 }
        #expect(lines[0].count > 8 * 20 && lines[0] == lines[1])
    }

    @Test func whatIsHeldAndWhatComesTwiceIsNotWrittenAgain() async throws {
        try await withStorage { storage in
            #expect(try await store(["NA1_3"], in: storage) == [.stored])
            let held = try await contents(storage)
            let names = ["NA1_4", "NA1_3", "NA1_1", "NA1_4"]
            #expect(try await store(names, in: storage) == [.stored, .alreadyHeld, .stored, .alreadyHeld])
            let counts = try await storage.counts()
            #expect(counts["match"] == 3 && counts["raw_body"] == 3 && counts["match_participant"] == 30)
            #expect(try await Set(contents(storage)).isSuperset(of: held))
            #expect(try await store(names, in: storage) == names.map { _ in .alreadyHeld })
            #expect(try await storeTimelines(names, in: storage) == [.stored, .stored, .stored, .alreadyHeld])
            #expect(try await storage.counts()["timeline"] == 3)
        }
    }

    @Test func oneBadBodyDoesNotTakeTheOthersWithIt() async throws {
        try await withStorage { storage in
            _ = try await storage.pool.query("ALTER TABLE match ADD CONSTRAINT no_bad CHECK (game_mode <> 'BAD')")
            #expect(try await store(["NA1_3"], in: storage) == [.stored])
            let results = try await storeTogether(Self.names, bad: "NA1_7", in: storage)
            for (name, result) in results where name != "NA1_7" {
                #expect(try result.get().outcome == (name == "NA1_3" ? .alreadyHeld : .stored), "\(name)")
            }
            let refusal = #expect(throws: PostgresError.self) { _ = try results["NA1_7"]?.get() }
            #expect(refusal?.sqlState == "23514")
            let counts = try await storage.counts()
            #expect(counts["match"] == 7 && counts["raw_body"] == 7 && counts["match_team"] == 14)
            #expect(counts["match_participant"] == 70 && counts["match_key"] == 7)
        }
    }

    /// Stores all in one batch, which is complete before it begins.
    private func storeTogether(
        _ names: [String],
        bad: String,
        in storage: Storage
    ) async throws -> [String: Result<StoredMatch, any Error>] {
        let batches = BodyBatches(
            pool: storage.pool,
            keyScope: storage.keyScope,
            logger: storage.logger,
            limits: BatchLimits(bodies: names.count, patience: .seconds(3_600))
        )
        let arrived = Arrivals()
        return await withTaskGroup(of: (String, Result<StoredMatch, any Error>).self) { group in
            for name in names {
                group.addTask {
                    do {
                        let stored = try await batches.matches.store {
                            arrived.add()
                            while arrived.count < names.count { await Task.yield() }
                            return (try self.match(name, mode: name == bad ? "BAD" : "CLASSIC"), 1)
                        }
                        return (name, .success(stored))
                    } catch {
                        return (name, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private final class Arrivals: Sendable {
        private let number = Mutex(0)

        var count: Int { number.withLock { $0 } }

        func add() { number.withLock { $0 += 1 } }
    }

    @Test func overlappingBatchesInOppositeOrderAreStoredOnce() async throws {
        try await withStorage(connections: 8) { storage in
            for round in 0..<10 {
                let names = (1...8).map { "NA1_\(round * 10 + $0)" }
                async let up = store(Array(names[0..<6]), in: storage)
                async let down = store(Array(names[2..<8].reversed()), in: storage)
                async let timelines = storeTimelines(names.reversed(), in: storage)
                let outcomes = try await (up, down, timelines)
                #expect((outcomes.0 + outcomes.1).count { $0 == .stored } == 8, "round \(round)")
                #expect(outcomes.2.allSatisfy { $0 == .stored })
            }
            let counts = try await storage.counts()
            #expect(counts["match_key"] == 80 && counts["match"] == 80 && counts["timeline"] == 80)
            #expect(counts["match_participant"] == 800 && counts["raw_body"] == 160 && counts["summoner"] == 10)
        }
    }

    @Test func whoComesSecondWaitsAndThenSeesThatItIsHeld() async throws {
        try await withStorage { storage in
            let first = MatchBatch(matches: [try match("NA1_1")], keyScope: storage.keyScope)
            try await withThrowingTaskGroup(of: [StoredMatch.Outcome].self) { group in
                try await storage.pool.withTransaction { connection in
                    _ = try await first.write(on: connection)
                    group.addTask { try await store(["NA1_2", "NA1_1"], in: storage) }
                    try await untilSomebodyWaits(in: storage)
                }
                #expect(try await group.next() == [.stored, .alreadyHeld])
            }
        }
    }

    /// Waits until a session of the test's database waits for a lock.
    private func untilSomebodyWaits(in storage: Storage) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let waiting = try await storage.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if waiting != "0" { return }
        }
        Issue.record("nobody waits for a lock")
    }

    @Test func aBatchThatIsCutAndRepeatedLeavesNothingMissingDoubledOrHalf() async throws {
        try await TaskStore.run { store in
            let storage = store.storage
            let task = try await store.listed(Self.names, puuid: testPuuid(1))
            for table in ["match", "match_participant", "match_team", "match_detail", "raw_body"] {
                try await cut(at: table, in: storage) { try await self.store(Self.names, in: storage) }
                let counts = try await storage.counts()
                #expect(counts.filter { $0.key != "summoner" }.values.allSatisfy { $0 == 0 }, "\(table)")
                #expect(try await store.counts(task).processed == 0)
            }
            #expect(try await self.store(Self.names, in: storage) == Self.names.map { _ in .stored })
            for table in ["timeline", "timeline_frames", "timeline_events", "timeline_kill_damage"] {
                try await cut(at: table, in: storage) { try await self.storeTimelines(Self.names, in: storage) }
                #expect(try await storage.counts()["timeline"] == 0)
            }
            #expect(try await storeTimelines(Self.names, in: storage) == Self.names.map { _ in .stored })
            let counts = try await store.counts(task)
            #expect(counts.total == 8 && counts.processed == 8 && counts.new == 8 && counts.timelinesStored == 8)
            #expect(try await storage.value("SELECT sum(requests) FROM sync_item") == "16")
            #expect(try await storage.counts()["raw_body"] == 16)
        }
    }

    /// Runs `work` until it waits for `table`, then kills its backend.
    private func cut(
        at table: String,
        in storage: Storage,
        _ work: @escaping @Sendable () async throws -> [StoredMatch.Outcome]
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await storage.pool.withTransaction { blocker in
                _ = try await blocker.query(SQL(trusted: "LOCK TABLE \(table) IN SHARE ROW EXCLUSIVE MODE"))
                group.addTask { await #expect(throws: PostgresError.self) { _ = try await work() } }
                try await untilSomebodyWaits(in: storage)
                _ = try await storage.pool.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """
                )
                try await group.waitForAll()
            }
        }
    }

    @Test func theNewestNameOfABatchStands() async throws {
        try await withStorage { storage in
            func named(_ name: String, _ player: String, at time: Int) throws -> ReadyMatch {
                var body = TestBody.match(name, at: 1_750_000_000_000 + time)
                body["info.participants.0.riotIdGameName"] = .raw("\"\(player)\"")
                body["info.participants.0.riotIdTagline"] = "TAG"
                let raw = Body(kind: .match, id: try MatchID(name), bytes: body.bytes, isGzip: false)
                return ReadyMatch(body: raw, match: try MatchDecoder.decode(raw), receivedAt: Storage.testTime)
            }
            let puuid = testPuuid(1)
            func current() async throws -> String? {
                try await storage.value("SELECT game_name FROM summoner WHERE puuid = $1", [.text(puuid)])
            }
            func write(_ matches: [ReadyMatch]) async throws {
                let batch = MatchBatch(matches: matches, keyScope: storage.keyScope)
                _ = try await storage.withRetriedTransaction { try await batch.write(on: $0) }
            }
            try await write([named("NA1_1", "Old", at: 1), named("NA1_3", "New", at: 3), named("NA1_2", "Mid", at: 2)])
            #expect(try await current() == "New")
            try await write([named("NA1_4", "Newer", at: 5), named("NA1_5", "Older", at: 0)])
            #expect(try await current() == "Newer")
            try await write([named("NA1_6", "Late", at: 4)])
            #expect(try await current() == "Newer")
        }
    }

    @Test func bytesOfAnySizeGoThroughAnArray() async throws {
        try await withStorage { storage in
            let values: [[UInt8]] = [[], [0], Array(0...255), [UInt8](repeating: 7, count: 300_000)]
            let rows = try await storage.pool.query(
                "SELECT b, t FROM unnest($1::bytea[], $2::timestamptz[]) AS u (b, t)",
                [.bytesArray(values), .timestampArray(milliseconds: [nil, 1, .min, 1_760_000_000_123])]
            )
            #expect(try rows.map { try $0.bytes("b") } == values)
            #expect(try rows[0].optionalTimestampMilliseconds("t") == nil)
            #expect(try rows[3].timestampMilliseconds("t") == 1_760_000_000_123)
            #expect(
                try await storage.value("SELECT count(*) FROM unnest($1::bytea[])", [.bytesArray([])]) == "0"
            )
        }
    }
}
