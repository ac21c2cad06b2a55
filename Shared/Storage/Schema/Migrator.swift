import Logging
import Postgres

/// Brings a database to the schema of this program.
///
/// Each step and its row in `schema_migration` are one transaction, so that a step is there whole or not at all, whoever
/// is killed. An advisory lock lets one process migrate while the others wait; they then find the work done.
struct Migrator: Sendable {
    static let lockKey = AdvisoryLock.migration.rawValue
    /// Pause after a step that did not get the lock on a table.
    static let lockPause: Duration = .milliseconds(200)

    let migrations: [Migration]
    let logger: Logger
    /// How long all steps may take, the wait for another process that migrates included.
    var timeout: Duration = .seconds(600)
    /// How long a step waits for a table that somebody uses: everybody who wants the table waits behind it.
    var lockPatience: Duration = .seconds(5)

    init(migrations: [Migration] = Migration.all, logger: Logger) {
        self.migrations = migrations
        self.logger = logger
    }

    /// Applies the missing steps; nothing to do costs two statements.
    ///
    /// - Throws: `SchemaError` `.newer` or `.changed` before anything was altered, `.busy` when another process migrates
    ///   for too long; `PostgresError`, with all steps before the one that failed applied, and nothing of that one.
    func migrate(_ pool: PostgresPool) async throws {
        let deadline = ContinuousClock.now + timeout
        let found = try await pool.withConnection { try await usable($0) }
        if let newest = found.newest {
            logger.notice(
                "the schema is newer than this program, and works with it",
                metadata: ["step": "\(newest.number)", "name": "\(newest.name)"]
            )
        }
        if found.problem == nil { return }
        // In a transaction of its own: readers of the list must not wait for the steps.
        try await pool.withTransaction { connection in
            try await lock(connection, until: deadline)
            try await connection.executeScript(Self.ledgerScript, timeout: .seconds(10))
        }
        for _ in migrations {
            guard try await applyNext(pool, until: deadline) else { return }
        }
    }

    /// Checks that all steps were applied, and none that this program cannot work with.
    func requireCurrent(_ pool: PostgresPool) async throws {
        if let problem = try await report(pool).problem { throw problem }
    }

    /// All steps that the database has or this program knows.
    func report(_ pool: PostgresPool) async throws -> SchemaReport {
        try await pool.withConnection { try await found($0) }
    }

    // MARK: One step

    /// Applies the first missing step; false when there is none.
    private func applyNext(_ pool: PostgresPool, until deadline: ContinuousClock.Instant) async throws -> Bool {
        while true {
            do {
                let step = try await pool.withTransaction { try await applyFirstMissing($0, until: deadline) }
                guard let applied = step else { return false }
                logger.notice("schema step \(applied.number) applied", metadata: ["name": "\(applied.name)"])
                return true
            } catch let error as PostgresError where error.sqlState == Self.lockNotAvailable && .now < deadline {
                logger.notice("a schema step waits for a table that is in use", metadata: ["error": "\(error)"])
                try await Task.sleep(for: Self.lockPause)
            }
        }
    }

    private func applyFirstMissing(
        _ connection: PostgresConnection,
        until deadline: ContinuousClock.Instant
    ) async throws -> Migration? {
        try await lock(connection, until: deadline)
        let pending = try await usable(connection).steps.first { $0.state == .pending }?.number
        guard let step = migrations.first(where: { $0.number == pending }) else { return nil }
        do {
            try await connection.executeScript(
                "SET LOCAL lock_timeout = \(lockPatience.wholeMilliseconds);\n" + step.script,
                timeout: deadline - .now
            )
        } catch {
            if error.sqlState != Self.lockNotAvailable {
                logger.error(
                    "schema step \(step.number) failed, and nothing of it stands",
                    metadata: ["name": "\(step.name)", "error": "\(error)"]
                )
            }
            throw error
        }
        _ = try await connection.query(
            """
            INSERT INTO schema_migration (number, name, checksum, oldest_program)
            VALUES ($1, $2, encode(sha256($3), 'hex'), $4)
            """,
            [
                .int(Int64(step.number)), .text(step.name), .bytes(Array(step.script.utf8)),
                .int(Int64(step.oldestProgram)),
            ]
        )
        return step
    }

