import Logging
import Redis
import TestSupport
import Testing

@testable import RiotClient

/// Several processes against Riot's fixed windows, in virtual time: the scripts on a real Redis, the clock ours.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LimiterSimulationTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        var name: String
        var application: [(limit: Int, seconds: Double)]
        var method: [(limit: Int, seconds: Double)]
        var latency: ClosedRange<Double>
        var lost = 0.0
        var died = 0.0
        var virtualSeconds: Double
        var workers = 10
        /// The least use that is acceptable; the present limiter spends a round trip per window.
        var use: Double
        var testDescription: String { name }
    }

    static let scenarios = [
        Scenario(
            name: "development key, slow and lossy",
            application: [(20, 1), (100, 10)],
            method: [(30, 1)],
            latency: 50...800,
            lost: 0.01,
            died: 0.002,
            virtualSeconds: 40,
            use: 0.80
        ),
        Scenario(
            name: "low latency",
            application: [(20, 1), (100, 10)],
            method: [(1000, 10)],
            latency: 2...20,
            virtualSeconds: 30,
            use: 0.95
        ),
        Scenario(
            name: "tight method limit",
            application: [(500, 10)],
            method: [(7, 1), (30, 10)],
            latency: 20...2500,
            lost: 0.05,
            virtualSeconds: 40,
            use: 0.60
        ),
        Scenario(
            name: "one at a time",
            application: [(1, 1)],
            method: [(5, 1)],
            latency: 5...1500,
            lost: 0.1,
            virtualSeconds: 60,
            workers: 6,
            use: 0.40
        ),
    ]

    @Test(arguments: scenarios)
    func riotNeverHasToRefuse(scenario: Scenario) async throws {
        try await withTestRedis { test, redis in
            var simulation = Simulation(scenario: scenario, seed: 7)
            let processes = (0..<4).map {
                VirtualLimiter(redis: redis, prefix: test.prefix, owner: "p\($0)", logger: test.logger)
            }
            try await simulation.run(processes)
            let use = simulation.use
            print("\(scenario.name): \(simulation.summary)")
            #expect(simulation.refused == 0)
            #expect(use >= scenario.use, "used \(use)")
            #expect(use <= 1.01)
        }
    }
}

private struct Simulation {
    private enum Event {
        case wake(worker: Int)
        case arrive(Permit, worker: Int, answerAt: Double?, toldAt: Double)
        case told(Permit, worker: Int, headers: (String, String, String, String)?)
    }

    /// A request's time-out; an answer that takes longer is a lost one.
    private static let timeout = 10_000.0

    private let scenario: LimiterSimulationTests.Scenario
    private var random: SplitMix
    private var queue: [(time: Double, order: Int, event: Event)] = []
    private var order = 0
    private var application: FixedWindowModel
    private var method: FixedWindowModel
    private var calls = 0
    private var now = 0.0

    init(scenario: LimiterSimulationTests.Scenario, seed: UInt64) {
        self.scenario = scenario
        random = SplitMix(state: seed)
        application = FixedWindowModel(scenario.application)
        method = FixedWindowModel(scenario.method)
    }

    var refused: Int { application.refused + method.refused }
    var use: Double { max(application.use(until: now), method.use(until: now)) }
    var summary: String {
        "\(application.accepted) accepted, \(refused) refused, \(Int(use * 1000) / 10) % used, \(calls) calls to acquire"
    }

    mutating func run(_ processes: [VirtualLimiter]) async throws {
        for worker in 0..<scenario.workers { schedule(.wake(worker: worker), at: Double(worker)) }
        while let (time, event) = next(), time < scenario.virtualSeconds * 1000 {
            now = time
            switch event {
            case .wake(let worker):
                calls += 1
                switch try await processes[worker % processes.count].acquire(at: now) {
                case .granted(let permit): send(permit, worker: worker)
                case .wait(let wait, _): schedule(.wake(worker: worker), at: now + Double(wait))
                }
            case .arrive(let permit, let worker, let answerAt, let toldAt):
                application.arrive(at: now)
                method.arrive(at: now)
                let headers = (
                    application.limitHeader, application.countHeader, method.limitHeader, method.countHeader
                )
                schedule(
                    .told(permit, worker: worker, headers: answerAt == nil ? nil : headers),
                    at: answerAt ?? toldAt
                )
            case .told(let permit, let worker, let headers):
                try await processes[worker % processes.count].settle(
                    permit,
                    at: now,
                    application: headers.map { ($0.0, $0.1) },
                    method: headers.map { ($0.2, $0.3) },
                    isLost: headers == nil
                )
                schedule(.wake(worker: worker), at: now + random.next(0...3))
            }
        }
    }

    private mutating func send(_ permit: Permit, worker: Int) {
        let latency = random.next(scenario.latency)
        let arrival = now + latency * random.next(0.01...0.99)
        if random.next(0...1) < scenario.died {
            // Its process is gone: nobody settles, another takes its place. The request arrives all the same.
            schedule(.wake(worker: worker), at: now + 1000)
            schedule(.arrive(permit, worker: worker, answerAt: nil, toldAt: .infinity), at: arrival)
        } else if random.next(0...1) < scenario.lost {
            schedule(.arrive(permit, worker: worker, answerAt: nil, toldAt: now + Self.timeout), at: arrival)
        } else {
            schedule(.arrive(permit, worker: worker, answerAt: now + latency, toldAt: 0), at: arrival)
        }
    }

    private mutating func schedule(_ event: Event, at time: Double) {
        order += 1
        let index = queue.partitioningIndex { ($0.time, $0.order) > (time, order) }
        queue.insert((time, order, event), at: index)
    }

    private mutating func next() -> (Double, Event)? {
        queue.isEmpty ? nil : { ($0.time, $0.event) }(queue.removeFirst())
    }
}

/// A seeded generator (Steele, Lea, Flood 2014), so that a failure can be run again.
private struct SplitMix {
    var state: UInt64

    mutating func next(_ range: ClosedRange<Double>) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return range.lowerBound + Double(bits >> 11) / 9_007_199_254_740_992 * (range.upperBound - range.lowerBound)
    }
}

extension Array {
    fileprivate func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
