import Postgres

extension Storage {
    /// Brings the database to this program's schema; several processes may do so at once.
    ///
    /// - Throws: `SchemaError` for a newer schema that does not work with this program, for one of another build, and when
    ///   another process migrates for ten minutes; `PostgresError`.
    public func migrate() async throws {
        try await Migrator(logger: logger).migrate(pool)
    }

    /// Refuses a database whose schema lacks a step or has one that does not work with this program; alters nothing.
    public func requireCurrentSchema() async throws {
        try await Migrator(logger: logger).requireCurrent(pool)
    }

    /// The steps of the schema that the database has or this program knows.
    public func schemaReport() async throws -> SchemaReport {
        try await Migrator(logger: logger).report(pool)
    }

    /// Marks the database with where its data comes from, or checks the mark that is there.
    ///
    /// - Throws: `DataOriginMismatch` when the database holds data of another origin; `PostgresError`.
    public func stampOrigin(_ origin: String) async throws {
        _ = try await pool.query(
            "INSERT INTO data_origin (origin) VALUES ($1) ON CONFLICT DO NOTHING",
            [.text(origin)]
        )
        guard let present = try await dataOrigin() else { return }
        if present != origin { throw DataOriginMismatch(present: present, wanted: origin) }
    }

    /// Where the database's data comes from; nil when it was never stamped.
    public func dataOrigin() async throws -> String? {
        try await pool.query("SELECT origin FROM data_origin").first?.string("origin")
    }
}
