import Logging
import TestSupport
import Testing

@testable import Redis

@Suite(.timeLimit(.minutes(1)))
struct RedisClientTests {
    @Test func valuesKeepEveryByte() async throws {
        try await withTestRedis { redis, client in
            let key = RedisArgument(redis.prefix + "bytes")
            let all = (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 31) } + [0, 13, 10, 0xFF, 0xFE]
            let answer = try await client.send(["SET", key, RedisArgument(all)])
            #expect(answer == .status("OK"))
            #expect(try await client.send(["GET", key]).bytes == all)
            #expect(try await client.send(["SET", key, ""]) == .status("OK"))
            #expect(try await client.send(["GET", key]).bytes == [])
            #expect(try await client.send(["GET", RedisArgument(redis.prefix + "missing")]) == .null)
        }
    }

    @Test func largeValuesGoBothWays() async throws {
        try await withTestRedis { redis, client in
            let key = RedisArgument(redis.prefix + "large")
            var large = [UInt8](repeating: 7, count: 6_000_000)
            for index in stride(from: 0, to: large.count, by: 10_007) {
                large[index] = UInt8(truncatingIfNeeded: index)
            }
            _ = try await client.send(["SET", key, RedisArgument(large)], timeout: .seconds(20))
            #expect(try await client.send(["GET", key], timeout: .seconds(20)).bytes == large)
        }
    }

    @Test func everyTypeOfReply() async throws {
        try await withTestRedis { redis, client in
            let list = RedisArgument(redis.prefix + "list")
            let count = try await client.send(["RPUSH", list, "a", "b"])
            #expect(count == .integer(2))
            #expect(try await client.send(["LRANGE", list, 0, -1]).array?.map(\.text) == ["a", "b"])
            let nested = RedisScript(
                name: "nested",
                source: "return {1, {2, {3, {false, {'x'}}}}, {err='E inner'}}"
            )
            let innermost = RedisValue.array([.integer(3), .array([.null, .array([.string(Array("x".utf8))])])])
            let whole = RedisValue.array([
                .integer(1), .array([.integer(2), innermost]), .error("E inner"),
            ])
            #expect(try await client.evaluate(nested, keys: [], arguments: []) == whole)
        }
    }

    @Test func errorRepliesAreThrownAndHarmNobodyElse() async throws {
        try await withTestRedis { redis, client in
            let key = RedisArgument(redis.prefix + "text")
            _ = try await client.send(["SET", key, "x"])
            let error = await #expect(throws: RedisError.self) {
                try await client.send(["LPUSH", key, "y"])
            }
            #expect(error?.code == .server)
            #expect(error?.reply == "WRONGTYPE")
            #expect(try await client.send(["GET", key]).text == "x")
        }
    }

    @Test func manyTasksShareOneConnection() async throws {
        try await withTestRedis { redis, client in
            let failures = await withTaskGroup(of: Int.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        var wrong = 0
                        for round in 0..<100 {
                            let text = "\(task)-\(round)"
                            let echoed = try? await client.send(["ECHO", RedisArgument(text)]).text
                            if echoed != text { wrong += 1 }
                        }
                        return wrong
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(failures == 0)
            let name = try await client.send(["CLIENT", "GETNAME"]).text
            #expect(name == "test")
        }
    }

    @Test func moreCommandsThanMayBeInFlightAllGetTheirReply() async throws {
        try await withTestRedis { _, client in
            let right = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<3_000 {
                    group.addTask {
                        do {
                            let echo = try await client.send(["ECHO", RedisArgument(number)], timeout: .seconds(30))
                            return echo.int == Int64(number)
                        } catch {
                            Issue.record(error)
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 3_000)
        }
    }

    @Test func scriptsAreLoadedAgainAfterAFlush() async throws {
        let server = try await ScratchRedis()
        let client = try RedisClient(
            address: RedisAddress(parsing: server.url),
            name: "script",
            logger: Logger(label: "test")
        )
        let script = RedisScript(
            name: "sum",
            source: "return tonumber(ARGV[1]) + redis.call('INCR', KEYS[1])"
        )
        #expect(try await client.evaluate(script, keys: ["n"], arguments: [10]) == .integer(11))
        _ = try await client.send(["SCRIPT", "FLUSH"])
        #expect(try await client.evaluate(script, keys: ["n"], arguments: [10]) == .integer(12))
        #expect(try await client.send(["SCRIPT", "EXISTS", script.digest]) == .array([.integer(1)]))
        await client.close()
    }

    @Test func aCancelledCallerLeavesTheOthersTheirReplies() async throws {
        try await withTestRedis { _, client in
            for round in 0..<100 {
                let victim = Task { try await client.send(["ECHO", "victim"]) }
                let other = Task { try await client.send(["ECHO", RedisArgument(round)]).int }
                victim.cancel()
                _ = await victim.result
                let number = try await other.value
                #expect(number == Int64(round))
            }
        }
    }

    @Test func aCommandOfACancelledTaskIsNotSent() async throws {
        try await withTestRedis { redis, client in
            let key = RedisArgument(redis.prefix + "never")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.send(["SET", key, "x"])
            }
            let error = await #expect(throws: RedisError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let exists = try await client.send(["EXISTS", key])
            #expect(exists == .integer(0))
        }
    }

    @Test func aClosedClientSaysSo() async throws {
        let redis = try TestRedis()
        let client = redis.client()
        try await client.ping()
        #expect(await client.isConnected)
        await client.close()
        let error = await #expect(throws: RedisError.self) { try await client.ping() }
        #expect(error?.code == .closed)
        #expect(await !client.isConnected)
    }

    @Test func closingFailsWhatIsUnderWay() async throws {
        let server = try await ScratchRedis()
        let client = try RedisClient(
            address: RedisAddress(parsing: server.url),
            name: "closing",
            logger: Logger(label: "test")
        )
        try await client.ping()
        server.pause()
        let pending = Task { try await client.send(["GET", "x"]) }
        while await client.commandsUnderWay == 0 { await Task.yield() }
        await client.close()
        let error = await #expect(throws: RedisError.self) { try await pending.value }
        #expect(error?.code == .closed)
    }
}
