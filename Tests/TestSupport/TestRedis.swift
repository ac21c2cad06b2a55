import Foundation
public import Logging
public import Redis

/// A corner of its own for one test on the Redis server that the test run provides: a prefix that nobody else uses.
public struct TestRedis: Sendable {
    /// The variable that names the server, as an address of ``RedisAddress``.
    public static let variable = "RIFTSYNC_TEST_REDIS_URL"
    /// In one step, like `FLUSHALL`: nobody sees a part of the keys gone, or writes one that is removed after that.
    private static let removal: RedisArgument = """
        local cursor = '0'
        repeat
          local page = redis.call('SCAN', cursor, 'MATCH', ARGV[1], 'COUNT', 1000)
          cursor = page[1]
          for _, key in ipairs(page[2]) do redis.call('UNLINK', key) end
        until cursor == '0'
        """

    /// The address as it was given, for this or another process.
    public let url: String
    /// The same, parsed.
    public let address: RedisAddress
    /// What every key of the test begins with.
    public let prefix: String
    /// Where clients of the test log; silent below `error`.
    public let logger: Logger

    /// Finds the server; nothing is sent yet.
    public init() throws {
        guard let url = ProcessInfo.processInfo.environment[Self.variable], !url.isEmpty else {
            throw TestRedisMissing()
        }
        try self.init(url: url)
    }

    /// A corner on a server of the test's own.
    public init(url: String) throws {
        Self.ignoreBrokenPipes()
        var logger = Logger(label: "test-redis")
        logger.logLevel = .error
        self.url = url
        self.address = try RedisAddress(parsing: url)
        self.prefix = "riftsync-test:\(UUID().uuidString.lowercased()):"
        self.logger = logger
    }

    /// A client for this server; the test closes it.
    public func client(_ name: String = "test") -> RedisClient {
        RedisClient(address: address, name: name, logger: logger)
    }

    /// A bell for this server; the test closes it.
    public func bell(_ name: String = "test-bell") -> RedisBell {
        RedisBell(address: address, name: name, logger: logger)
    }

    /// Removes every key that begins with the prefix, as if the server had been emptied for this test alone.
    public func removeKeys() async throws {
        let client = client("test-cleanup")
        do {
            _ = try await client.send(["EVAL", Self.removal, "0", RedisArgument("\(prefix)*")])
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// A server that goes away in a test must not end the test's process: hiredis writes without `MSG_NOSIGNAL`.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}

/// The test run has named no server.
public struct TestRedisMissing: Error, CustomStringConvertible {
    /// What to do about it.
    public var description: String { "\(TestRedis.variable) is not set: run compose/test" }
}

/// Runs `body` with a corner of its own and a client, and removes the corner's keys afterwards.
public func withTestRedis<R: Sendable>(
    _ body: (_ redis: TestRedis, _ client: RedisClient) async throws -> R
) async throws -> R {
    let redis = try TestRedis()
    let client = redis.client()
    let result: Result<R, any Error>
    do {
        result = .success(try await body(redis, client))
    } catch {
        result = .failure(error)
    }
    // Shield: a test that was cancelled tidies up too.
    await Task {
        await client.close()
        try? await redis.removeKeys()
    }.value
    return try result.get()
}
