import Logging
import Postgres

/// Brings a database to the schema of this program.
///
/// Each step and its row in `schema_migration` are one transaction. An advisory lock lets one process migrate while the
/// others wait; they then find the work done.
struct Migrator: Sendable {
    /// The advisory lock; any number that no other part of the system uses.
    static let lockKey: Int64 = 0x7269_6674_7379_6E63
    /// How long one step may take, the wait for the lock included.
    static let timeout: Duration = .seconds(600)

    let migrations: [Migration]
    let logger: Logger

    init(migrations: [Migration] = Migration.all, logger: Logger) {
        self.migrations = migrations
        self.logger = logger
    }

    /// Applies the missing steps; nothing to do costs two statements.
    ///
    /// - Throws: `SchemaError` `.newer` or `.changed` before anything was altered; `PostgresError`.
    func migrate(_ pool: PostgresPool) async throws {
        if try await pool.withConnection({ try await missing($0) }).isEmpty { return }
        while let step = try await pool.withTransaction({ try await applyNext($0) }) {
            logger.notice("schema step \(step.number) applied", metadata: ["name": "\(step.name)"])
        }
    }

    /// Checks that all steps were applied, and none that this program does not know.
    func requireCurrent(_ pool: PostgresPool) async throws {
        guard let first = try await pool.withConnection({ try await missing($0) }).first else { return }
        throw SchemaError(
            code: .older,
            message: "The database's schema lacks step \(first.number) (\(first.name)); run riftctl migrate."
        )
    }

    private func applyNext(_ connection: PostgresConnection) async throws -> Migration? {
        _ = try await connection.query(
            "SELECT pg_advisory_xact_lock($1)",
            [.int(Self.lockKey)],
            timeout: Self.timeout
        )
        try await connection.executeScript(Self.ledgerScript, timeout: .seconds(10))
        guard let step = try await missing(connection).first else { return nil }
        try await connection.executeScript(step.script, timeout: Self.timeout)
        _ = try await connection.query(
            "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, encode(sha256($3), 'hex'))",
            [.int(Int64(step.number)), .text(step.name), .bytes(Array(step.script.utf8))]
        )
        return step
    }

    /// The steps that were not applied yet, after checking those that were.
    private func missing(_ connection: PostgresConnection) async throws -> [Migration] {
        let exists = try await connection.query("SELECT to_regclass('schema_migration') IS NOT NULL AS exists")
        guard try exists.first?.bool("exists") == true else { return migrations }
        let applied = try await connection.query(
            """
            SELECT m.number, m.name, m.checksum = encode(sha256(convert_to(w.script, 'UTF8')), 'hex') AS is_same
            FROM schema_migration m
            LEFT JOIN unnest($1::integer[], $2::text[]) AS w (number, script) USING (number)
            ORDER BY m.number
            """,
            [.intArray(migrations.map { Int64($0.number) }), .textArray(migrations.map(\.script))]
        )
        for row in applied {
            let step = "step \(try row.int("number")) (\(try row.string("name")))"
            guard let isSame = try row.optionalBool("is_same") else {
                throw SchemaError(
                    code: .newer,
                    message: "The database's schema has \(step), which this program does not know: "
                        + "a newer version migrated it. Run that version or a later one."
                )
            }
            if !isSame {
                throw SchemaError(
                    code: .changed,
                    message: "The database's schema was made with another \(step) than the one of this program; "
                        + "they come from different builds. Use the build that made it, or another database."
                )
            }
        }
        let numbers = Set(try applied.map { try $0.int("number") })
        return migrations.filter { !numbers.contains($0.number) }
    }

    private static let ledgerScript = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            number      integer PRIMARY KEY,
            name        text NOT NULL,
            checksum    text NOT NULL,
            applied_at  timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE schema_migration IS 'The steps of the schema that were applied.';
        COMMENT ON COLUMN schema_migration.checksum IS 'SHA-256 of the step''s text.';
        """
}
