import Postgres
import Testing

@testable import Storage

/// What every table of a database holds, for comparing all rows.
struct TableDigests: Sendable {
    private let digests: [String: String]

    /// - Parameter ignored: columns that are left out, in whichever table they are.
    init(of storage: Storage, ignoring ignored: [String] = []) async throws {
        var digests: [String: String] = [:]
        let tables = try await storage.pool.query(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migration'
            """
        )
        for table in try tables.map({ try $0.string("relname") }) {
            let rows = try await storage.pool.query(
                SQL(
                    trusted: """
                        SELECT coalesce(string_agg(r.digest, ' ' ORDER BY r.digest), '') AS digest
                        FROM (SELECT md5((to_jsonb(t) - $1::text[])::text) AS digest FROM \(table) t) r
                        """
                ),
                [.textArray(ignored + ["stored_in"])],  // the transaction that wrote the row
                timeout: .seconds(30)
            )
            digests[table] = try #require(rows.first).string("digest")
        }
        self.digests = digests
    }

    /// Tables that hold other rows.
    func differences(from other: TableDigests) -> [String] {
        Set(digests.keys).union(other.digests.keys).filter { digests[$0] != other.digests[$0] }.sorted()
    }
}
