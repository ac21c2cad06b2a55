import Postgres
import ServiceRuntime
import Storage
import Supervision

/// The database that questions are asked of: `DATABASE_URL`, else the private one of the stack that runs here.
struct QueryDatabase: Sendable {
    private let configuration: PostgresConfiguration
    private let keyScope: String

    init(_ settings: Settings) throws {
        var url = settings.databaseURL?.reveal()
        if !settings.hasDatabase {
            url = try StackState.read(from: settings.runtimeDirectory)?.databaseURL
            if url == nil {
                throw CommandFailure(
                    .configuration,
                    "Which database? Set DATABASE_URL, or start the private one with compose/up."
                )
            }
        }
        do {
            configuration = try PostgresConfiguration(url: url, applicationName: "riftsync/riftctl")
        } catch {
            throw CommandFailure(.configuration, "DATABASE_URL: \(error)")
        }
        keyScope = settings.riotKeyScope
    }

    init(_ configuration: PostgresConfiguration, keyScope: String) {
        self.configuration = configuration
        self.keyScope = keyScope
    }

    /// Runs `body` on one connection, after making sure that the schema is this program's.
    func withStorage<R: Sendable>(_ body: (Storage) async throws -> R) async throws -> R {
        let logger = ConsoleLogHandler.logger()
        let pool = PostgresPool(configuration: configuration, maximumConnections: 1, logger: logger)
        do {
            let storage = Storage(pool: pool, keyScope: keyScope, logger: logger)
            try await storage.requireCurrentSchema()
            let result = try await body(storage)
            await pool.close()
            return result
        } catch {
            await pool.close()
            switch error {
            case let error as PostgresError where error.code == .timedOut:
                throw CommandFailure(.tryAgain, "PostgreSQL: \(error); ask for a year, a platform or fewer queues.")
            case let error as PostgresError:
                throw CommandFailure(error.isConnectionFailure ? .unavailable : .internal, "PostgreSQL: \(error)")
            case let error as SchemaError: throw CommandFailure(.configuration, error.description)
            default: throw error
            }
        }
    }
}
