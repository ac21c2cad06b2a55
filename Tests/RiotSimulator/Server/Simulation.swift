public import RiotModels

/// Everything about a running simulator that changes: counts, windows, faults, key and delays.
///
/// The control URLs and tests in the same process both act on it.
public actor Simulation {
    /// Requests that the log keeps.
    private static let logLimit = 20_000

    /// What becomes of a request once it has arrived.
    struct Verdict: Sendable {
        enum Decision: Sendable {
            case answer
            case refused(status: Int)
            case rateLimited(RateLimitType, retryAfter: Int)
            case fault(FaultRule)
        }

        var decision: Decision
        var headers = LimitHeaders()
    }

    private struct Block: Hashable {
        let route: String
        let method: SimulatedMethod?
    }

    private let options: SimulatorOptions
    private let started = ContinuousClock.now
    private var book: LimitBook
    private var faults: FaultBook
    private var keyPolicy: KeyPolicy
    private var latency: Latency
    private var lists: ListFaults
    private var missingMatches: Set<MatchID> = []
    private var missingTimelines: Set<MatchID> = []
    private var blocks: [Block: ContinuousClock.Instant] = [:]
    private var random: SeededRandom
    private var counts = SimulatorStats()
    private var matchFetches: [MatchID: Int] = [:]
    private var timelineFetches: [MatchID: Int] = [:]
    private var log: [LoggedRequest] = []
    private var connectionsAtReset = 0
    private var traces: UInt64 = 0

    init(options: SimulatorOptions) {
        self.options = options
        book = LimitBook(limits: options.limits)
        faults = FaultBook(seed: options.seed)
        keyPolicy = KeyPolicy(key: options.key)
        latency = options.latency
        lists = ListFaults()
        random = SeededRandom(seed: options.seed, stableHash("latency"))
    }

    // MARK: controls

    /// Switches a fault on.
    ///
    /// - Returns: False when too many wait already.
    @discardableResult
    public func add(_ rule: FaultRule) -> Bool { faults.add(rule) }

    /// Switches all faults off, those of lists and missing bodies too.
    public func clearFaults() {
        faults.clear()
        lists = ListFaults()
        missingMatches = []
        missingTimelines = []
    }

    /// Decides which keys are good.
    public func setKeyPolicy(_ policy: KeyPolicy) { keyPolicy = policy }

    /// Changes the delay of answers.
    public func setLatency(_ latency: Latency) { self.latency = latency }

    /// Changes the limits; open windows are forgotten.
    public func setLimits(_ limits: RateLimits) { book.change(to: limits) }

    /// The limits in force.
    public var limits: RateLimits { book.limits }

    /// Decides what is wrong with id lists.
    public func setListFaults(_ faults: ListFaults) { lists = faults }

    /// Decides which bodies answer 404.
    public func setMissing(matches: [MatchID], timelines: [MatchID]) {
        missingMatches = Set(matches)
        missingTimelines = Set(timelines)
    }

    /// Sets all counts to nothing; with `everything` the limits, windows, faults, key and delays of the start are back.
    public func reset(everything: Bool, connections: Int) {
        counts = SimulatorStats()
        matchFetches = [:]
        timelineFetches = [:]
        log = []
        connectionsAtReset = connections
        guard everything else { return }
        clearFaults()
        blocks = [:]
        book.change(to: options.limits)
        keyPolicy = KeyPolicy(key: options.key)
        latency = options.latency
    }

    // MARK: a request

    /// The delay of a request, before it arrives and before its answer does.
    func drawLatency() -> (before: Duration, after: Duration) {
        guard latency.maximum > 0 else { return (.zero, .zero) }
        let microseconds = random.int(latency.minimum * 1000, latency.maximum * 1000)
        let before = Int(Double(microseconds) * random.unit())
        return (.microseconds(before), .microseconds(microseconds - before))
    }

    func refusal(ofKey key: String?) -> Int? {
        let status = keyPolicy.refusal(of: key)
        if status != nil { counts.keyRefusals += 1 }
        return status
    }

    /// Decides about a request that arrives now.
    func arrive(key: String, route: String, method: SimulatedMethod) -> Verdict {
        let now = ContinuousClock.now
        noteBlocked(route: route, method: method, at: now)
        switch book.admit(key: key, route: route, method: method, at: now) {
        case .refused(let type, let seconds, let headers):
            if type == .application { counts.applicationViolations += 1 } else { counts.methodViolations += 1 }
            return Verdict(decision: .rateLimited(type, retryAfter: seconds), headers: headers)
        case .granted(let headers):
            guard let rule = faults.strike(method: method, route: route) else {
                return Verdict(decision: .answer, headers: headers)
            }
            counts.faults[rule.fault.rawValue, default: 0] += 1
            return Verdict(decision: .fault(rule), headers: headers)
        }
    }

    /// Remembers that a scope must not be used before a time, from when its 429 is sent.
    func block(route: String, method: SimulatedMethod, type: RateLimitType?, seconds: Int?) {
        guard let type, let seconds else { return }
        let scope = Block(route: route, method: type == .application ? nil : method)
        let until = ContinuousClock.now + .seconds(seconds)
        blocks[scope] = max(until, blocks[scope] ?? until)
    }

    private func noteBlocked(route: String, method: SimulatedMethod, at now: ContinuousClock.Instant) {
        for scope in [Block(route: route, method: nil), Block(route: route, method: method)] {
            guard let until = blocks[scope] else { continue }
            if now < until { counts.arrivedWhileBlocked += 1 } else { blocks[scope] = nil }
        }
    }

    func nextTrace() -> UInt64 {
        traces += 1
        return traces
    }

    /// Counts how a request ended; status 0 means that it got no answer.
    func finish(route: String, method: SimulatedMethod?, status: Int, note: String?, match: MatchID?) {
        let word = status == 0 ? "closed" : String(status)
        let name = method?.rawValue ?? "unknown"
        counts.requests += 1
        counts.byRoute[route, default: [:]][name, default: [:]][word, default: 0] += 1
        counts.byMethod[name, default: 0] += 1
        counts.byStatus[word, default: 0] += 1
        if status == 200, let match {
            if method == .match { matchFetches[match, default: 0] += 1 }
            if method == .timeline { timelineFetches[match, default: 0] += 1 }
        }
        let elapsed = (ContinuousClock.now - started) / Duration.milliseconds(1)
        if log.count >= Self.logLimit { log.removeFirst(Self.logLimit / 4) }
        log.append(LoggedRequest(at: elapsed, route: route, method: name, status: status, note: note))
    }

    // MARK: bodies and lists

    func isMissing(_ id: MatchID, timeline: Bool) -> Bool {
        timeline ? missingTimelines.contains(id) : missingMatches.contains(id)
    }

    var listFaults: ListFaults { lists }

    // MARK: figures

    /// What has been counted.
    public func stats(connections: Int = 0) -> SimulatorStats {
        var stats = counts
        stats.connections = connections - connectionsAtReset
        stats.matches = Self.fetches(matchFetches)
        stats.timelines = Self.fetches(timelineFetches)
        return stats
    }

    private static func fetches(_ counts: [MatchID: Int]) -> SimulatorStats.Fetches {
        var fetches = SimulatorStats.Fetches()
        fetches.distinct = counts.count
        fetches.answers = counts.values.reduce(0, +)
        let repeated = counts.filter { $0.value > 1 }.prefix(SimulatorStats.repeatedLimit)
        fetches.repeated = Dictionary(uniqueKeysWithValues: repeated.map { ($0.key.text, $0.value) })
        return fetches
    }

    /// The newest requests, oldest first.
    public func requestLog(limit: Int) -> [LoggedRequest] { Array(log.suffix(max(0, limit))) }
}
