import Compression
import Logging
import Redis
import RiotModels
import TestSupport
import Testing

@testable import RiotClient

/// One request against exact bytes: what the caller is told, what others may do then, and what became of the permit.
@Suite(.serialized, .timeLimit(.minutes(1))) struct AttemptTests {
    /// What a caller is told, in words that fit into a table; pauses in whole seconds.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [RawServer.Step]
        var told: String
        /// What the next request of the same method is told; and one of another method on the same route.
        var next = "granted"
        var other = "granted"
        var testDescription: String { name }
    }

    private static let limits = ["X-App-Rate-Limit: 20:1,100:120", "X-Method-Rate-Limit: 50:10"]
    private static let counts = ["X-App-Rate-Limit-Count: 1:1,1:120", "X-Method-Rate-Limit-Count: 1:10"]
    /// After an answer without limits the next request finds them out, and all others wait for it.
    private static let unknown = "wait quota"
    private static let json = "Content-Type: application/json;charset=utf-8"

    private static func row(
        _ name: String,
        _ status: Int,
        _ body: String,
        _ headers: [String] = [],
        told: String,
        next: String = "granted",
        other: String = "granted"
    ) -> Row {
        Row(
            name: name,
            steps: [.send(RawServer.answer(status, body, headers: limits + counts + headers))],
            told: told,
            next: next,
            other: other
        )
    }

    private static func error(_ text: String, _ status: Int) -> String {
        #"{"status":{"message":"\#(text)","status_code":\#(status)}}"#
    }

    static let rows: [Row] = [
        row("200", 200, #"{"a":1}"#, [json], told: "success"),
        row("200 in chunks", 200, "[]", told: "success"),
        row("200 empty", 200, "", told: "retryable: Riot's answer cannot be used: it is empty."),
        row(
            "200 HTML",
            200,
            "<html></html>",
            told: "retryable: Riot's answer cannot be used: it is not a complete JSON object or array."
        ),
        row(
            "200 cut",
            200,
            #"{"a":[1,2"#,
            told: "retryable: Riot's answer cannot be used: it is not a complete JSON object or array."
        ),
        row(
            "200 wrong gzip",
            200,
            "{}",
            ["Content-Encoding: gzip"],
            told: "retryable: Riot's answer cannot be used: its gzip is damaged or inflates to more than 4096 bytes."
        ),
        row(
            "200 other encoding",
            200,
            "{}",
            ["Content-Encoding: br"],
            told: "retryable: Riot's answer cannot be used: it has a Content-Encoding that was not asked for."
        ),
        row("204", 204, "", told: "not found: Riot does not have it (204)."),
        row("301", 301, "", ["Location: /x"], told: "refused 301: Riot refused the request (301)."),
        row(
            "400",
            400,
            error("Bad Request - Exception decrypting", 400),
            told: "refused 400: Bad Request - Exception decrypting"
        ),
        row(
            "401",
            401,
            error("Unknown apikey", 401),
            told: "key rejected 401",
            next: "wait key",
            other: "wait key"
        ),
        row("403", 403, error("Forbidden", 403), told: "key rejected 403", next: "wait key", other: "wait key"),
        row("403 HTML", 403, "<html>", told: "key rejected 403", next: "wait key", other: "wait key"),
        row(
            "404",
            404,
            error("Data not found - match file not found", 404),
            told: "not found: Data not found - match file not found"
        ),
        row("404 without a body", 404, "", told: "not found: Riot does not have it (404)."),
        row("405", 405, "", told: "refused 405: Riot refused the request (405)."),
        row("415", 415, "", told: "refused 415: Riot refused the request (415)."),
        row(
            "429 application",
            429,
            error("Rate limit exceeded", 429),
            ["X-Rate-Limit-Type: application", "Retry-After: 3"],
            told: "limited application 4",
            next: "wait quota",
            other: "wait quota"
        ),
        row(
            "429 method",
            429,
            "",
            ["X-Rate-Limit-Type: method", "Retry-After: 3"],
            told: "limited method 4",
            next: "wait quota"
        ),
        row(
            "429 service",
            429,
            "",
            ["x-rate-limit-type: service", "retry-after: 3"],
            told: "limited service 4",
            next: "wait riot"
        ),
        row("429 of the service itself", 429, "", told: "limited none 1", next: "wait riot"),
        row(
            "429 application without a time",
            429,
            "",
            ["X-Rate-Limit-Type: application", "X-App-Rate-Limit-Count: 20:1,44:120"],
            told: "limited application 2",
            next: "wait quota",
            other: "wait quota"
        ),
        row(
            "429 application without time and counts",
            429,
            "",
            ["X-Rate-Limit-Type: application", "Retry-After: soon"],
            told: "limited application 1",
            next: "wait quota",
            other: "wait quota"
        ),
        row(
            "429 method without a time",
            429,
            "",
            ["X-Rate-Limit-Type: method"],
            told: "limited method 1",
            next: "wait quota"
        ),
        row("500", 500, error("Internal server error", 500), told: "retryable: Riot answered 500."),
        row("502 HTML", 502, "<html>", told: "retryable: Riot answered 502."),
        row("503", 503, "", told: "retryable after 5: Riot answered 503."),
        row("503 with a time", 503, "", ["Retry-After: 30"], told: "retryable after 30: Riot answered 503."),
        row("504", 504, "", told: "retryable: Riot answered 504."),
        row("520", 520, "", told: "retryable: Riot answered 520."),
        row("522", 522, "", told: "retryable: Riot answered 522."),
        row("524", 524, "", told: "retryable: Riot answered 524."),
        Row(
            name: "silence",
            steps: [.hang],
            told: "retryable: No answer from Riot: no complete answer came in time (libcurl 28).",
            other: unknown
        ),
        Row(
            name: "one byte at a time",
            steps: [.drip(RawServer.answer(200, "{}"), everyMilliseconds: 40)],
            told: "retryable: No answer from Riot: no complete answer came in time (libcurl 28).",
            other: unknown
        ),
        Row(
            name: "reset",
            steps: [.reset],
            told: "retryable: No answer from Riot: the connection broke (libcurl 56).",
            other: unknown
        ),
        Row(
            name: "closed",
            steps: [.close],
            told: "retryable: No answer from Riot: the connection broke (libcurl 52).",
            other: unknown
        ),
        Row(
            name: "truncated body",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), .close],
            told: "retryable: No answer from Riot: the answer ended too early (libcurl 18).",
            other: unknown
        ),
        Row(
            name: "longer than its length",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}"), .close],
            told: "success",
            other: unknown
        ),
        Row(
            name: "oversize",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{")],
            told: "retryable: No answer from Riot: the answer is larger than 4096 bytes, or its headers are.",
            other: unknown
        ),
        Row(
            name: "malformed limits",
            steps: [
                .send(RawServer.answer(200, "{}", headers: ["X-App-Rate-Limit: 20;1", "X-Method-Rate-Limit: 0:1"]))
            ],
            told: "success",
            other: unknown
        ),
    ]

    @Test(arguments: rows)
    func reactsAsTheTableSays(row: Row) async throws {
        try await withTestRedis { test, redis in
            let log = RecordingLog()
            let server = RawServer { _, _ in row.steps }
            defer { server.stop() }
            let limiter = limiter(redis, test.prefix, log.logger)
            let client = try client(server.baseURL, limiter, log.logger)
            let request = RiotRequest.match(try MatchID("EUW1_1"))
            let outcome = await client.attempt(request, permit: try await permit(limiter, request))
            #expect(Self.words(outcome) == row.told)
            #expect(Self.words(await limiter.acquire(route: "europe", method: .match)) == row.next)
            #expect(Self.words(await limiter.acquire(route: "europe", method: .timeline)) == row.other)
            // Another region is stopped by nothing but the key.
            #expect(
                Self.words(await limiter.acquire(route: "asia", method: .match))
                    == (row.other.contains("key") ? row.other : "granted")
            )
            #expect(server.heads.count == 1)
            #expect(!log.text.contains(Self.key))
            #expect(!"\(outcome)".contains(Self.key))
            await client.shutdown()
        }
    }

    @Test func keepsTheBytesOfTheWire() async throws {
        try await withTestRedis { test, redis in
            let text = Array(#"{"name":"喵"}"#.utf8)
            let wire = Gzip.deflate(text)
            let server = RawServer { _, _ in
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

    /// A permit that was not used for a request is free again.
    @Test func givesBackWhatWasNotSent() async throws {
        try await withTestRedis { test, redis in
            let server = RawServer(always: "")
            server.stop()
            let limiter = limiter(redis, test.prefix, test.logger)
            let client = try client(server.baseURL, limiter, test.logger)
            let match = RiotRequest.match(try MatchID("EUW1_1"))
            for request in [match, .summoner(puuid: "..", .na1), .summoner(puuid: "x", .ph2)] {
                let outcome = await client.attempt(request, permit: try await permit(limiter, request))
                guard request != match else { continue }
                #expect(Self.words(outcome).hasPrefix("refused 0"))
            }
            let wrong = await client.attempt(match, permit: try await permit(limiter, .timeline(try MatchID("EUW1_1"))))
            #expect(Self.words(wrong).hasPrefix("refused 0"))
            let unused = try await permit(limiter, match)
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await client.attempt(match, permit: unused)
            }
            #expect(Self.words(await cancelled.value).contains("cancelled"))
            for bucket in ["europe", "na1", "ph2"] {
                for log in ["app:log", "match:log", "timeline:log", "summonerByPUUID:log"] {
                    let key = "\(test.prefix)limit:{\(bucket)}:loopback-test:\(log)"
                    #expect(try await redis.send(["ZCARD", RedisArgument(key)]).int == 0, "\(key)")
                }
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

    private static func words(_ outcome: RiotOutcome) -> String {
        switch outcome {
        case .success: "success"
        case .notFound(let text): "not found: \(text)"
        case .keyRejected(let status): "key rejected \(status)"
        case .rateLimited(let after, let type): "limited \(type) \(after.components.seconds)"
        case .retryable(let reason, nil): "retryable: \(reason)"
        case .retryable(let reason, let after?): "retryable after \(after.components.seconds): \(reason)"
        case .refused(let status, let text): "refused \(status): \(text)"
        }
    }

    private static func words(_ decision: PermitDecision) -> String {
        switch decision {
        case .granted: "granted"
        case .wait(_, let reason): "wait \(reason.waitingFor)"
        }
    }
}