    private func lock(_ connection: PostgresConnection, until deadline: ContinuousClock.Instant) async throws {
        let rows = try await connection.query("SELECT pg_try_advisory_xact_lock($1) AS held", [.int(Self.lockKey)])
        if try rows.first?.bool("held") == true { return }
        logger.notice("another process migrates the schema; waiting for it")
        do {
            _ = try await connection.query(
                "SELECT pg_advisory_xact_lock($1)",
                [.int(Self.lockKey)],
                timeout: deadline - .now
            )
        } catch {
            // Not `catch where`: with a typed error the compiler of Swift 6.3.1 crashes on it.
            guard error.code == .timedOut else { throw error }
            throw SchemaError(
                code: .busy,
                message:
                    "Another process has been migrating the database's schema for \(timeout.components.seconds) s. "
                    + "Wait for it, or see in pg_stat_activity what it waits for."
            )
        }
    }

    // MARK: What is there

    /// The steps, if this program may use or complete them.
    private func usable(_ connection: PostgresConnection) async throws -> SchemaReport {
        let report = try await found(connection)
        if let refusal = report.refusal { throw refusal }
        return report
    }

    private func found(_ connection: PostgresConnection) async throws -> SchemaReport {
        let exists = try await connection.query("SELECT to_regclass('schema_migration') IS NOT NULL AS exists")
        let isThere = try exists.first?.bool("exists") == true
        let rows = isThere ? try await connection.query(Self.appliedQuery, scripts) : nil
        var applied: [SchemaStep] = []
        if let rows { for row in rows { applied.append(try step(row)) } }
        let numbers = Set(applied.map(\.number))
        let pending = migrations.filter { !numbers.contains($0.number) }.map {
            SchemaStep(number: $0.number, name: $0.name, state: .pending, appliedAt: nil)
        }
        return SchemaReport(steps: (applied + pending).sorted { $0.number < $1.number })
    }

    private func step(_ row: PostgresRow) throws(PostgresError) -> SchemaStep {
        let number = try row.int("number")
        let known = migrations.last?.number ?? 0
        let oldest = try row.optionalInt("oldest_program") ?? number
        let state: SchemaStep.State =
            switch try row.optionalBool("is_same") {
            case true?: .applied
            case false?: .changed
            case nil: number > known && oldest <= known ? .newer : .foreign
            }
        return SchemaStep(
            number: number,
            name: try row.string("name"),
            state: state,
            appliedAt: try row.timestampMilliseconds("applied_at")
        )
    }

    private var scripts: [PostgresParameter] {
        [.intArray(migrations.map { Int64($0.number) }), .textArray(migrations.map(\.script))]
    }

    private static let lockNotAvailable = "55P03"

    /// Reads a list that was begun before `oldest_program` was in it, too.
    private static let appliedQuery: SQL = """
        SELECT m.number, m.name, m.applied_at, m.checksum = encode(sha256(convert_to(w.script, 'UTF8')), 'hex') AS is_same,
            (to_jsonb(m) ->> 'oldest_program')::integer AS oldest_program
        FROM schema_migration m
        LEFT JOIN unnest($1::integer[], $2::text[]) AS w (number, script) USING (number)
        """

    private static let ledgerScript = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            number      integer PRIMARY KEY,
            name        text NOT NULL,
            checksum    text NOT NULL,
            applied_at  timestamptz NOT NULL DEFAULT now()
        );
        ALTER TABLE schema_migration ADD COLUMN IF NOT EXISTS oldest_program integer;
        COMMENT ON TABLE schema_migration IS 'The steps of the schema that were applied.';
        COMMENT ON COLUMN schema_migration.checksum IS 'SHA-256 of the step''s text.';
        COMMENT ON COLUMN schema_migration.oldest_program IS
            'The newest step that a program must know at least to use the schema with this step; null: this step.';
        """
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
