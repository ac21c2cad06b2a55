import Logging
import Postgres
import ServiceRuntime
import Storage
import Supervision

/// The database that a command works on, without a service between.
struct DatabaseAccess: Sendable {
    let databaseURL: String?
    let keyScope: String

    init(databaseURL: String?, keyScope: String) {
        self.databaseURL = databaseURL
        self.keyScope = keyScope
    }

    /// `DATABASE_URL`, else the private database of the stack that runs here.
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

    /// Lends a storage whose schema is this program's, or a newer one that works with it.
    ///
    /// - Throws: `CommandFailure`; what `body` throws and is no `PostgresError`.
    func withCurrentStorage<R: Sendable>(_ body: (Storage) async throws -> R) async throws -> R {
        try await withStorage { storage in
            try await storage.requireCurrentSchema()
            return try await body(storage)
        }
    }

    /// Lends a storage, whatever schema the database has.
    func withStorage<R: Sendable>(_ body: (Storage) async throws -> R) async throws -> R {
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
            let result = try await body(storage)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as PostgresError:
            CommandFailure(error.isConnectionFailure ? .unavailable : .internal, "PostgreSQL: \(error)")
        case let error as SchemaError:
            CommandFailure(error.code == .busy ? .tryAgain : .configuration, "\(error)")
        default: error
        }
    }
}
