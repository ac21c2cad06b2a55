import Logging
import Redis
import TestSupport
import Testing

@testable import RiotClient

/// Random operations on the scripts and on the model, side by side: every answer and every figure is the same.
@Suite(.timeLimit(.minutes(3))) struct LimiterRandomOperationsTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func scriptsDecideAsTheModel(seed: UInt64) async throws {
        try await withTestRedis { test, redis in
            var pair = LimiterPair(seed: seed) {
                VirtualLimiter(redis: redis, prefix: test.prefix, logger: test.logger)
            }
            for step in 0..<700 {
                try await pair.operate()
                if step % 5 == 0 { try await pair.compareState() }
            }
            #expect(pair.granted > 50 && pair.refused > 50)
        }
    }
}

/// The scripts and the model, and the requests that are under way.
private struct LimiterPair {
    private struct Request {
        var permit: Permit
        var method: RiotMethod
    }

    private static let route = "europe"
    private static let methods: [RiotMethod] = [.match, .timeline]
    private static let limits: [[(limit: Int, seconds: Double)]] = [
        [(20, 1), (100, 10)], [(5, 1), (12, 7)], [(3, 2)], [(60, 10), (17, 3)], [(20, 1), (40, 10), (300, 90)],
    ]

    private(set) var limiter: VirtualLimiter
    private let makeLimiter: () -> VirtualLimiter
    private(set) var granted = 0
    private(set) var refused = 0
    private var model = LimiterModel()
    private var random: SeededGenerator
    private var now: Int64 = 1_000_000
    private var requests: [Request] = []
    private var application: FixedWindowModel
    private var windows: [RiotMethod: FixedWindowModel]

    init(seed: UInt64, _ makeLimiter: @escaping () -> VirtualLimiter) {
        self.makeLimiter = makeLimiter
        limiter = makeLimiter()
        random = SeededGenerator(seed: seed)
        application = FixedWindowModel(Self.limits[0])
        windows = Dictionary(uniqueKeysWithValues: Self.methods.map { ($0, FixedWindowModel(Self.limits[3])) })
    }

    private func names(_ method: RiotMethod) -> [String] { limiter.limiter.bucketKeys(Self.route, method) }
    private mutating func chance(_ share: Double) -> Bool { random.between(0...1) < share }

    mutating func operate() async throws {
        now += Int64(chance(0.05) ? random.between(0...15_000_000) : random.between(0...120_000))
        switch random.between(0...1) {
        case ..<0.55: try await acquire()
        case ..<0.90: try await end()
        case ..<0.93: try await giveBack()
        case ..<0.95: try await block()
        case ..<0.96: try await die()
        case ..<0.98: changeLimits()
        default: _ = application.arrive(at: Double(now))  // another program
        }
    }

    private mutating func acquire() async throws {
        let method = Self.methods.randomElement(using: &random) ?? .match
        let isInteractive = chance(0.3)
        let decision = try await limiter.acquire(
            at: Double(now) / 1000,
            route: Self.route,
            method: method,
            priority: isInteractive ? .interactive : .background
        )
        let id = decision.permit?.id ?? "nobody"
        let expected = model.acquire(id, names(method), isInteractive: isInteractive, at: now)
        switch (decision, expected) {
        case (.granted(let permit), .go):
            granted += 1
            #expect(permit.grantedAt == now + 1_700_000_000_000_000)
            requests.append(Request(permit: permit, method: method))
        case (.wait(let wait), .wait(let microseconds, let word, let detail)):
            refused += 1
            #expect(wait.duration == .microseconds(microseconds))
            #expect(wait.reason == AcquireReply.reason(word, detail, route: Self.route, method: method))
        default: Issue.record("the scripts say \(decision), the model \(expected), at \(now)")
        }
    }

    /// An answer comes, sometimes without its headers or with counts that nobody would expect, or does not.
    private mutating func end() async throws {
        guard !requests.isEmpty else { return }
        let request = requests.remove(at: Int.random(in: 0..<requests.count, using: &random))
        var answers: [FixedWindowModel?] = [nil, nil]
        if !chance(0.05) {
            _ = application.arrive(at: Double(now))
            _ = windows[request.method]?.arrive(at: Double(now))
            answers = [application, windows[request.method]]
        }
        let isLost = chance(0.08)
        let age = Int64(chance(0.5) ? 0 : random.between(0...300_000))
        try await limiter.settle(
            request.permit,
            at: Double(now) / 1000,
            application: answers[0].map { ($0.limitHeader, $0.countHeader) },
            method: answers[1].map { ($0.limitHeader, $0.countHeader) },
            isLost: isLost,
            age: .microseconds(age)
        )
        let told = answers.map { $0?.answer ?? LimiterModel.Answer() }
        model.settle(
            request.permit.id,
            granted: request.permit.grantedAt - 1_700_000_000_000_000,
            zip(names(request.method), told).map { ($0, isLost ? nil : $1) },
            age: age,
            at: now
        )
    }

