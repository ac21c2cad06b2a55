import TestSupport
import Testing

@testable import Redis

@Suite(.timeLimit(.minutes(1)))
struct RedisBellTests {
    @Test func ringsWhenSomethingIsPutOnAList() async throws {
        try await withTestRedis { redis, client in
            let bell = redis.bell()
            let keys = [redis.prefix + "a", redis.prefix + "b"]
            async let rung = bell.wait(keys: keys, timeout: .seconds(10))
            _ = try await client.send(["LPUSH", RedisArgument(keys[1]), "1"])
            #expect(try await rung == keys[1])
            #expect(try await client.send(["EXISTS", RedisArgument(keys[1])]) == .integer(0))
            await bell.close()
        }
    }

    @Test func silenceIsNoError() async throws {
        try await withTestRedis { redis, _ in
            let bell = redis.bell()
            let start = ContinuousClock.now
            let silence1 = try await bell.wait(keys: [redis.prefix + "x"], timeout: .milliseconds(100))
            #expect(silence1 == nil)
            #expect(start.duration(to: .now) >= .milliseconds(90))
            await bell.close()
        }
    }

    @Test func cancellationEndsTheWaitAndTheBellWorksAgain() async throws {
        try await withTestRedis { redis, client in
            let bell = redis.bell()
            let key = redis.prefix + "x"
            let start = ContinuousClock.now
            let task = Task { try await bell.wait(keys: [key], timeout: .seconds(30)) }
            await Task.yield()
            task.cancel()
            let error = await #expect(throws: RedisError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(start.duration(to: .now) < .seconds(10))
            // The cancelled wait's connection is gone, so it takes no token any more.
            async let rung = bell.wait(keys: [key], timeout: .seconds(10))
            _ = try await client.send(["LPUSH", RedisArgument(key), "1", "1"])
            #expect(try await rung == key)
            await bell.close()
        }
    }

    @Test func closingEndsTheWait() async throws {
        let redis = try TestRedis()
        let bell = redis.bell()
        let task = Task { try await bell.wait(keys: [redis.prefix + "x"], timeout: .seconds(30)) }
        while await !bell.isWaiting { await Task.yield() }
        await bell.close()
        let error = await #expect(throws: RedisError.self) { try await task.value }
        #expect(error?.code == .closed)
        let again = await #expect(throws: RedisError.self) {
            try await bell.wait(keys: ["x"], timeout: .seconds(1))
        }
        #expect(again?.code == .closed)
    }

    @Test func twoWaitersAreRefused() async throws {
        let redis = try TestRedis()
        let bell = redis.bell()
        let task = Task { try await bell.wait(keys: [redis.prefix + "x"], timeout: .seconds(30)) }
        while await !bell.isWaiting { await Task.yield() }
        let error = await #expect(throws: RedisError.self) {
            try await bell.wait(keys: ["y"], timeout: .seconds(1))
        }
        #expect(error?.code == .overloaded)
        await bell.close()
        _ = await task.result
    }

    @Test func aServerThatIsKilledEndsTheWaitAndTheNextOneFindsItAgain() async throws {
        let server = try await ScratchRedis()
        let redis = try TestRedis()
        let address = try RedisAddress(parsing: server.url)
        let bell = RedisBell(address: address, name: "bell", logger: redis.logger)
        let silence2 = try await bell.wait(keys: ["x"], timeout: .milliseconds(10))
        #expect(silence2 == nil)
        let task = Task { try await bell.wait(keys: ["x"], timeout: .seconds(30)) }
        while await !bell.isWaiting { await Task.yield() }
        server.kill()
        let error = await #expect(throws: RedisError.self) { try await task.value }
        #expect(error.map { [.connectionLost, .unavailable].contains($0.code) } == true)
        let absent = await #expect(throws: RedisError.self) {
            try await bell.wait(keys: ["x"], timeout: .seconds(1))
        }
        #expect(absent?.code == .unavailable)
        try await server.start()
        let silence3 = try await bell.wait(keys: ["x"], timeout: .milliseconds(10))
        #expect(silence3 == nil)
        await bell.close()
    }
}
