import Foundation
import JSONRPC
import Logging
import Metrics
import Redis
import RiotClient
import RiotModels
import RiotSimulator
import ServiceRuntime
import TestSupport
import Testing

@testable import SyncJobs

/// What operators see of the limits: the figures of real requests, and `limits.show`.
@Suite(.timeLimit(.minutes(1))) struct RiotFiguresTests {
    private static let world = Result {
        var options = WorldOptions()
        options.players = 20
        options.platforms = [.na1]
        return try SimulatorWorld(options)
    }
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func limiter(_ redis: RedisClient?, _ prefix: String) -> RateLimiter {
        RateLimiter(
            redis: redis,
            prefix: prefix,
            scope: "test",
            isLoopback: true,
            owner: "test",
            logger: Self.logger
        )
    }

    private func show(_ limiter: RateLimiter) async throws -> JSONRPCResponse {
        var table = MethodTable(service: "test", version: "1")
        addLimitMethods(to: &table, limiter: limiter)
        let request = #"{"jsonrpc":"2.0","id":1,"method":"limits.show"}"#
        let frame = await JSONRPCDispatcher(table, logger: Self.logger)
            .respond(to: Array(request.utf8), context: CallContext())
        return try #require(frame.flatMap { JSONRPCResponse(parsing: $0) })
    }

    @Test func everythingThatHappensIsCounted() async throws {
        let registry = MetricsRegistry()
        try await withTestRedis { test, redis in
            let limits = RateLimits(
                application: [RateLimit(count: 20, seconds: 100)],
                methods: [.status: [RateLimit(count: 10, seconds: 100)]]
            )
            let options = SimulatorOptions(limits: limits, key: "good")
            try await SimulatorServer.withRunning(try Self.world.get(), options: options) { simulator in
                let limiter = limiter(redis, test.prefix)
                let client = try RiotClient(
                    configuration: RiotConfiguration(
                        baseURL: try await simulator.baseURL(),
                        key: try RiotKey("good"),
                        userAgent: "test"
                    ),
                    limiter: limiter,
                    logger: Self.logger
                )
                try await withMetricsFactory(registry) {
                    let request = RiotRequest.platformStatus(.na1)
                    _ = try await client.fetch(request, patience: .seconds(20))
                    for rule in [FaultRule(.lost), FaultRule(.rateLimit, type: .method, retryAfter: 100)] {
                        await simulator.simulation.add(rule)
                        guard case .granted(let permit) = await client.acquire(route: "na1", method: request.method)
                        else { throw RiotError(.unavailable, "there is no permit") }
                        RiotMetrics.record(wait: .seconds(7), for: permit)
                        _ = await client.attempt(request, permit: permit)
                    }
                    _ = await client.acquire(route: "na1", method: request.method)
                    guard case .granted(let unused) = await client.acquire(route: "na1", method: .leagueByPUUID)
                    else { throw RiotError(.unavailable, "there is no permit") }
                    await limiter.giveBack(unused)
                }
                await client.shutdown()
                let answer = try await show(limiter)
                guard case .result(let bytes) = answer else { throw RiotError(.unavailable, "\(answer)") }
                let shown = try JSONDecoder().decode(LimitsSnapshot.self, from: Data(bytes))
                #expect(shown.key.isAccepted)
                // The lost one counts twice at most: it may have arrived before or after Riot's last count.
                #expect((3...4).contains(shown.application("na1")?.windows.first?.used ?? 0))
                #expect(shown.method(.platformStatus, "na1")?.stoppedBy == "method")
            }
        }
        let page = PrometheusText.render([([], registry.snapshot())]).split(separator: "\n").map(String.init)
        let here = #"method="platformStatus""#
        for line in [
            #"riot_permits_total{\#(here),result="granted",route="na1"} 3"#,
            #"riot_permits_total{\#(here),result="blocked",route="na1"} 1"#,
            #"riot_permits_total{method="leagueByPUUID",result="granted",route="na1"} 1"#,
            #"riot_permits_total{method="leagueByPUUID",result="returned",route="na1"} 1"#,
            #"riot_permit_wait_seconds_bucket{\#(here),route="na1",le="5"} 1"#,
            #"riot_permit_wait_seconds_count{\#(here),route="na1"} 3"#,
            #"riot_requests_total{\#(here),result="200",route="na1"} 1"#,
            #"riot_requests_total{\#(here),result="429",route="na1"} 1"#,
            #"riot_requests_total{\#(here),result="connectionLost",route="na1"} 1"#,
            #"riot_request_seconds_count{\#(here),route="na1"} 2"#,
            #"riot_429_total{\#(here),route="na1",type="method"} 1"#,
        ] {
            #expect(page.contains(line), "\(line) is not among\n\(page.filter { $0.hasPrefix("riot_") })")
        }
    }

    @Test func withoutRedisTheLimitsAreUnknown() async throws {
        let away = RedisClient(
            address: try RedisAddress(parsing: "unix:///nonexistent/redis.sock"),
            name: "test",
            logger: Self.logger
        )
        for limiter in [limiter(nil, "p:"), limiter(away, "p:")] {
            guard case .error(let error) = try await show(limiter) else {
                Issue.record("limits are shown that nobody can know")
                continue
            }
            #expect(error.code == -32009)
            #expect(error.decodedData(as: JobErrorData.self)?.dependency == "redis")
            #expect(error.message.hasPrefix("The limits cannot be read: "))
        }
        await away.close()
    }

    @Test func theMethodIsDiscoverable() async throws {
        var table = MethodTable(service: "test", version: "1")
        addLimitMethods(to: &table, limiter: limiter(nil, "p:"))
        let frame = await JSONRPCDispatcher(table, logger: Self.logger).respond(
            to: Array(#"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}"#.utf8),
            context: CallContext()
        )
        let text = String(decoding: try #require(frame), as: UTF8.self)
        #expect(text.contains(#""name":"limits.show""#))
        #expect(text.contains("-32009"))
    }
}
