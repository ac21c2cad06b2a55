import Logging
import Reactor
import Redis
import RiotModels
import RiotSimulator
import TestSupport
import Testing

@testable import RiotClient

/// Whole requests against the simulator, with the shared limits on a real Redis.
@Suite(.timeLimit(.minutes(2))) struct FetchTests {
    private static let key = "RGAPI-5ec9e7"
    private static let keyProbeInterval: Duration = .milliseconds(300)

    @Test func asksEveryEndpoint() async throws {
        try await withSimulator { simulator, client, _ in
            let account: RiotAccount = try await client.fetch(
                .account(try RiotID(parsing: "demo # na1"), .americas),
                patience: .seconds(20)
            ).decoded()
            #expect(account.gameName == "Demo")
            let summoner: RiotSummoner = try await client.fetch(
                .summoner(puuid: account.puuid, .na1),
                patience: .seconds(20)
            ).decoded()
            #expect(summoner.puuid == account.puuid)
            let ids: [MatchID] = try await client.fetch(
                .matchIDs(
                    puuid: account.puuid,
                    .americas,
                    startTime: 1_735_689_600,
                    endTime: 1_767_225_600,
                    count: 5
                ),
                patience: .seconds(20)
            ).decoded()
            #expect(ids.count == 5)
            let match = try await client.fetch(.match(ids[0]), patience: .seconds(20))
            #expect(match.isGzip)
            #expect(match.inflated().count > 20_000)
            let timeline = try await client.fetch(.timeline(ids[0]), patience: .seconds(20))
            #expect(timeline.inflated().count > 100_000)
            _ = try await client.fetch(.platformStatus(.na1), patience: .seconds(20))
            #expect(await simulator.stats().requests == 6)
        }
    }

    @Test func tellsMissingRefusedAndBrokenApart() async throws {
        try await withSimulator { simulator, client, _ in
            let missing = await failure { try await client.fetch(.match(try MatchID("NA1_1")), patience: .seconds(5)) }
            #expect(missing?.code == .notFound)
            #expect(missing?.message == "Data not found - match file not found")
            await simulator.simulation.add(FaultRule(.status, count: 1, status: 400))
            let refused = await failure { try await client.fetch(.platformStatus(.na1), patience: .seconds(5)) }
            #expect(refused?.code == .refused)
            #expect(refused?.status == 400)
            await simulator.simulation.add(FaultRule(.html, count: nil, status: 502))
            let broken = await failure {
                try await client.fetch(.platformStatus(.na1), attempts: 2, patience: .seconds(20))
            }
            #expect(broken?.code == .unavailable)
            #expect(await simulator.stats().byStatus["502"] == 2)
        }
    }

    @Test(arguments: [
        FaultRule(.status, status: 500), FaultRule(.reset), FaultRule(.lost), FaultRule(.truncated),
        FaultRule(.resetBody), FaultRule(.wrongGzip), FaultRule(.html, status: 200), FaultRule(.empty, status: 200),
        FaultRule(.brokenJSON), FaultRule(.malformedHeaders), FaultRule(.noHeaders), FaultRule(.hang),
        FaultRule(.rateLimit), FaultRule(.rateLimit, type: .service, retryAfter: 1),
        FaultRule(.rateLimit, type: .method), FaultRule(.rateLimit, type: .application, retryAfter: 1),
    ])
    func getsOverOneFault(rule: FaultRule) async throws {
        try await withSimulator { simulator, client, _ in
            _ = try await client.fetch(.platformStatus(.na1), patience: .seconds(20))
            await simulator.simulation.add(rule)
            _ = try await client.fetch(.platformStatus(.na1), patience: .seconds(20))
            let stats = await simulator.stats()
            #expect(stats.faults[rule.fault.rawValue] == 1)
            #expect(stats.arrivedWhileBlocked == 0)
        }
    }

    /// Three processes on one key, whose limits are a development key's scaled down, in real time.
    @Test func processesTogetherNeverExceedTheLimits() async throws {
        let limits = RateLimits(
            application: [RateLimit(count: 20, seconds: 1), RateLimit(count: 60, seconds: 4)],
            methods: [.match: [RateLimit(count: 9, seconds: 1)], .timeline: [RateLimit(count: 50, seconds: 2)]]
        )
        let options = SimulatorOptions(limits: limits, key: Self.key, latency: Latency(minimum: 5, maximum: 80))
        try await withSimulator(options) { simulator, client, makeClient in
            let account: RiotAccount = try await client.fetch(
                .account(try RiotID(parsing: "Demo#NA1"), .americas),
                patience: .seconds(20)
            ).decoded()
            let ids: [MatchID] = try await client.fetch(
                .matchIDs(puuid: account.puuid, .americas, count: 40),
                patience: .seconds(20)
            ).decoded()
            let clients = [client, try makeClient(), try makeClient()]
            try await withThrowingTaskGroup { group in
                for (number, id) in ids.enumerated() {
                    for request in [RiotRequest.match(id), .timeline(id)] {
                        group.addTask {
                            _ = try await clients[number % 3].fetch(request, patience: .seconds(60))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let stats = await simulator.stats()
            #expect(stats.byStatus == ["200": 82])
            #expect(stats.applicationViolations == 0)
            #expect(stats.methodViolations == 0)
            for client in clients.dropFirst() { await client.shutdown() }
        }
    }

    @Test func refusedKeyStopsAllProcessesUntilItIsGoodAgain() async throws {
        try await withSimulator { simulator, client, makeClient in
            let other = try makeClient()
            _ = try await client.fetch(.platformStatus(.na1), patience: .seconds(20))
            await simulator.simulation.setKeyPolicy(KeyPolicy(key: "another"))
            let refusedAt = ContinuousClock.now
            let failures = await withTaskGroup { group in
                for client in [client, other, client, other] {
                    group.addTask {
                        await failure {
                            try await client.fetch(.platformStatus(.na1), patience: .seconds(1))
                        }
                    }
                }
                return await group.reduce(into: [RiotError?]()) { $0.append($1) }
            }
            #expect(failures.allSatisfy { $0?.code == .keyRejected && $0?.status == 403 })
            // Those that were out when the first refusal came, then one per interval.
            let intervals = Int((ContinuousClock.now - refusedAt) / Self.keyProbeInterval) + 1
            #expect(await simulator.stats().keyRefusals <= 4 + intervals)
            async let waiting = client.fetch(.platformStatus(.na1), patience: .seconds(20))
            async let waitingToo = other.fetch(.platformStatus(.kr), patience: .seconds(20))
            other.replaceKey(try RiotKey("another"))
            client.replaceKey(try RiotKey("another"))
            _ = try await (waiting, waitingToo)
            #expect(await client.limiter.keyState() == .accepted)
            await other.shutdown()
        }
    }

    @Test func cancellationEndsEveryWait() async throws {
        try await withSimulator { simulator, client, _ in
            await simulator.simulation.add(FaultRule(.hang, count: nil))
            let tasks = (0..<4).map { _ in
                Task { await failure { try await client.fetch(.platformStatus(.na1), patience: .seconds(60)) } }
            }
            // One request is out, the others wait for it.
            let deadline = ContinuousClock.now + .seconds(20)
            while client.desk.count != 3 || client.underWay != 1, ContinuousClock.now < deadline { await Task.yield() }
            #expect(client.desk.count == 3)
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value?.code == .cancelled) }
            #expect(client.desk.count == 0)
        }
    }

    @Test func patienceEndsWithTheReason() async throws {
        try await withSimulator { simulator, client, _ in
            await simulator.simulation.add(
                FaultRule(.rateLimit, count: 1, type: .application, retryAfter: 30)
            )
            let error = await failure {
                try await client.fetch(.platformStatus(.na1), patience: .milliseconds(300))
            }
            // Not `.unavailable`: a sync that only had to be patient must not lose an attempt.
            #expect(error?.code == .noPermit && error?.waitingFor == "quota")
            #expect(error?.message.contains("na1") == true)
        }
    }

    // MARK: Support

    /// Made once: it costs a good part of a second.
    private static let world = Result {
        var options = WorldOptions()
        options.players = 20
        options.platforms = [.na1]
        options.named = [.init(try RiotID(parsing: "Demo#NA1"), platform: .na1, matches: [2025: 50])]
        return try SimulatorWorld(options)
    }

    private typealias MakeClient = () throws -> RiotClient

    private func withSimulator(
        _ options: SimulatorOptions? = nil,
        _ body: (SimulatorServer, RiotClient, _ makeClient: MakeClient) async throws -> Void
    ) async throws {
        let options = options ?? SimulatorOptions(key: Self.key)
        let log = RecordingLog()
        try await withTestRedis { test, redis in
            try await SimulatorServer.withRunning(try Self.world.get(), options: options) { simulator in
                let baseURL = try await simulator.baseURL()
                let makeClient = {
                    let limiter = RateLimiter(
                        redis: redis,
                        prefix: test.prefix,
                        scope: "test",
                        isLoopback: true,
                        owner: "test",
                        logger: log.logger,
                        timing: LimiterTiming(keyProbeInterval: Self.keyProbeInterval),
                        scripts: .shared
                    )
                    var configuration = RiotConfiguration(baseURL: baseURL, key: try RiotKey(Self.key))
                    configuration.requestTimeout = .seconds(2)
                    configuration.connectTimeout = .seconds(1)
                    return try RiotClient(configuration: configuration, limiter: limiter, logger: log.logger)
                }
                let client = try makeClient()
                try await body(simulator, client, makeClient)
                await client.shutdown()
            }
        }
        #expect(!log.text.contains(Self.key))
    }
}

/// The error that a request ends with, if any.
private func failure(_ body: () async throws -> RiotResponse) async -> RiotError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? RiotError
    }
}
