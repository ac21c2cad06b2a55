import TestSupport
import Testing

@testable import Redis
@testable import RiotClient

/// Who asks for a permit and is cancelled before Redis has answered.
@Suite(.timeLimit(.minutes(1)))
struct CancelledAskerTests {
    @Test func aPermitThatIsGrantedToNobodyIsFreeAtOnce() async throws {
        let server = try await ScratchRedis()
        let redis = try TestRedis(url: server.url)
        let client = redis.client()
        let operators = redis.client()
        var timing = LimiterTiming()
        timing.redisTimeout = .seconds(20)
        let limiter = RateLimiter(
            redis: client,
            prefix: redis.prefix,
            scope: "test",
            isLoopback: false,
            owner: "test",
            logger: redis.logger,
            timing: timing,
            scripts: .shared
        )
        // Scripts are loaded, and one answer goes with one script from here on.
        let first = try #require(await limiter.acquire(route: "europe", method: .match).permit)
        await limiter.giveBack(first)

        _ = try await operators.send(["CLIENT", "PAUSE", "30000", "WRITE"])
        let asker = Task { await limiter.acquire(route: "europe", method: .match) }
        #expect(
            await Arrival.comes { try await operators.send(["CLIENT", "LIST"]).text?.contains("flags=b") == true },
            "Redis has the question"
        )
        _ = try await operators.send(["CONFIG", "RESETSTAT"])
        asker.cancel()
        #expect(await Arrival.comes { await client.commandsUnderWay == 2 }, "the give-back waits behind the question")
        _ = try await operators.send(["CLIENT", "UNPAUSE"])
        #expect(await asker.value.permit == nil)
        #expect(
            await Arrival.comes {
                let calls = try await operators.send(["INFO", "commandstats"]).text
                return calls?.contains("cmdstat_evalsha:calls=2,") == true
            },
            "it was granted and has come back"
        )
        let open = RedisArgument(limiter.bucketKeys("europe", .match)[0] + ":open")
        #expect(try await operators.send(["ZCARD", open]) == .integer(0))
        await client.close()
        await operators.close()
    }
}
