import Redis
import TestSupport
import Testing

@testable import RiotClient

/// Which keys the limiter's scripts touch.
@Suite(.timeLimit(.minutes(1)))
struct LimiterKeyTests {
    /// Not fit for a Redis Cluster, and said so.
    ///
    /// One script needs the buckets of a route, which share a slot, and three keys that all routes share.
    @Test func scriptsTouchTheBucketsOfTheirRouteAndThreeSharedKeys() async throws {
        let server = try await ScratchRedis()
        let redis = try TestRedis(url: server.url)
        let client = redis.client()
        let monitor = try RedisMonitor(socketPath: server.socketPath)
        let limiter = RateLimiter(
            redis: client,
            prefix: redis.prefix,
            scope: "test",
            isLoopback: false,
            owner: "test",
            logger: redis.logger
        )
        var headers = HTTPHeaders()
        headers[.applicationLimit] = "20:1,100:120"
        headers[.applicationCount] = "1:1,1:120"
        headers[.methodLimit] = "50:10"
        headers[.methodCount] = "1:10"
        for route in ["europe", "asia"] {
            let first = try #require(await limiter.acquire(route: route, method: .match).permit)
            await limiter.settle(first, headers: headers, works: true, age: .zero)
            let second = try #require(await limiter.acquire(route: route, method: .match).permit)
            await limiter.giveBack(second)
        }
        _ = try await limiter.snapshot()

        let commands = try await monitor.commandsOfScripts(client)
        #expect(commands.count > 20)
        var touched: Set<String> = []
        for command in Set(commands) { touched.formUnion(try await client.keys(of: command)) }
        let shared = touched.filter { !$0.contains("{") }
        #expect(shared.isSubset(of: [limiter.shiftKey, limiter.keyKey, limiter.indexKey]), "\(shared)")
        let slots = ["europe", "asia"].map { ClusterSlot.of("{\($0)}") }
        for key in touched.subtracting(shared) {
            #expect(key.hasPrefix("\(redis.prefix)limit:{") && slots.contains(ClusterSlot.of(key)), "\(key)")
        }
        await client.close()
    }
}
