import Logging
import TestSupport
import Testing

@testable import Redis

/// A master that sentinels watch, found, lost and found again.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SentinelTests {
    private static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    private func client(_ url: String) throws -> RedisClient {
        TestRedis.ignoreBrokenPipes()
        return RedisClient(address: try RedisAddress(parsing: url), name: "sentinel-test", logger: Self.logger)
    }

    private func port(_ client: RedisClient) async throws -> Int64? {
        try await client.send(["CONFIG", "GET", "port"]).array?.last?.int
    }

    /// Clients and bells that are there all the time go from a master that dies to the one that is made of its replica.
    @Test func afterAFailoverCommandsAndBellsGoToTheNewMaster() async throws {
        try await withScratchSentinels { group in
            let client = try client(group.url(database: 2))
            let key: RedisArgument = "list"
            #expect(try await port(client) == Int64(group.first.port))
            _ = try await client.send(["SET", "before", "1"])
            #expect(try await client.send(["WAIT", 1, 5_000]).int == 1)
            let bell = RedisBell(
                address: try RedisAddress(parsing: group.url(database: 2)),
                name: "bell",
                logger: Self.logger
            )
            let rung = Task { try await ring(bell) }
            while await !bell.isWaiting { await Task.yield() }

            group.first.kill()
            let error = await #expect(throws: RedisError.self) { try await client.ping() }
            #expect(error?.isOutage == true, "\(String(describing: error))")
            #expect(await Arrival.comes { try await client.send(["SET", "after", "1"]).text == "OK" })
            #expect(try await port(client) == Int64(group.second.port))
            #expect(try await client.send(["GET", "before"]).text == "1")
            _ = try await client.send(["LPUSH", key, "1"])
            #expect(try await rung.value == "list")

            // The old master comes back and takes itself for one until it is told; nobody is led to it.
            try await group.first.start()
            let late = try self.client(group.url(database: 2))
            #expect(try await port(late) == Int64(group.second.port))
            for user in [client, late] { await user.close() }
            await bell.close()
        }
    }

    /// Waits until the bell has rung, whatever happens to its connection meanwhile.
    private func ring(_ bell: RedisBell) async throws -> String? {
        let rung = Rung()
        _ = await Arrival.comes {
            guard let key = try await bell.wait(keys: ["list"], timeout: .seconds(30)) else { return false }
            await rung.set(key)
            return true
        }
        return await rung.key
    }

    @Test func aMasterThatWasDemotedIsLeftForTheOneThatTookItsPlace() async throws {
        try await withScratchSentinels { group in
            let client = try client(group.url())
            let direct = try self.client("redis://127.0.0.1:\(group.first.port)")
            #expect(try await port(client) == Int64(group.first.port))
            // As a failover looks to a client that is not told: the server lives on and takes no writes. Sentinel itself
            // would end the connections too.
            _ = try await direct.send(["REPLICAOF", "127.0.0.1", RedisArgument(group.second.port)])
            let error = await #expect(throws: RedisError.self) { try await client.send(["SET", "x", "1"]) }
            #expect(error?.reply == "READONLY" && error?.isOutage == true, "\(String(describing: error))")
            // Its connection is given up; what the sentinels still name is no master, and is refused for that.
            let refused = await #expect(throws: RedisError.self) { try await client.send(["SET", "x", "1"]) }
            #expect(refused?.isOutage == true)
            _ = try await direct.send(["REPLICAOF", "NO", "ONE"])
            #expect(await Arrival.comes { try await client.send(["SET", "x", "1"]).text == "OK" })
            await client.close()
            await direct.close()
        }
    }

    @Test func oneSentinelThatAnswersIsEnoughAndWhatIsUnknownIsNamed() async throws {
        try await withScratchSentinels { group in
            let other = try client(group.url().replacing("mymaster", with: "other"))
            let unknown = await #expect(throws: RedisError.self) { try await other.ping() }
            #expect(unknown?.message.contains("knows no master other") == true, "\(unknown?.message ?? "")")
            let wrong = try client("redis+sentinel://127.0.0.1:\(group.first.port)/mymaster")
            let noSentinel = await #expect(throws: RedisError.self) { try await wrong.ping() }
            #expect(noSentinel?.message.contains("\(group.first.port) answers") == true, "\(noSentinel?.message ?? "")")
            for client in [other, wrong] { await client.close() }

            await group.killSentinel(0)
            await group.killSentinel(1)
            let silent = try SilentListener()
            let tail = group.url().split(separator: "//")[1]
            let client = try client("redis+sentinel://127.0.0.1:\(silent.port),\(tail)")
            #expect(try await port(client) == Int64(group.first.port))
            await client.close()
            await group.killSentinel(2)
            let none = try self.client(group.url())
            let error = await #expect(throws: RedisError.self) { try await none.ping() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("mymaster") == true, "\(error?.message ?? "")")
            await none.close()
        }
    }

    /// As one that was away during a failover, or that the others cannot reach.
    @Test func aSentinelThatNamesADeadMasterDoesNotKeepTheOthersFromBeingAsked() async throws {
        try await withScratchSentinels { group in
            let stale = try client("redis://127.0.0.1:\(group.ports[0])")
            let nobody = RedisArgument(try LoopbackSocket.freePort())
            let name = RedisArgument(ScratchSentinels.master)
            _ = try await stale.send(["SENTINEL", "REMOVE", name])
            _ = try await stale.send(["SENTINEL", "MONITOR", name, "127.0.0.1", nobody, 3])
            let client = try client(group.url())
            let error = await #expect(throws: RedisError.self) { try await client.ping() }
            #expect(error?.code == .unavailable, "\(String(describing: error))")
            #expect(await Arrival.comes { try await port(client) == Int64(group.first.port) })
            for user in [stale, client] { await user.close() }
        }
    }

    @Test func masterAndSentinelsMayHavePasswordsOfTheirOwn() async throws {
        try await withScratchSentinels(password: "of-the-master", sentinelPassword: "of-the-sentinels") { group in
            let client = try client(group.url(login: ":of-the-master@", query: "?sentinel_password=of-the-sentinels"))
            #expect(try await port(client) == Int64(group.first.port))
            await client.close()
            for (login, query) in [(":of-the-master@", ""), ("", "?sentinel_password=of-the-sentinels")] {
                let refused = try self.client(group.url(login: login, query: query))
                let error = await #expect(throws: RedisError.self) { try await refused.ping() }
                #expect(error?.message.contains("wants a password") == true, "\(error?.message ?? "")")
                #expect(error?.message.contains("of-the") == false)
                await refused.close()
            }
        }
    }

    /// Versions before 7 put an error of a script's command behind words of their own.
    @Test func readOnlyIsRecognisedInsideScripts() {
        let old = RedisError(
            reply: "ERR Error running script (call to f_1): @user_script:3: @user_script: 3: "
                + "-READONLY You can't write against a read only replica. "
        )
        #expect(old.isDemotion && old.isOutage)
        #expect(RedisError(reply: "READONLY You can't write against a read only replica. script: f").isDemotion)
        #expect(!RedisError(reply: "ERR unknown command").isDemotion)
    }
}

private actor Rung {
    var key: String?
    func set(_ key: String) { self.key = key }
}
