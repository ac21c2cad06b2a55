import Glibc
import Logging
import TestSupport
import Testing

@testable import Redis

/// What happens when the server goes away, stands still, or does not want us.
@Suite(.timeLimit(.minutes(2)))
struct RedisFaultTests {
    private func client(_ url: String, _ name: String = "fault") throws -> RedisClient {
        TestRedis.ignoreBrokenPipes()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try RedisClient(address: RedisAddress(parsing: url), name: name, logger: logger)
    }

    /// Sends pings until one is answered; each is given its own deadline by the client.
    private func recover(_ client: RedisClient) async throws -> Duration {
        let start = ContinuousClock.now
        while (try? await client.ping()) == nil {
            try #require(start.duration(to: .now) < .seconds(20), "no recovery")
            await Task.yield()
        }
        return start.duration(to: .now)
    }

    @Test func aKilledConnectionIsMadeAgain() async throws {
        try await withTestRedis { redis, client in
            let id = try await client.send(["CLIENT", "ID"])
            let number = try #require(id.int)
            let other = redis.client("killer")
            #expect(try await other.send(["CLIENT", "KILL", "ID", RedisArgument(number)]) == .integer(1))
            await other.close()
            _ = try await recover(client)
            #expect(try await client.send(["CLIENT", "ID"]).int != number)
        }
    }

