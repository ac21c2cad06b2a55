import Foundation
import Glibc
import Logging
public import Postgres
public import Supervision

/// A PostgreSQL primary and its streaming standby, both of one test; nothing that was acknowledged is on one alone.
public struct ReplicatedPostgres: Sendable {
    /// The primary at the start.
    public let primary: PrivatePostgres
    /// The standby at the start.
    public let standby: PrivatePostgres

    fileprivate init(directory: String) throws {
        let environment = ProcessInfo.processInfo.environment
        primary = try PrivatePostgres(directory: directory + "/a", profile: .scratch, environment: environment)
        standby = try PrivatePostgres(directory: directory + "/b", profile: .scratch, environment: environment)
    }

    /// An address with both as hosts, the standby first, so that the order alone leads to the wrong one.
    public func url(database: String = "postgres") -> String {
        "postgresql://\(PrivatePostgres.role)@/\(database)?host=\(standby.directory),\(primary.directory)"
            + "&target_session_attrs=read-write"
    }

    /// Makes the standby the primary.
    public func promote() async throws { try await Self.run("SELECT pg_promote()", on: standby) }

    /// Runs a statement on one of the servers.
    public static func run(_ sql: SQL, on server: PrivatePostgres) async throws {
        let connection = try await PostgresConnection.connect(
            configuration: PostgresConfiguration(url: server.url(), applicationName: "test-replication"),
            logger: Logger(label: "test-replication")
        )
        do {
            _ = try await connection.query(sql, timeout: .seconds(30))
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    fileprivate func start() async throws {
        try await primary.start()
        let data = standby.directory + "/data"
        let account = try ServiceAccount.forPostgres()
        try FileManager.default.createDirectory(atPath: standby.directory, withIntermediateDirectories: true)
        if let account {
            try FileManager.default.setAttributes(
                [.ownerAccountID: Int(account.userID), .groupOwnerAccountID: Int(account.groupID)],
                ofItemAtPath: standby.directory
            )
        }
        chmod(standby.directory, 0o700)
        let backup = [
            "pg_basebackup", "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d",
            "host=\(primary.directory) user=\(PrivatePostgres.role)",
        ]
        let identity = account.map {
            ["setpriv", "--reuid", "\($0.userID)", "--regid", "\($0.groupID)", "--clear-groups"]
        }
        try Self.run((identity ?? []) + backup)
        try standbyMustBePlain(data)
        try await standby.prepare()
        try await standby.process.start()
        try await Self.run("ALTER SYSTEM SET synchronous_standby_names = '*'", on: primary)
        try await Self.run("SELECT pg_reload_conf()", on: primary)
        let configuration = try PostgresConfiguration(url: primary.url(), applicationName: "test-replication")
        let pool = PostgresPool(configuration: configuration, logger: Logger(label: "test-replication"))
        let isSynchronous = await Arrival.comes {
            try await pool.query("SELECT 1 AS one FROM pg_stat_replication WHERE sync_state = 'sync'").count == 1
        }
        await pool.close()
        guard isSynchronous else {
            throw ScratchServerFailed(what: "the standby does not follow: \(standby.process.lastLogLines())")
        }
    }

    /// What is not a standby would be a second primary.
    private func standbyMustBePlain(_ data: String) throws {
        guard FileManager.default.fileExists(atPath: data + "/standby.signal") else {
            throw ScratchServerFailed(what: "pg_basebackup made no standby")
        }
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = URL(filePath: "/")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ScratchServerFailed(what: "\(command.joined(separator: " ")) failed")
        }
    }

    fileprivate func stop() async {
        await standby.kill()
        await primary.kill()
    }
}

/// Starts a primary and a standby that follows it synchronously, runs `body` and removes both.
public func withReplicatedPostgres(_ body: (ReplicatedPostgres) async throws -> Void) async throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(parent)/rs-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ScratchServerFailed(what: "mkdtemp failed: \(errno)") }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(directory, 0o755)  // the user postgres must be able to pass
    let servers = try ReplicatedPostgres(directory: directory)
    let result: Result<Void, any Error>
    do {
        try await servers.start()
        result = .success(try await body(servers))
    } catch {
        result = .failure(error)
    }
    // Shield: a test that was cancelled ends its servers too.
    await Task { await servers.stop() }.value
    try? FileManager.default.removeItem(atPath: directory)
    try result.get()
}