    private mutating func giveBack() async throws {
        guard !requests.isEmpty else { return }
        let request = requests.remove(at: Int.random(in: 0..<requests.count, using: &random))
        try await limiter.setClock(milliseconds: Double(now) / 1000)
        await limiter.limiter.giveBack(request.permit)
        model.giveBack(request.permit.id, names(request.method), at: now)
    }

    /// The process is killed, and another one begins under its name.
    private mutating func die() async throws {
        limiter = makeLimiter()
        try await limiter.setClock(milliseconds: Double(now) / 1000)
        await limiter.limiter.giveUpFormerPermits()
        let buckets = Set(Self.methods.flatMap { names($0) })
        model.giveUp(requests.map(\.permit.id), Array(buckets), at: now)
        requests = []
    }

    private mutating func block() async throws {
        guard let request = requests.last else { return }
        let isApplication = chance(0.3)
        let seconds = Int(random.between(0...3))
        try await limiter.setClock(milliseconds: Double(now) / 1000)
        _ = await limiter.limiter.block(
            request.permit,
            scope: isApplication ? .application : .service,
            retryAfter: .seconds(seconds)
        )
        model.block(
            names(request.method)[isApplication ? 0 : 1],
            type: isApplication ? "application" : "service",
            pause: Int64(seconds + 1) * 1_000_000,
            at: now
        )
    }

    private mutating func changeLimits() {
        let limits = Self.limits.randomElement(using: &random) ?? []
        if chance(0.5) { application = FixedWindowModel(limits) } else { windows[.match] = FixedWindowModel(limits) }
    }

    // MARK: what is kept

    func compareState() async throws {
        for name in Set(Self.methods.flatMap { names($0) }) {
            let bucket = model.buckets[name]
            let fields = try await limiter.redis.send(["HGETALL", RedisArgument(name)]).array?.compactMap(\.text) ?? []
            let pairs = stride(from: 0, to: fields.count, by: 2).map { (fields[$0], fields[$0 + 1]) }
            let hash = Dictionary(uniqueKeysWithValues: pairs)
            for window in bucket?.windows ?? [] {
                let seconds = window.length / 1_000_000
                #expect(hash["w:\(seconds)"] == window.packed, "\(name) at \(now)")
                let kept = try await members(of: "\(name):\(seconds)")
                let expected = window.loose.map { (window.answered.contains($0.key) ? "=\($0.key)" : $0.key, $0.value) }
                #expect(kept == Dictionary(uniqueKeysWithValues: expected), "\(name):\(seconds) at \(now)")
            }
            #expect(try await members(of: "\(name):open") == (bucket?.open ?? [:]))
        }
    }

    private func members(of key: String) async throws -> [String: Int64] {
        let flat = try await limiter.redis.send(["ZRANGE", RedisArgument(key), "0", "-1", "WITHSCORES"]).array ?? []
        var members: [String: Int64] = [:]
        for index in stride(from: 0, to: flat.count, by: 2) {
            let score = Double(flat[index + 1].text ?? "") ?? 0
            members[flat[index].text ?? ""] = Int64(score) - 1_700_000_000_000_000
        }
        return members
    }
}

extension WindowModel {
    /// As the scripts keep it; their clock began 1.7 billion seconds earlier.
    fileprivate var packed: String {
        func time(_ value: Int64?) -> String {
            guard let value else { return "-" }
            return value == 0 ? "0" : "\(value + 1_700_000_000_000_000)"
        }
        return [
            time(start), time(low), time(high), "\(sure)", "\(seen)", time(seenGranted), time(seenTold),
            time(sharedUntil), "\(guarded)", "\(over)", time(floor), "\(expired)",
            "\(others)", "\(othersBefore)", "\(othersEarlier)",
        ].joined(separator: " ")
    }
}
