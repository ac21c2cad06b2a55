import Logging
import Redis
import RiotModels
import TestSupport
import Testing

@testable import RiotClient

/// Every line of the table through the whole client: exact bytes on a socket, the limits on a real Redis.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ReactionTableTests {
    private static let key = "RGAPI-5ec9e7"

    @Test(arguments: ReactionRow.all)
    func reactsAsTheTableSays(row: ReactionRow) async throws {
        try await withTestRedis { test, redis in
            let log = RecordingLog()
            let limiter = RateLimiter(
                redis: redis,
                prefix: test.prefix,
                scope: "test",
                isLoopback: true,
                owner: "test",
                logger: log.logger
            )
            // Two requests to each of two routes, and each the first of its endpoint there.
            let teacher = try RawServer { request, _ in
                let counts = ReactionRow.counts(application: request % 2 + 1, method: 1)
                return [.send(RawServer.answer(200, "{}", headers: ReactionRow.limits + counts))]
            }
            defer { teacher.stop() }
            let (here, there) = (try MatchID("EUW1_1"), try MatchID("KR_1"))
            try await teach(
                [.match(here), .timeline(here), .match(there), .timeline(there)],
                with: try client(teacher.baseURL, limiter, log)
            )
            let permits = try await permitsLeft(after: .match(there), limiter)
            let request = RiotRequest.match(here)

            try await withServer(row.target) { baseURL, server in
                let client = try client(baseURL, limiter, log, row.tune)
                let outcome = await client.attempt(request, permit: try await permit(limiter, request))
                #expect(Self.words(outcome) == row.told)
                let next = await limiter.acquire(route: "europe", method: .match)
                #expect(Self.words(next) == row.next)
                let other = await limiter.acquire(route: "europe", method: .timeline)
                #expect(Self.words(other) == row.other)
                // Another region is stopped by nothing but the key.
                let elsewhere = await limiter.acquire(route: "sea", method: .match)
                #expect(Self.words(elsewhere) == (row.other == "wait key" ? "wait key" : "granted"))
                if row.other == "granted" {
                    let left = await drain("europe", limiter) + (row.next == "granted" ? 1 : 0) + 1
                    #expect(left == (row.permit == .kept ? permits - 1 : permits))
                }
                if let server { #expect(server.heads.count == (row.permit == .kept ? 1 : 0)) }
                #expect(log.text.contains(ReactionRow.trace) == (row.isTraced && row.told != "success"))
                #expect(!log.text.contains(Self.key))
                #expect(!"\(outcome)".contains(Self.key))
                await client.shutdown()
            }
        }
    }

    // MARK: Support

    /// Makes the limits of the requests' routes known, with one request each.
    private func teach(_ requests: [RiotRequest], with client: RiotClient) async throws {
        for request in requests {
            let outcome = await client.attempt(request, permit: try await permit(client.limiter, request))
            #expect(Self.words(outcome) == "success")
        }
        await client.shutdown()
    }

    /// How many permits a route has left when one was given back: what a kept one is compared with.
    private func permitsLeft(after request: RiotRequest, _ limiter: RateLimiter) async throws -> Int {
        await limiter.giveBack(try await permit(limiter, request))
        return await drain(request.route, limiter)
    }

    /// Takes every permit of a route that can be had now.
    private func drain(_ route: String, _ limiter: RateLimiter) async -> Int {
        var count = 0
        while case .granted = await limiter.acquire(route: route, method: .timeline) { count += 1 }
        return count
    }

    private func withServer(
        _ target: ReactionRow.Target,
        _ body: (_ baseURL: String, RawServer?) async throws -> Void
    ) async throws {
        switch target {
        case .answer(let greeting, let steps):
            let server = try RawServer(greeting: greeting) { _, _ in steps }
            defer { server.stop() }
            try await body(server.baseURL, server)
        case .https(let greeting):
            let server = try RawServer(greeting: greeting) { _, _ in [.close] }
            defer { server.stop() }
            try await body("https://127.0.0.1:\(server.port)/{route}", server)
        case .selfSigned:
            let server = try await SelfSignedServer()
            try await body("https://127.0.0.1:\(server.port)/{route}", nil)
        case .closedPort: try await body("http://127.0.0.1:1/{route}", nil)
        case .fullPort:
            let listener = FullListener()
            try await body("http://127.0.0.1:\(listener.port)/{route}", nil)
            withExtendedLifetime(listener) {}
        case .impossibleName: try await body("https://\(String(repeating: "x", count: 64)).{route}", nil)
        }
    }

    private func client(
        _ baseURL: String,
        _ limiter: RateLimiter,
        _ log: RecordingLog,
        _ tune: (inout RiotConfiguration) -> Void = { _ in }
    ) throws -> RiotClient {
        var configuration = RiotConfiguration(baseURL: baseURL, key: try RiotKey(Self.key))
        configuration.bodyLimit = ReactionRow.bodyLimit
        configuration.inflatedLimit = ReactionRow.bodyLimit
        tune(&configuration)
        return try RiotClient(configuration: configuration, limiter: limiter, logger: log.logger)
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
        case .abandoned(let reason): "abandoned: \(reason)"
        case .refused(let status, let text): "refused \(status): \(text)"
        }
    }

    private static func words(_ decision: PermitDecision) -> String {
        switch decision {
        case .granted: "granted"
        case .wait(let wait): "wait \(wait.reason.waitingFor)"
        }
    }
}
