import TestSupport

@testable import RiotClient

/// Who says go in a simulation: the scripts on a real Redis, or the model.
protocol LimiterJudge {
    associatedtype Ticket: Sendable
    /// At a time in microseconds: a ticket, or how many microseconds to wait.
    mutating func acquire(at now: Int64) async throws -> Result<Ticket, SimulatedWait>
    /// The answer's headers, application and method; nil when none will come.
    mutating func settle(_ ticket: Ticket, _ headers: (FixedWindowModel, FixedWindowModel)?, at now: Int64) async throws
    /// The process of a request was killed, and another one has begun under its name.
    mutating func giveUp(_ ticket: Ticket, at now: Int64) async throws
    /// A 429 of the application or the method, with Riot's `Retry-After` in seconds.
    mutating func block(_ ticket: Ticket, isApplication: Bool, seconds: Int, at now: Int64) async throws
}

/// A refusal of a permit.
struct SimulatedWait: Error {
    let microseconds: Int64
}

/// Many workers and Riot's fixed windows in virtual time, with latency, lost answers, workers that die, and perhaps
/// another program that uses the same key.
struct LimiterSimulation<Judge: LimiterJudge> {
    private enum Event {
        case wake(worker: Int)
        case arrive(Judge.Ticket, worker: Int, answerAt: Double?, isGivenUp: Bool)
        case told(Judge.Ticket, worker: Int, headers: (FixedWindowModel, FixedWindowModel)?, refusal: Refusal?)
        case restart(Judge.Ticket, worker: Int)
        case others(left: Int)
    }

    private struct Refusal {
        var isApplication: Bool
        var seconds: Int
    }

    /// A request's time-out; an answer that takes longer is a lost one.
    private static var timeout: Double { 10_000_000 }

    let scenario: LimiterScenario
    private(set) var application: FixedWindowModel
    private(set) var method: FixedWindowModel
    private(set) var sent = 0
    private(set) var refused = 0
    private(set) var othersRefused = 0
    private(set) var calls = 0
    private var judge: Judge
    private var random: SeededGenerator
    private var queue = EventQueue<Event>()

    init(_ scenario: LimiterScenario, seed: UInt64, judge: Judge) {
        self.scenario = scenario
        self.judge = judge
        random = SeededGenerator(seed: seed)
        application = FixedWindowModel(scenario.application)
        method = FixedWindowModel(scenario.method)
    }

    private var end: Double { scenario.virtualSeconds * 1_000_000 }
    var use: Double { max(application.use(until: end), method.use(until: end)) }
    var summary: String {
        "\(sent) sent, \(refused) refused, \(othersRefused) of others refused, \(Int(use * 10_000)) per 10,000 used, "
            + "\(calls) questions"
    }

    mutating func run() async throws {
        for worker in 0..<scenario.workers { queue.push(.wake(worker: worker), at: Double(worker) * 1000) }
        if scenario.othersBurst > 0 { queue.push(.others(left: scenario.othersBurst), at: 2_500_000) }
        var count = 0
        while let (now, event) = queue.pop(), now < end {
            try await handle(event, at: now)
            count += 1
            // The model never waits: the tests beside it would starve.
            if count % 50 == 0 { await Task.yield() }
        }
    }

    private mutating func handle(_ event: Event, at now: Double) async throws {
        switch event {
        case .wake(let worker):
            calls += 1
            switch try await judge.acquire(at: Int64(now)) {
            case .success(let ticket): send(ticket, worker: worker, at: now)
            case .failure(let wait):
                queue.push(.wake(worker: worker), at: now + Double(wait.microseconds) + random.between(0...2000))
            }
        case .arrive(let ticket, let worker, let answerAt, let isGivenUp):
            let refusal = arrive(at: now)
            if let answerAt {
                queue.push(
                    .told(ticket, worker: worker, headers: (application, method), refusal: refusal),
                    at: answerAt
                )
            } else if isGivenUp {
                queue.push(.told(ticket, worker: worker, headers: nil, refusal: nil), at: now + Self.timeout)
            }
        case .told(let ticket, let worker, let headers, let refusal):
            if let refusal {
                try await judge.block(
                    ticket,
                    isApplication: refusal.isApplication,
                    seconds: refusal.seconds,
                    at: Int64(now)
                )
            }
            try await judge.settle(ticket, headers, at: Int64(now))
            queue.push(.wake(worker: worker), at: now + random.between(500...3000))
        case .restart(let ticket, let worker):
            try await judge.giveUp(ticket, at: Int64(now))
            queue.push(.wake(worker: worker), at: now)
        case .others(let left): burst(left, at: now)
        }
    }

    /// Riot's edge asks the application's windows first; what they refuse reaches no method.
    private mutating func arrive(at now: Double) -> Refusal? {
        sent += 1
        if !application.arrive(at: now) {
            refused += 1
            return Refusal(isApplication: true, seconds: application.secondsLeft(at: now))
        }
        if !method.arrive(at: now) {
            refused += 1
            return Refusal(isApplication: false, seconds: method.secondsLeft(at: now))
        }
        return nil
    }

    private mutating func send(_ ticket: Judge.Ticket, worker: Int, at now: Double) {
        let latency = random.between(scenario.latency) * 1000
        let arrival = now + latency * random.between(0...1)
        if random.between(0...1) < scenario.died {
            // Its process is gone: nobody settles, another takes its place. The request arrives all the same, but not
            // long after the connection was closed.
            let restart = now + random.between(10_000...1_000_000)
            queue.push(.restart(ticket, worker: worker), at: restart)
            queue.push(
                .arrive(ticket, worker: worker, answerAt: nil, isGivenUp: false),
                at: min(arrival, restart + 990_000)
            )
        } else if random.between(0...1) < scenario.lost {
            queue.push(.arrive(ticket, worker: worker, answerAt: nil, isGivenUp: true), at: arrival)
        } else {
            queue.push(.arrive(ticket, worker: worker, answerAt: now + latency, isGivenUp: false), at: arrival)
        }
    }

    /// Another program: six requests a second until its burst is through or refused, then again in a while.
    private mutating func burst(_ left: Int, at now: Double) {
        var isStopped = false
        for _ in 0..<min(6, left) where !isStopped {
            isStopped = !application.arrive(at: now)
            if isStopped { othersRefused += 1 }
        }
        let isThrough = left <= 6 || isStopped
        queue.push(
            .others(left: isThrough ? scenario.othersBurst : left - 6),
            at: now + (isThrough ? random.between(4_000_000...6_000_000) : 1_000_000)
        )
    }
}

/// Events in the order of their times, and of their making when these are equal.
private struct EventQueue<Event> {
    private var heap: [(time: Double, order: Int, event: Event)] = []
    private var order = 0

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        (heap[one].time, heap[one].order) < (heap[other].time, heap[other].order)
    }

    mutating func push(_ event: Event, at time: Double) {
        order += 1
        heap.append((time, order, event))
        var index = heap.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func pop() -> (Double, Event)? {
        guard !heap.isEmpty else { return nil }
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        var index = 0
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { precedes($0, $1) }), precedes(least, index) else { break }
            heap.swapAt(least, index)
            index = least
        }
        return (first.time, first.event)
    }
}

extension SeededGenerator {
    /// Evenly from a range.
    mutating func between(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }
}
