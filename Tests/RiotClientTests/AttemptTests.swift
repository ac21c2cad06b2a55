import Compression
import Logging
import Redis
import RiotModels
import TestSupport
import Testing

@testable import RiotClient

/// Single requests of the whole client, against exact bytes; the table of reactions has a suite of its own.
@Suite(.serialized, .timeLimit(.minutes(1))) struct AttemptTests {
    @Test func keepsTheBytesOfTheWire() async throws {
        try await withTestRedis { test, redis in
            let text = Array(#"{"name":"喵"}"#.utf8)
            let wire = Gzip.deflate(text)
            let server = try RawServer { _, _ in
                [
                    .send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
                            + "X-Riot-Edge-Trace-Id: t-1\r\n\r\n"
                    ),
                    .send(String(5, radix: 16) + "\r\n"), .sendBytes(Array(wire[..<5])), .send("\r\n"),
                    .send(String(wire.count - 5, radix: 16) + "\r\n"), .sendBytes(Array(wire[5...])),
                    .send("\r\n0\r\n\r\n"),
                ]
            }
            defer { server.stop() }
            let limiter = limiter(redis, test.prefix, test.logger)
            let client = try client(server.baseURL, limiter, test.logger)
            let response = try await client.fetch(.match(try MatchID("KR_1")), patience: .seconds(5))
            #expect(response.body == wire)
            #expect(response.isGzip)
            #expect(response.inflated() == text)
            #expect(response.traceID == "t-1")
            #expect(try response.decoded(as: [String: String].self) == ["name": "喵"])
            let error = #expect(throws: RiotError.self) { try response.decoded(as: RiotSummoner.self) }
            #expect(error?.code == .malformedAnswer)
            #expect(error?.message.contains("puuid") == true)
            await client.shutdown()
        }
    }

    /// Riot asks for the trace in reports; it is known even when the body is not.
    @Test(arguments: [
        RawServer.answer(200, "<html>", headers: ["X-Riot-Edge-Trace-Id: t-1"]),
        "HTTP/1.1 200 OK\r\nX-Riot-Edge-Trace-Id: t-1\r\nContent-Length: 9\r\n\r\n{",
    ])
    func logsTheTraceOfAnAnswerThatCannotBeUsed(answer: String) async throws {
        let server = try RawServer { _, _ in [.send(answer), .close] }
        defer { server.stop() }
        let log = RecordingLog()
        let limiter = RateLimiter(
            redis: nil,
            prefix: "p",
            scope: "s",
            isLoopback: true,
            owner: "o",
            logger: log.logger
        )
        let client = try client(server.baseURL, limiter, log.logger)
        let request = RiotRequest.match(try MatchID("EUW1_1"))
        guard case .retryable = await client.attempt(request, permit: try await permit(limiter, request)) else {
            throw RiotError(.unavailable, "the answer was taken for a good one")
        }
        #expect(log.text.contains("t-1"))
        await client.shutdown()
    }

    /// A permit that was not used for a request is free again.
    @Test func givesBackWhatWasNotSent() async throws {
        try await withTestRedis { test, redis in
            let server = try RawServer(always: "")
            server.stop()
            let limiter = limiter(redis, test.prefix, test.logger)
            let client = try client(server.baseURL, limiter, test.logger)
            let match = RiotRequest.match(try MatchID("EUW1_1"))
            for request in [match, .summoner(puuid: "..", .na1), .summoner(puuid: "x", .ph2)] {
                let outcome = await client.attempt(request, permit: try await permit(limiter, request))
                if request != match { #expect(Self.isRefusedUnsent(outcome)) }
                // As long as limits are unknown, only one permit is out: the next one shows that it came back.
                await limiter.giveBack(try await permit(limiter, request))
            }
            let timeline = RiotRequest.timeline(try MatchID("EUW1_1"))
            let wrong = await client.attempt(match, permit: try await permit(limiter, timeline))
            #expect(Self.isRefusedUnsent(wrong))
            let unused = try await permit(limiter, match)
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await client.attempt(match, permit: unused)
            }
            let outcome = "\(await cancelled.value)"
            #expect(outcome.hasPrefix("abandoned") && outcome.contains("the request was cancelled"))
            await limiter.giveBack(try await permit(limiter, match))
            await client.shutdown()
        }
    }

    @Test func aPermitThatIsTooOldIsGivenBackAndCostsNoAttempt() async throws {
        try await withTestRedis { test, redis in
            let limiter = limiter(redis, test.prefix, test.logger)
            let client = try client("http://127.0.0.1:9/{route}", limiter, test.logger)
            let match = RiotRequest.match(try MatchID("EUW1_1"))
            let permit = try await permit(limiter, match)
            let old = Permit(
                route: permit.route,
                method: permit.method,
                id: permit.id,
                grantedAt: permit.grantedAt,
                expires: .now + .milliseconds(400),  // less than it may take to connect
                isKeyProbe: false,
                isMetered: true
            )
            #expect("\(await client.attempt(match, permit: old))".hasPrefix("abandoned"))
            await limiter.giveBack(try await self.permit(limiter, match))
            await client.shutdown()
        }
    }

    @Test func aKeyProbeThatDoesNotReachRiotIsNotSentAgainAtOnce() async throws {
        try await withTestRedis { test, redis in
            let server = try RawServer(always: "")
            server.stop()
            var timing = LimiterTiming()
            timing.firstKeyProbe = .zero
            let limiter = RateLimiter(
                redis: redis,
                prefix: test.prefix,
                scope: "test",
                isLoopback: true,
                owner: "test",
                logger: test.logger,
                timing: timing,
                scripts: .shared
            )
            let client = try client(server.baseURL, limiter, test.logger)
            let match = RiotRequest.match(try MatchID("EUW1_1"))
            let permit = try await permit(limiter, match)
            #expect(await limiter.refuseKey(try RiotKey(Self.key), permit: permit, status: 403, path: "a"))
            await limiter.giveBack(permit)
            for _ in 0..<3 {
                guard case .wait(let wait) = await client.acquire(route: match.route, method: match.method) else {
                    Issue.record("a refused key was used")
                    break
                }
                #expect(wait.duration == .seconds(1))
            }
            await client.shutdown()
        }
    }

    @Test func refusesAConfigurationThatCannotWork() async throws {
        let log = RecordingLog()
        let limiter = RateLimiter(
            redis: nil,
            prefix: "p",
            scope: "s",
            isLoopback: true,
            owner: "o",
            logger: log.logger
        )
        var configuration = RiotConfiguration(baseURL: "http://example.com/{route}", key: try RiotKey(Self.key))
        #expect(throws: RiotError.self) {
            try RiotClient(configuration: configuration, limiter: limiter, logger: log.logger)
        }
        configuration.baseURL = RiotBaseURL.riot
        configuration.userAgent = "x\r\nHost: y"
        #expect(throws: RiotError.self) {
            try RiotClient(configuration: configuration, limiter: limiter, logger: log.logger)
        }
        configuration.userAgent = "x"
        configuration.requestTimeout = .seconds(20)
        #expect(throws: RiotError.self) {
            try RiotClient(configuration: configuration, limiter: limiter, logger: log.logger)
        }
    }

    // MARK: Support

    private static let key = "RGAPI-5ec9e7"

    private func limiter(_ redis: RedisClient, _ prefix: String, _ logger: Logger) -> RateLimiter {
        RateLimiter(redis: redis, prefix: prefix, scope: "test", isLoopback: true, owner: "test", logger: logger)
    }

    private func client(_ baseURL: String, _ limiter: RateLimiter, _ logger: Logger) throws -> RiotClient {
        var configuration = RiotConfiguration(baseURL: baseURL, key: try RiotKey(Self.key))
        configuration.connectTimeout = .milliseconds(500)
        configuration.requestTimeout = .milliseconds(800)
        configuration.bodyLimit = 4096
        configuration.inflatedLimit = 4096
        return try RiotClient(configuration: configuration, limiter: limiter, logger: logger)
    }

    private func permit(_ limiter: RateLimiter, _ request: RiotRequest) async throws -> Permit {
        guard case .granted(let permit) = await limiter.acquire(route: request.route, method: request.method) else {
            throw RiotError(.unavailable, "no permit for \(request.method)")
        }
        return permit
    }

    private static func isRefusedUnsent(_ outcome: RiotOutcome) -> Bool {
        if case .refused(status: 0, _) = outcome { true } else { false }
    }
}
