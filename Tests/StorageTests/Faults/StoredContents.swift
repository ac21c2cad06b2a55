import Postgres

@testable import Storage

/// What the tables hold for each match, apart from surrogate keys and the times of writing.
struct StoredContents: Equatable {
    /// For each table, how many matches have which rows, as a hash of them.
    let matchesByRows: [String: [String: Int]]

    /// Whether every table holds the same rows for each of `count` matches.
    func isWhole(_ count: Int) -> Bool { matchesByRows.values.allSatisfy { $0.count == 1 && $0.first?.value == count } }

    /// Tables that hold nothing for some match, or different rows for different ones.
    func gaps(_ count: Int) -> [String] {
        matchesByRows.filter { $0.value.count != 1 || $0.value.first?.value != count }.map { "\($0.key): \($0.value)" }
    }
}

extension Storage {
    /// Reads the contents of a database whose matches were all made from one body, each under its own id.
    ///
    /// The body's own bytes differ by the id, so of `raw_body` the length and the hash's truth are taken.
    func contents() async throws -> StoredContents {
        var tables: [String: [String: Int]] = [:]
        for (table, key) in Self.keyColumns {
            let rows = try await pool.query(
                SQL(
                    trusted: """
                        SELECT hash, count(*) AS n FROM (
                            SELECT md5(string_agg(t.line, '|' ORDER BY t.line)) AS hash
                            FROM (
                                SELECT r.\(key) AS match,
                                    (to_jsonb(r) - '{\(key),summoner_id,summoner_ids,participant_summoner_ids}'::text[]
                                        - '{received_at,bytes,sha256,stored_in}'::text[])::text
                                        \(table == "raw_body" ? "|| length(r.bytes) || (sha256(r.bytes) = r.sha256)" : "")
                                        AS line
                                FROM \(table) r
                            ) t GROUP BY t.match
                        ) g GROUP BY hash
                        """
                )
            )
            tables[table] = try Dictionary(
                uniqueKeysWithValues: rows.map { (try $0.string("hash"), try $0.int("n")) }
            )
        }
        return StoredContents(matchesByRows: tables)
    }

    /// Matches or timelines of which some rows are there and others not.
    func halves() async throws -> [String] {
        var found: [String] = []
        for (first, rest) in [
            ("match", ["match_participant", "match_team", "match_detail"]),
            ("timeline", ["timeline_frames", "timeline_events", "timeline_kill_damage"]),
        ] {
            let key = first == "match" ? "id" : "match_id"
            for table in rest {
                let rows = try await pool.query(
                    SQL(
                        trusted: """
                            SELECT coalesce(f.\(key), r.match_id) AS id FROM \(first) f
                            FULL JOIN (SELECT DISTINCT match_id FROM \(table)) r ON r.match_id = f.\(key)
                            WHERE f.\(key) IS NULL OR r.match_id IS NULL
                            """
                    )
                )
                found += try rows.map { "\(first) \(try $0.int("id")) and \(table)" }
            }
            let rows = try await pool.query(
                SQL(
                    trusted: """
                        SELECT coalesce(f.\(key), r.match_id) AS id FROM \(first) f
                        FULL JOIN (SELECT match_id FROM raw_body WHERE kind = '\(first)') r ON r.match_id = f.\(key)
                        WHERE f.\(key) IS NULL OR r.match_id IS NULL
                        """
                )
            )
            found += try rows.map { "\(first) \(try $0.int("id")) and raw_body" }
        }
        return found
    }

    private static let keyColumns = [
        "match": "id", "match_participant": "match_id", "match_team": "match_id", "match_detail": "match_id",
        "timeline": "match_id", "timeline_frames": "match_id", "timeline_events": "match_id",
        "timeline_kill_damage": "match_id", "raw_body": "match_id",
    ]
}

/// Stores a match and its timeline, both of one shape, so that all matches of a test have equal contents.
func storeBoth(_ number: Int, in storage: Storage) async throws {
    let id = FaultBodies.id(number)
    _ = try await storage.storeMatch(FaultBodies.match(number), as: id)
    _ = try await storage.storeTimeline(FaultBodies.timeline(number), as: id)
}

/// Bodies of the same length and contents under different ids.
enum FaultBodies {
    static func id(_ number: Int) -> String { "NA1_\(6_000_000_000 + number)" }
    static func match(_ number: Int) -> TestBody { .match(id(number)) }
    static func timeline(_ number: Int) -> TestBody { .timeline(id(number), frames: 12) }
}

/// Tries until it works, as the queue does: what fails is a retryable error, and the deadline is far.
func untilItWorks(_ what: String, _ body: () async throws -> Void) async throws {
    let deadline = ContinuousClock.now + .seconds(90)
    while true {
        do {
            return try await body()
        } catch let error as PostgresError where error.isRetryable && .now < deadline {
            await Task.yield()
        }
    }
}
