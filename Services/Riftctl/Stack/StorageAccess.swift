import Logging
import Postgres
import ServiceRuntime
import Storage
import Supervision

/// The database, for commands that work on it without a service: DATABASE_URL, else the private one of the stack here.
struct StorageAccess: Sendable {
    private let databaseURL: String?
    private let keyScope: String

    init(_ settings: Settings) throws {
        keyScope = settings.riotKeyScope
        if settings.hasDatabase {
            databaseURL = settings.databaseURL?.reveal()
            return
        }
        guard let state = try StackState.read(from: settings.runtimeDirectory), let url = state.databaseURL else {
            throw CommandFailure(
                .configuration,
                "Which database? Set DATABASE_URL, or start the private one with compose/up."
            )
        }
        databaseURL = url
    }

    /// Runs `body` on a database that has this program's schema.
    ///
    /// - Throws: `CommandFailure`: 69 when PostgreSQL does not answer, 78 for another schema.
    func run<R: Sendable>(_ body: (Storage) async throws -> R) async throws -> R {
        let logger = ConsoleLogHandler.logger()
        let configuration: PostgresConfiguration
        do {
            configuration = try PostgresConfiguration(url: databaseURL, applicationName: "riftsync/riftctl")
        } catch {
            throw CommandFailure(.configuration, "DATABASE_URL: \(error)")
        }
        let pool = PostgresPool(configuration: configuration, maximumConnections: 2, logger: logger)
        let result: Result<R, any Error>
        do {
            let storage = Storage(pool: pool, keyScope: keyScope, logger: logger)
            try await storage.requireCurrentSchema()
            result = .success(try await body(storage))
        } catch {
            result = .failure(error)
        }
        await pool.close()
        do {
            return try result.get()
        } catch let error as PostgresError {
            throw CommandFailure(error.isConnectionFailure ? .unavailable : .internal, "PostgreSQL: \(error)")
        } catch let error as SchemaError {
            throw CommandFailure(.configuration, error.message)
        }
    }
}
