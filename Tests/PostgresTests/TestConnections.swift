import Logging
import Postgres
import TestSupport

/// Logs of the tests: only what should not happen.
let testLogger: Logger = {
    var logger = Logger(label: "postgres-tests")
    logger.logLevel = .critical
    return logger
}()

/// Lends one connection to a fresh database.
func withTestConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    try await withTestDatabase { url in
        let connection = try await PostgresConnection.connect(
            configuration: PostgresConfiguration(url: url, applicationName: "connection-under-test"),
            logger: testLogger
        )
        let result = try await body(connection)
        await connection.close()
        return result
    }
}

/// Lends a pool on a fresh database.
func withTestPool<R: Sendable>(
    connections: Int = 4,
    _ body: (PostgresPool) async throws -> R
) async throws -> R {
    try await withTestDatabase { url in
        let pool = PostgresPool(
            configuration: try PostgresConfiguration(url: url, applicationName: "pool-under-test"),
            maximumConnections: connections,
            logger: testLogger
        )
        let result = try await body(pool)
        await pool.close()
        return result
    }
}

/// The error that `body` throws, if it throws one of ours.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

extension PostgresConnection {
    /// The number of the server's process.
    func backend() async throws -> Int64 {
        try await query("SELECT pg_backend_pid() AS pid")[0].int64("pid")
    }

    /// Whether the session works.
    func answers() async throws -> Bool {
        try await query("SELECT 1 AS one")[0].int("one") == 1
    }
}

extension PostgresPool {
    /// Whether a connection of the pool works.
    func answers() async throws -> Bool { try await withConnection { try await $0.answers() } }

    /// How many sessions of this database other than the asking one run a statement that matches `pattern`.
    func activeStatements(like pattern: String) async throws -> Int {
        try await query(
            """
            SELECT count(*) AS n FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()
            """,
            [.text(pattern)]
        )[0].int("n")
    }
}
