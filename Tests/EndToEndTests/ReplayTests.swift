import Foundation
import Postgres
import RiotModels
import RiotSimulator
import Subprocess
import Testing

/// Recorded bodies through the whole system, compared with what an independent program reads in the same files.
///
/// The recordings are not part of the project: they lie in `RIFTSYNC_SAMPLES`, or in a folder beside the package.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReplayTests {
    static let folder: String? = {
        let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/riot/samples").path
        let candidates = [ProcessInfo.processInfo.environment["RIFTSYNC_SAMPLES"], beside].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/matches") }
    }()

    /// What `Tests/Expectations/sums.py` prints for one match and its timeline.
    private struct Sums: Decodable, Sendable {
        struct Match: Decodable, Equatable, Sendable {
            var participants, gold, kills, damage, experience: Int
        }
        struct Timeline: Decodable, Equatable, Sendable {
            var frames, participantFrames, gold, experience: Int
            var events: [String: Int]
            enum CodingKeys: String, CodingKey {
                case frames, gold, experience, events
                case participantFrames = "participant frames"
            }
        }
        struct Each<Value: Decodable & Sendable>: Decodable, Sendable { let each: [String: Value] }
        let matches: Each<Match>
        let timelines: Each<Timeline>
    }

    @Test(.enabled(if: folder != nil, "no recordings: set RIFTSYNC_SAMPLES"))
    func everyRecordedMatchAndTimelineIsStoredAsAnIndependentProgramReadsIt() async throws {
        let folder = try #require(Self.folder)
        let sums = try await Self.sums(of: folder)
        try await SimulatorHandle.run(["--replay", folder] + SimulatorHandle.wide) { riot in
            try await TestSystem.run(riot: riot) { system in
                try await Self.syncPlayersWhoCover(Set(sums.matches.each.keys), system, riot)
                let matched = sums.timelines.each.keys.filter { sums.matches.each[$0] != nil }
                #expect(try await system.count("SELECT count(*) FROM match") == sums.matches.each.count)
                #expect(try await system.count("SELECT count(*) FROM timeline") == matched.count)
                for id in sums.timelines.each.keys.sorted() where sums.matches.each[id] == nil {
                    let answer = try await system.rpc("timeline-worker", "sync_match_timeline", ["match_id": id])
                    #expect((answer["result"] as? [String: Any])?["state"] as? String == "stored", "\(id): \(answer)")
                }
                #expect(try await system.count("SELECT count(*) FROM timeline") == sums.timelines.each.count)
                #expect(try await Self.storedMatches(system) == sums.matches.each)
                #expect(try await Self.storedTimelines(system) == sums.timelines.each)
                try await Self.expectBodiesByteForByte(folder, system)
            }
        }
    }

    /// Syncs players until every recorded match has been wanted by one of them.
    private static func syncPlayersWhoCover(
        _ ids: Set<String>,
        _ system: TestSystem,
        _ riot: SimulatorHandle
    ) async throws {
        let players = try JSONDecoder().decode([PlayerSummary].self, from: try await riot.get("/_sim/players").body)
        var missing = ids
        for player in players where !player.riotID.isEmpty {
            for year in player.years.keys.sorted() {
                let held = try await riot.expectation(
                    of: player.riotID,
                    year: Int(year) ?? 0,
                    platform: player.platform.rawValue
                )
                guard !missing.isDisjoint(with: held.matchIDs) else { continue }
                let id = try await system.startSync(
                    player.gameName,
                    player.tagLine,
                    platform: player.platform.rawValue,
                    year: Int(year) ?? 0
                )
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS", "\(player.riotID) \(year): \(end.text)")
                #expect(end.int("total_matches") == held.matchIDs.count, "\(player.riotID) \(year): \(end.text)")
                missing.subtract(held.matchIDs)
            }
            if missing.isEmpty { return }
        }
        #expect(missing.isEmpty, "no player leads to \(missing.sorted())")
    }

    private static func sums(of folder: String) async throws -> Sums {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Expectations/sums.py").path
        let result = try await Subprocess.run(
            .name("python3"),
            arguments: [script, folder],
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 16)
        )
        try #require(result.terminationStatus.isSuccess, "\(script): \(result.standardError)")
        return try JSONDecoder().decode(Sums.self, from: Data(result.standardOutput.utf8))
    }

    private static func storedMatches(_ system: TestSystem) async throws -> [String: Sums.Match] {
        let rows = try await system.pool.query(
            """
            SELECT k.riot_id, count(p.match_id) AS participants, coalesce(sum(gold_earned), 0) AS gold,
                coalesce(sum(kills), 0) AS kills, coalesce(sum(total_damage_dealt_to_champions), 0) AS damage,
                coalesce(sum(champ_experience), 0) AS experience
            FROM match m JOIN match_key k ON k.id = m.id LEFT JOIN match_participant p ON p.match_id = m.id
            GROUP BY k.riot_id
            """
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (
                    try row.string("riot_id"),
                    Sums.Match(
                        participants: try row.int("participants"),
                        gold: try row.int("gold"),
                        kills: try row.int("kills"),
                        damage: try row.int("damage"),
                        experience: try row.int("experience")
                    )
                )
            }
        )
    }

    private static func storedTimelines(_ system: TestSystem) async throws -> [String: Sums.Timeline] {
        let frames = try await system.pool.query(
            """
            SELECT k.riot_id, t.frame_count AS frames, count(f.match_id) AS rows,
                coalesce(sum(f.total_gold) FILTER (WHERE f.frame = t.frame_count - 1), 0) AS gold,
                coalesce(sum(f.xp) FILTER (WHERE f.frame = t.frame_count - 1), 0) AS experience
            FROM timeline t JOIN match_key k ON k.id = t.match_id
                LEFT JOIN participant_frame f ON f.match_id = t.match_id
            GROUP BY k.riot_id, t.frame_count
            """,
            timeout: .seconds(60)
        )
        var result: [String: Sums.Timeline] = [:]
        for row in frames {
            result[try row.string("riot_id")] = Sums.Timeline(
                frames: try row.int("frames"),
                participantFrames: try row.int("rows"),
                gold: try row.int("gold"),
                experience: try row.int("experience"),
                events: [:]
            )
        }
        let events = try await system.pool.query(
            """
            SELECT k.riot_id, e.type, count(*) AS n FROM event e JOIN match_key k ON k.id = e.match_id
            GROUP BY k.riot_id, e.type
            """,
            timeout: .seconds(60)
        )
        for row in events {
            result[try row.string("riot_id")]?.events[try row.string("type")] = try row.int("n")
        }
        return result
    }

    private static func expectBodiesByteForByte(_ folder: String, _ system: TestSystem) async throws {
        let rows = try await system.pool.query(
            "SELECT k.riot_id, r.kind, r.bytes FROM raw_body r JOIN match_key k ON k.id = r.match_id",
            timeout: .seconds(60)
        )
        #expect(rows.count == 45 + 33)
        for row in rows {
            let id = try row.string("riot_id")
            let kind = try row.string("kind") == "match" ? "matches" : "timelines"
            let file = try Data(contentsOf: URL(filePath: "\(folder)/\(kind)/\(id).json.gz"))
            #expect(try row.bytes("bytes") == Array(file), "\(kind)/\(id)")
        }
    }
}
