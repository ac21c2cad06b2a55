import Glibc
import Logging
import Redis
import RiotClient
import RiotModels

/// Requests in `RiotClient.fetch` at routes whose limit is full.
struct WaitingRequests {
    private let client: RiotClient
    private let redis: RedisClient

    init(redisURL: String, prefix: String, baseURL: String) throws {
        var logger = Logger(label: "limiter-benchmark")
        logger.logLevel = .error
        redis = RedisClient(address: try RedisAddress(parsing: redisURL), name: "benchmark", logger: logger)
        let limiter = RateLimiter(
            redis: redis,
            prefix: prefix,
            scope: "benchmark",
            isLoopback: true,
            owner: "match-worker:\(getpid())",
            logger: logger
        )
        let configuration = RiotConfiguration(baseURL: baseURL, key: try RiotKey("RGAPI-benchmark"))
        client = try RiotClient(configuration: configuration, limiter: limiter, logger: logger)
    }

    /// Uses up the routes' limits of one request, lets `count` more wait in as many lines, and cancels them.
    func run(_ count: Int, lines: Int) async throws {
        let matches = try ["NA1_1", "EUW1_1", "KR_1", "SG2_1"].map { try MatchID($0) }
        for match in matches {
            do {
                _ = try await client.fetch(.match(match), patience: .seconds(20))
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        let all = matches.flatMap { match in
            [RiotRequest.match(match), .timeline(match)].flatMap { request in
                RequestPriority.allCases.map { (request, $0) }
            }
        }
        guard lines <= all.count else { throw BenchmarkFailed.usage }
        waitForWord(after: "ready")
        try await withThrowingTaskGroup { [client] group in
            for index in 0..<count {
                let (request, priority) = all[index % lines]
                group.addTask { _ = try? await client.fetch(request, priority: priority, patience: .seconds(500)) }
            }
            let deadline = ContinuousClock.now + .seconds(60)
            while client.waiting < count {
                guard ContinuousClock.now < deadline else {
                    throw BenchmarkFailed(message: "only \(client.waiting) of \(count) requests wait")
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            waitForWord(after: "waiting")
            let began = ContinuousClock.now
            group.cancelAll()
            try await group.waitForAll()
            waitForWord(after: "{\"seconds\": \(began.duration(to: .now) / .seconds(1))}")
        }
        await client.shutdown()
        await redis.close()
    }
}
