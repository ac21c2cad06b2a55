import Foundation
import Supervision

/// A Redis and a PostgreSQL that one test may stop and start, because the shared ones serve other tests.
struct PrivateServers: Sendable {
    private let redis: PrivateRedis
    private let postgres: PrivatePostgres

    /// Settings that lead a system to these servers.
    var settings: [String: String] { ["REDIS_URL": redis.url, "DATABASE_URL": postgres.url()] }

    fileprivate init(directory: String) throws {
        let environment = ProcessInfo.processInfo.environment
        redis = try PrivateRedis(directory: directory + "/redis", profile: .scratch, environment: environment)
        postgres = try PrivatePostgres(directory: directory + "/pg", profile: .scratch, environment: environment)
    }

    func startRedis() async throws { try await redis.start() }
    func stopRedis() async { await redis.stop() }
    /// Ends Redis as a crash would; what it held is there again when it starts, unless it was emptied.
    func killRedis() async { await redis.kill() }
    /// Removes what a Redis that does not run has on disk.
    func emptyRedis() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: redis.directory)
        where name.hasPrefix("appendonly") || name.hasSuffix(".rdb") {
            try FileManager.default.removeItem(atPath: redis.directory + "/" + name)
        }
    }
    func startPostgres() async throws { try await postgres.start() }
    func stopPostgres() async { await postgres.stop() }
}

/// Starts both servers in a scratch directory, runs `body` and removes everything.
func withPrivateServers(_ body: @Sendable @escaping (PrivateServers) async throws -> Void) async throws {
    let directory = try TestSystem.scratchDirectory()
    chmod(directory, 0o755)  // the user postgres must be able to pass
    let servers = try PrivateServers(directory: directory)
    do {
        try await servers.startRedis()
        try await servers.startPostgres()
        try await body(servers)
    } catch {
        await servers.stopPostgres()
        await servers.stopRedis()
        throw error
    }
    await servers.stopPostgres()
    await servers.stopRedis()
    try? FileManager.default.removeItem(atPath: directory)
}
