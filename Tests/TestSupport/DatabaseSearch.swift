import Compression
public import Postgres

/// Looks for texts in every column of every table of a database, bodies inflated.
public struct DatabaseSearch: Sendable {
    private let pool: PostgresPool

    /// Looks at the database of `pool`.
    public init(pool: PostgresPool) { self.pool = pool }

    /// `table.column` of every place that holds one of the texts.
    public func places(of needles: [String]) async throws -> [String] {
        var places: [String] = []
        let columns = try await pool.query(
            """
            SELECT format('%I', c.relname) AS owner, format('%I', a.attname) AS name, a.atttypid = 'bytea'::regtype AS is_bytes
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
                AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY 1, 2
            """
        )
        for column in columns {
            let (table, name) = (try column.string("owner"), try column.string("name"))
            let holds =
                try column.bool("is_bytes")
                ? try await bytes(of: table, name, hold: needles) : try await texts(of: table, name, hold: needles)
            if holds { places.append("\(table).\(name)") }
        }
        return places
    }

    private func texts(of table: String, _ column: String, hold needles: [String]) async throws -> Bool {
        let rows = try await pool.query(
            SQL(
                trusted: """
                    SELECT EXISTS (
                        SELECT 1 FROM \(table) t, unnest($1::text[]) AS n WHERE strpos(t.\(column)::text, n) > 0) AS holds
                    """
            ),
            [.textArray(needles)],
            timeout: .seconds(60)
        )
        return try rows.first?.bool("holds") ?? false
    }

    private func bytes(of table: String, _ column: String, hold needles: [String]) async throws -> Bool {
        let rows = try await pool.query(SQL(trusted: "SELECT \(column) AS bytes FROM \(table)"), timeout: .seconds(60))
        for row in rows {
            guard let bytes = try row.optionalBytes("bytes") else { continue }
            let text = Gzip.isGzip(bytes) ? (try? Gzip.inflate(bytes, limit: 64 << 20)) ?? bytes : bytes
            if needles.contains(where: { text.contains($0.utf8) }) { return true }
        }
        return false
    }
}
