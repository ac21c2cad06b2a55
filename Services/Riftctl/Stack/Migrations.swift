import Logging
import Postgres
import ServiceRuntime
import Storage

/// The schema of a database, seen from the command line.
struct Migrations: Sendable {
    let databaseURL: String?
    let keyScope: String

    /// Brings the database to this program's schema.
    func apply() async throws {
        try await withStorage { try await $0.migrate() }
    }

    /// Throws when the database has another schema than this program's.
    func check() async throws {
        try await withStorage { try await $0.requireCurrentSchema() }
    }

    private func withStorage(_ body: (Storage) async throws -> Void) async throws {
        let logger = ConsoleLogHandler.logger()
        let configuration: PostgresConfiguration
        do {
            configuration = try PostgresConfiguration(url: databaseURL, applicationName: "riftsync/riftctl")
        } catch {
            throw CommandFailure(.configuration, "DATABASE_URL: \(error)")
        }
        let pool = PostgresPool(configuration: configuration, maximumConnections: 2, logger: logger)
        let storage = Storage(pool: pool, keyScope: keyScope, logger: logger)
        do {
            try await body(storage)
            await pool.close()
        } catch {
            await pool.close()
            if let error = error as? PostgresError {
                throw CommandFailure(error.isConnectionFailure ? .unavailable : .internal, "PostgreSQL: \(error)")
            }
            throw CommandFailure(.configuration, "\(error)")
        }
    }
}
