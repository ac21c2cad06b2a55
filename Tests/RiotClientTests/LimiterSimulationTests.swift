import Logging
import Redis
import TestSupport
import Testing

@testable import RiotClient

/// Several processes against Riot's fixed windows, in virtual time: no request is ever refused, and hardly one that is
/// permitted is not sent.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LimiterSimulationTests {
    static let scenarios = [
        LimiterScenario(
            name: "slow and lossy, half an hour",
            application: [(20, 1), (100, 10)],
            method: [(250, 10)],
            latency: 50...800,
            lost: 0.01,
            virtualSeconds: 1800,
            use: 0.985  // what is late at each window adds up over 180 of them
        ),
        LimiterScenario(
            name: "low latency",
            application: [(20, 1), (100, 10)],
            method: [(1000, 10)],
            latency: 2...18,
            virtualSeconds: 600,
            use: 0.995
        ),
        LimiterScenario(
            name: "two windows of one rate",
            application: [(500, 10), (30_000, 600)],
            method: [(2000, 10)],
            latency: 50...800,
            lost: 0.01,
            virtualSeconds: 600,
            use: 0.99
        ),
        LimiterScenario(
            name: "workers die",
            application: [(20, 1), (100, 10)],
            method: [(30, 1)],
            latency: 50...800,
            lost: 0.01,
            died: 0.003,
            virtualSeconds: 600,
            use: 0.985
        ),
        LimiterScenario(
            name: "tight method limit",
            application: [(500, 10)],
            method: [(7, 1), (30, 10)],
            latency: 20...2500,
            lost: 0.05,
            virtualSeconds: 200,
            use: 0.75
        ),
        LimiterScenario(
            name: "one at a time",
            application: [(1, 1)],
            method: [(5, 1)],
            latency: 5...1500,
            lost: 0.1,
            virtualSeconds: 200,
            workers: 6,
            use: 0.28  // each lost answer costs eleven seconds here, because nothing tells that it was counted
        ),
    ]

    @Test(arguments: scenarios)
    func riotNeverHasToRefuse(scenario: LimiterScenario) async throws {
        var simulation = LimiterSimulation(scenario, seed: 7, judge: ModelJudge())
        try await simulation.run()
        print("\(scenario.name): \(simulation.summary)")
        #expect(simulation.refused == 0)
        #expect(simulation.use >= scenario.use)
        #expect(simulation.use <= 1)
    }

    /// The same decisions by the scripts, on a real Redis.
    @Test(arguments: scenarios.filter { $0.virtualSeconds <= 200 || ["low latency", "workers die"].contains($0.name) })
    func scriptsNeverMakeRiotRefuse(scenario: LimiterScenario) async throws {
        var scenario = scenario
        scenario.virtualSeconds = min(scenario.virtualSeconds, 60)
        try await withTestRedis { test, redis in
            let judge = ScriptJudge(processes: scenario.workers) {
                VirtualLimiter(redis: redis, prefix: test.prefix, owner: "p\($0)", logger: test.logger)
            }
            var simulation = LimiterSimulation(scenario, seed: 7, judge: judge)
            try await simulation.run()
            print("\(scenario.name), scripts: \(simulation.summary)")
            #expect(simulation.refused == 0)
            #expect(simulation.use >= scenario.use - 0.05)  // a minute has few windows
        }
    }

    @Test func noLimitsAndLatenciesMakeRiotRefuse() async throws {
        var random = SeededGenerator(seed: 2026)
        for number in 0..<60 {
            let scenario = LimiterScenario.any(&random)
            var simulation = LimiterSimulation(scenario, seed: UInt64(number), judge: ModelJudge())
            try await simulation.run()
            #expect(simulation.refused == 0, "\(number): \(scenario)")
        }
    }

    /// Another program bursts through a third of the quota, and workers die meanwhile.
    @Test func anotherProgramWithTheSameKeyIsMadeRoomFor() async throws {
        let scenario = LimiterScenario(
            name: "another program",
            application: [(20, 1), (100, 10)],
            method: [(250, 10)],
            latency: 50...800,
            lost: 0.01,
            died: 0.003,
            virtualSeconds: 600,
            othersBurst: 33,
            use: 0.96
        )
        var simulation = LimiterSimulation(scenario, seed: 3, judge: ModelJudge())
        try await simulation.run()
        print("\(scenario.name): \(simulation.summary)")
        #expect(Double(simulation.refused) <= 0.005 * Double(simulation.sent))
        #expect(simulation.use >= scenario.use)
    }
}

