import Foundation
import Logging
public import Postgres

/// A database of its own for one test, on the server that the test run provides.
public struct TestDatabase: Sendable {
    /// The variable that names the server, as a libpq URI.
    public static let variable = "RIFTSYNC_TEST_DATABASE_URL"

    /// Connection string of the new database, for this or another process.
    public let url: String
    /// The same, parsed.
    public let configuration: PostgresConfiguration

    private let name: String
    private let server: PostgresConfiguration

    /// Creates an empty database with a unique name.
    public static func create() async throws -> TestDatabase {
        guard let url = ProcessInfo.processInfo.environment[variable], !url.isEmpty else {
            throw TestDatabaseMissing()
        }
        let server = try PostgresConfiguration(url: url, applicationName: "riftsync-tests")
        let name = "riftsync_test_" + UUID().uuidString.lowercased().replacing("-", with: "_")
        // template0: nobody else is ever connected to it, which CREATE DATABASE would refuse.
        try await onServer(server, "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8'")
        return TestDatabase(name: name, server: server)
    }

    private init(name: String, server: PostgresConfiguration) {
        self.name = name
        self.server = server
        self.configuration = server.rewritten(database: name)
        self.url = configuration.uri
    }

    /// Drops the database, and disconnects whoever still uses it.
    public func drop() async throws {
        try await Self.onServer(server, "DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    private static func onServer(_ server: PostgresConfiguration, _ statement: String) async throws {
        let connection = try await PostgresConnection.connect(
            configuration: server,
            timeout: .seconds(20),
            logger: Logger(label: "test-database")
        )
        do {
            try await connection.executeScript(statement, timeout: .seconds(50))
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}

/// The test run has named no server.
public struct TestDatabaseMissing: Error, CustomStringConvertible {
    /// What to do about it.
    public var description: String { "\(TestDatabase.variable) is not set: run compose/test" }
}

/// Runs `body` with the connection string of a fresh database, and drops the database afterwards.
public func withTestDatabase<R: Sendable>(_ body: (_ url: String) async throws -> R) async throws -> R {
    let database = try await TestDatabase.create()
    do {
        let result = try await body(database.url)
        try await database.drop()
        return result
    } catch {
        // Shield: a test that was cancelled drops its database too.
        await Task { try? await database.drop() }.value
        throw error
    }
}