    @Test func connectionsKilledUnderLoadLoseNoCaller() async throws {
        try await withTestRedis { redis, client in
            let key = RedisArgument(redis.prefix + "count")
            let killer = redis.client("killer")
            let acknowledged = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var done = 0
                        for _ in 0..<300 where (try? await client.send(["INCR", key])) != nil { done += 1 }
                        return done
                    }
                }
                group.addTask {
                    for _ in 0..<5 {
                        if let id = try? await client.send(["CLIENT", "ID"]).int {
                            _ = try? await killer.send(["CLIENT", "KILL", "ID", RedisArgument(id)])
                        }
                    }
                    return 0
                }
                return await group.reduce(0, +)
            }
            await killer.close()
            _ = try await recover(client)
            let counted = try #require(try await client.send(["GET", key]).int)
            // What was acknowledged has run; what failed may have run.
            #expect(counted >= Int64(acknowledged))
            #expect(counted <= 2_400)
        }
    }

    @Test func aServerThatStandsStillCostsTheDeadlineOnly() async throws {
        let server = try await ScratchRedis()
        let client = try client(server.url)
        try await client.ping()
        server.pause()
        let start = ContinuousClock.now
        let error = await #expect(throws: RedisError.self) {
            try await client.send(["GET", "x"], timeout: .milliseconds(200))
        }
        let waited = start.duration(to: .now)
        #expect(error?.code == .timedOut)
        #expect(waited >= .milliseconds(200) && waited < .seconds(20))
        server.resume()
        // The late reply of the first command must not be taken for that of the second.
        #expect(try await client.send(["ECHO", "second"]).text == "second")
        #expect(await client.isConnected)
        await client.close()
    }

    @Test func aServerThatStandsStillForLongIsGivenUp() async throws {
        let server = try await ScratchRedis()
        let client = try client(server.url)
        try await client.ping()
        server.pause()
        let first = Task { try await client.send(["GET", "x"], timeout: .seconds(5)) }
        let second = Task { try await client.send(["GET", "y"], timeout: .seconds(30)) }
        let error = await #expect(throws: RedisError.self) { try await first.value }
        #expect(error?.code == .timedOut)
        let other = await #expect(throws: RedisError.self) { try await second.value }
        #expect(other?.code == .connectionLost)
        server.resume()
        _ = try await recover(client)
        await client.close()
    }

    @Test func aServerThatIsKilledAndStartedAgainIsFoundAgain() async throws {
        let server = try await ScratchRedis()
        let client = try client(server.url)
        for _ in 0..<5 {
            try await client.ping()
            server.kill()
            let start = ContinuousClock.now
            let error = await #expect(throws: RedisError.self) { try await client.ping() }
            #expect(error.map { [.unavailable, .connectionLost].contains($0.code) } == true)
            #expect(start.duration(to: .now) < .seconds(30))
            try await server.start()
            #expect(try await recover(client) < .seconds(30))
        }
        await client.close()
    }

    @Test func anAbsentServerFailsAtOnceAgainAndAgain() async throws {
        let client = try client("unix:///nonexistent/redis.sock")
        let start = ContinuousClock.now
        for _ in 0..<200 {
            let error = await #expect(throws: RedisError.self) { try await client.ping() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("/nonexistent/redis.sock") == true)
            #expect(error?.message.contains("No such file") == true, "\(error?.message ?? "")")
        }
        #expect(start.duration(to: .now) < .seconds(30))
        await client.close()
    }

    @Test(arguments: [
        ("redis://127.0.0.1:1/0", "Connection refused"),
        ("redis://[::1]:1/0", "Redis at redis://[::1]:1/0 is not available"),
        ("redis://no-such-host.invalid:6379/0", "no-such-host.invalid"),
    ])
    func aWrongAddressIsNamed(url: String, hint: String) async throws {
        let client = try client(url)
        let error = await #expect(throws: RedisError.self) {
            try await client.send(["PING"], timeout: .seconds(10))
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
        await client.close()
    }

    @Test func aListenerThatNeverAnswersIsGivenUpAtTheConnectTimeout() async throws {
        let server = try await ScratchRedis()
        server.pause()
        let client = try client(server.url)
        let start = ContinuousClock.now
        let error = await #expect(throws: RedisError.self) {
            try await client.send(["PING"], timeout: .seconds(10))
        }
        #expect(error?.code == .unavailable)
        #expect(start.duration(to: .now) < .seconds(9))
        await client.close()
    }

    @Test func anAddressBehindWhichNobodyAnswersLeavesTimeForTheNextOne() async throws {
        let server = try await ScratchRedis()
        let port = try #require(UInt16(exactly: server.port))
        let silent = try FullListener(address: "127.0.0.2", port: port)
        let connection = try await Connection.connect(
            toOneOf: ["127.0.0.2", "127.0.0.1"],
            port: port,
            until: .now + .seconds(2)
        )
        let ping = try RedisCommand(["PING"])
        #expect(try await connection.exchange([ping], until: .now + .seconds(5)).first?.text == "PONG")
        connection.shutDown()
        withExtendedLifetime(silent) {}
    }

    @Test func namesAndPortsWork() async throws {
        let server = try await ScratchRedis()
        let client = try client("redis://localhost:\(server.port)/3")
        _ = try await client.send(["SET", "where", "three"])
        let zero = try self.client(server.url)
        #expect(try await zero.send(["GET", "where"]) == .null)
        await zero.close()
        await client.close()
    }

    @Test func aPasswordIsUsedAndNeverShown() async throws {
        let server = try await ScratchRedis(["--requirepass", "correct-horse"])
        let right = try client("unix://:correct-horse@\(server.socketPath)")
        try await right.ping()
        await right.close()
        let user = try client("redis://default:correct-horse@127.0.0.1:\(server.port)/0")
        try await user.ping()
        await user.close()

        let wrong = try client("unix://:battery-staple@\(server.socketPath)")
        let refused = await #expect(throws: RedisError.self) { try await wrong.ping() }
        #expect(refused?.code == .unavailable)
        #expect(
            refused?.message.contains("refuses the user name or password") == true,
            "\(refused?.message ?? "")"
        )
        #expect(refused?.message.contains("battery") == false)
        await wrong.close()

        let none = try client(server.url)
        let wanted = await #expect(throws: RedisError.self) { try await none.ping() }
        #expect(wanted?.message.contains("wants a password") == true, "\(wanted?.message ?? "")")
        await none.close()
    }

    @Test func aPasswordThatTheServerDoesNotHaveIsToldApart() async throws {
        let server = try await ScratchRedis()
        let client = try client("unix://:needless@\(server.socketPath)")
        let error = await #expect(throws: RedisError.self) { try await client.ping() }
        #expect(error?.message.contains("the server has none") == true, "\(error?.message ?? "")")
        await client.close()
        let far = try self.client("unix://\(server.socketPath)?db=99")
        let missing = await #expect(throws: RedisError.self) { try await far.ping() }
        #expect(missing?.message.contains("no database 99") == true, "\(missing?.message ?? "")")
        await far.close()
    }
}

/// A listening socket whose queue is full: the kernel answers no further attempt to connect (listen(2)).
private final class FullListener {
    private struct Failure: Error { let code = errno }

    private var descriptors: [Int32] = []

    init(address: String, port: UInt16) throws {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr(address)
        let listener = makeSocket()
        guard withAddress(place, { bind(listener, $0, $1) }) == 0, listen(listener, 0) == 0 else { throw Failure() }
        // A queue of length 0 holds one; the second fills the time in which the first is still being set up.
        for _ in 0..<2 { _ = withAddress(place, { connect(makeSocket(), $0, $1) }) }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    private func makeSocket() -> Int32 {
        descriptors.append(socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0))
        return descriptors[descriptors.count - 1]
    }

    private func withAddress(_ place: sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
