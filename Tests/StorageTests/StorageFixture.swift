import Logging
import Postgres
import RiotModels
import Testing
import TestSupport

@testable import Storage

/// A storage on a migrated database of its own.
func withStorage(
    connections: Int = 4,
    keyScope: String = "default",
    logger: Logger = Logger(label: "storage-tests"),
    _ body: @escaping (Storage) async throws -> Void
) async throws {
    try await withTestDatabase { url in
        let pool = PostgresPool(
            configuration: try PostgresConfiguration(url: url, applicationName: "storage-tests"),
            maximumConnections: connections,
            logger: logger
        )
        let storage = Storage(pool: pool, keyScope: keyScope, logger: logger)
        do {
            try await storage.migrate()
            try await body(storage)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }
}

extension Storage {
    static let testTime: Int64 = 1_760_000_000_123

    @discardableResult
    func storeMatch(_ body: TestBody, as id: String = MatchDecoderTests.id) async throws -> StoredMatch {
        try await storeMatch(try MatchID(id), body: body.bytes, isGzip: false, receivedAt: Self.testTime)
    }

    @discardableResult
    func storeTimeline(_ body: TestBody, as id: String = MatchDecoderTests.id) async throws -> StoredTimeline {
        try await storeTimeline(try MatchID(id), body: body.bytes, isGzip: false, receivedAt: Self.testTime)
    }

    /// The only value of a query with one row, as text.
    func value(_ sql: SQL, _ parameters: [PostgresParameter] = []) async throws -> String? {
        let rows = try await pool.query(sql, parameters)
        let column = try #require(rows.columns.first)
        return try #require(rows.first).optionalString(column)
    }

    /// Rows of the tables that a match and a timeline make.
    func counts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in Self.dataTables {
            let rows = try await pool.query(SQL(trusted: "SELECT count(*) AS n FROM \(table)"))
            counts[table] = try #require(rows.first).int("n")
        }
        return counts
    }

    static let dataTables = [
        "match_key", "match", "match_team", "match_participant", "match_detail", "timeline", "timeline_frames",
        "timeline_events", "timeline_kill_damage", "raw_body", "rejected_body", "summoner",
    ]
}