/// The model, for one application and one method.
struct ModelJudge: LimiterJudge {
    struct Ticket: Sendable {
        let id: String
        let granted: Int64
    }

    private static let names = ["app", "match"]
    private var model = LimiterModel()
    private var last = 0

    mutating func acquire(at now: Int64) -> Result<Ticket, SimulatedWait> {
        last += 1
        switch model.acquire("\(last)", Self.names, isInteractive: false, at: now) {
        case .go: return .success(Ticket(id: "\(last)", granted: now))
        case .wait(let microseconds, _, _): return .failure(SimulatedWait(microseconds: microseconds))
        }
    }

    mutating func settle(_ ticket: Ticket, _ headers: (FixedWindowModel, FixedWindowModel)?, at now: Int64) {
        model.settle(
            ticket.id,
            granted: ticket.granted,
            [("app", headers?.0.answer), ("match", headers?.1.answer)],
            at: now
        )
    }

    mutating func giveUp(_ ticket: Ticket, at now: Int64) { model.giveUp([ticket.id], Self.names, at: now) }

    mutating func block(_ ticket: Ticket, isApplication: Bool, seconds: Int, at now: Int64) {
        model.block(
            isApplication ? "app" : "match",
            type: isApplication ? "application" : "method",
            pause: Int64(seconds) * 1_000_000 + 100_000,
            at: now
        )
    }
}

/// The scripts, asked by processes that have one request under way each.
struct ScriptJudge: LimiterJudge {
    struct Ticket: Sendable {
        let permit: Permit
        let process: Int
    }

    private var limiters: [VirtualLimiter]
    private let begin: (Int) -> VirtualLimiter
    /// Those that have nothing under way, whoever was idle longest first.
    private var idle: [Int]

    init(processes: Int, _ begin: @escaping (Int) -> VirtualLimiter) {
        self.begin = begin
        limiters = (0..<processes).map(begin)
        idle = Array(limiters.indices)
    }

    mutating func acquire(at now: Int64) async throws -> Result<Ticket, SimulatedWait> {
        let process = idle.removeFirst()
        switch try await limiters[process].acquire(at: Double(now) / 1000) {
        case .granted(let permit): return .success(Ticket(permit: permit, process: process))
        case .wait(let wait):
            idle.append(process)
            return .failure(SimulatedWait(microseconds: wait.duration.wholeMicroseconds))
        }
    }

    mutating func settle(
        _ ticket: Ticket,
        _ headers: (FixedWindowModel, FixedWindowModel)?,
        at now: Int64
    ) async throws {
        idle.append(ticket.process)
        try await limiters[ticket.process].settle(
            ticket.permit,
            at: Double(now) / 1000,
            application: headers.map { ($0.0.limitHeader, $0.0.countHeader) },
            method: headers.map { ($0.1.limitHeader, $0.1.countHeader) },
            isLost: headers == nil
        )
    }

    mutating func giveUp(_ ticket: Ticket, at now: Int64) async throws {
        limiters[ticket.process] = begin(ticket.process)
        idle.append(ticket.process)
        try await limiters[ticket.process].setClock(milliseconds: Double(now) / 1000)
        await limiters[ticket.process].limiter.giveUpFormerPermits()
    }

    mutating func block(_ ticket: Ticket, isApplication: Bool, seconds: Int, at now: Int64) async throws {
        try await limiters[ticket.process].setClock(milliseconds: Double(now) / 1000)
        _ = await limiters[ticket.process].limiter.block(
            ticket.permit,
            scope: isApplication ? .application : .method,
            retryAfter: .seconds(seconds),
            isWindowKnown: true
        )
    }
}
