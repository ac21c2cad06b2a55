public import RiotModels

/// Everything about a running simulator that changes: counts, windows, faults, key and delays.
///
/// The control URLs and tests in the same process both act on it.
public actor Simulation {
    /// What becomes of a request once it has arrived.
    struct Verdict: Sendable {
        enum Decision: Sendable {
            case answer
            case rateLimited(RateLimitType, retryAfter: Int?)
            case fault(FaultRule)
        }

        var decision: Decision
        var headers = LimitHeaders()
    }

    private let options: SimulatorOptions
    private let started: ContinuousClock.Instant
    /// What the `Date` headers show.
    nonisolated let clock: SharedAnswerClock
    var book: LimitBook
    private var faults: FaultBook
    private var keyPolicy: KeyPolicy
    private var latency: Latency
    private var omitsRetryAfter: Bool
    private var lists = ListFaults()
    private var missingMatches: Set<MatchID> = []
    private var missingTimelines: Set<MatchID> = []
    private var blocks = BlockBook()
    private var random: SeededRandom
    var counts = RequestCounts()
    private var connectionsAtReset = 0
    private var traces: UInt64 = 0
    /// The last good key that was seen, by route.
    private(set) var lastKeys: [String: String] = [:]
    var secondProgram: SecondProgramSchedule?
    var secondProgramTask: Task<Void, Never>?

    init(options: SimulatorOptions) {
        self.options = options
        started = .now
        book = LimitBook(limits: options.limits, started: started)
        clock = SharedAnswerClock(options.clock)
        faults = FaultBook(seed: options.seed, rules: options.faults)
        keyPolicy = KeyPolicy(key: options.key)
        latency = options.latency
        omitsRetryAfter = options.omitsRetryAfter
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

    /// Changes the limits; windows whose length stays go on with what they have counted.
    public func setLimits(_ limits: RateLimits) { book.change(to: limits) }

    /// The limits in force.
    public var limits: RateLimits { book.limits }

    /// Decides whether 429s come without `Retry-After`.
    public func setOmitsRetryAfter(_ omits: Bool) { omitsRetryAfter = omits }

    /// Changes what the `Date` headers show.
    public func setClock(_ clock: AnswerClock) { self.clock.value = clock }

    /// Decides what is wrong with id lists.
    public func setListFaults(_ faults: ListFaults) { lists = faults }

    /// Decides which bodies answer 404.
    public func setMissing(matches: [MatchID], timelines: [MatchID]) {
        missingMatches = Set(matches)
        missingTimelines = Set(timelines)
    }

    /// Sets all counts to nothing and measures the use of the quota from now on; with `everything` the limits, faults,
    /// key, clock and delays of the start are back, windows are new and there is no second program.
    public func reset(everything: Bool, connections: Int) {
        counts = RequestCounts()
        connectionsAtReset = connections
        book.forgetUse()
        guard everything else { return }
        clearFaults()
        setSecondProgram(nil)
        blocks = BlockBook()
        book = LimitBook(limits: options.limits, started: started)
        clock.value = options.clock
        faults = FaultBook(seed: options.seed, rules: options.faults)
        keyPolicy = KeyPolicy(key: options.key)
        latency = options.latency
        omitsRetryAfter = options.omitsRetryAfter
    }

    // MARK: a request

    /// The delays of a request that was sent now.
    func passage() -> AnswerPassage {
        guard latency.maximum > 0 else { return AnswerPassage(sent: .now, before: .zero, after: .zero) }
        let microseconds = random.int(latency.minimum * 1000, latency.maximum * 1000)
        let before = Int(Double(microseconds) * random.unit())
        return AnswerPassage(sent: .now, before: .microseconds(before), after: .microseconds(microseconds - before))
    }

    /// The status with which a key is refused, and nothing else is looked at; nil when it is good.
    func refusal(ofKey key: String?, route: String, method: SimulatedMethod?) -> Int? {
        guard let status = keyPolicy.refusal(of: key) else { return nil }
        counts.stats.keyRefusals += 1
        note([.key], route, method, at: .now, status: status)
        return status
    }

    /// Decides about a request that arrives now.
    func arrive(key: String, route: String, method: SimulatedMethod, passage: AnswerPassage) -> Verdict {
        let now = ContinuousClock.now
        lastKeys[route] = key
        var reasons = blockedReasons(route, method, passage, at: now)
        switch book.admit(key: key, route: route, method: method, at: now) {
        case .refused(let type, let window, let seconds, let headers):
            reasons.append(counts.stats.countViolation(type))
            note(reasons, route, method, at: now, window: window)
            let told = omitsRetryAfter ? nil : seconds
            let out = now + passage.after
            blocks.block(route: route, method: method, type: type, seconds: told, told: out, at: now)
            return Verdict(decision: .rateLimited(type, retryAfter: told), headers: headers)
        case .granted(let headers):
            note(reasons, route, method, at: now)
            guard let rule = faults.strike(method: method, route: route) else {
                return Verdict(decision: .answer, headers: headers)
            }
            counts.stats.faults[rule.fault.rawValue, default: 0] += 1
            if rule.fault == .rateLimit {
                let (type, seconds, out) = (rule.type, rule.retryAfter, now + passage.after)
                blocks.block(route: route, method: method, type: type, seconds: seconds, told: out, at: now)
            }
            return Verdict(decision: .fault(rule), headers: headers)
        }
    }

    private func blockedReasons(
        _ route: String,
        _ method: SimulatedMethod,
        _ passage: AnswerPassage,
        at now: ContinuousClock.Instant
    ) -> [Violation.Reason] {
        let finding = blocks.finding(route: route, method: method, sent: passage.sent, at: now)
        guard finding != .free else { return [] }
        counts.stats.arrivedWhileBlocked += 1
        if finding == .sent { counts.stats.sentWhileBlocked += 1 }
        return [finding == .sent ? .sentWhileBlocked : .underwayWhenBlocked]
    }

    private func note(
        _ reasons: [Violation.Reason],
        _ route: String,
        _ method: SimulatedMethod?,
        at now: ContinuousClock.Instant,
        window: RateLimit? = nil,
        status: Int? = nil
    ) {
        guard !reasons.isEmpty else { return }
        counts.violations.add(
            Violation(
                at: milliseconds(now),
                route: route,
                method: method?.rawValue ?? "unknown",
                reasons: reasons,
                window: window?.description,
                status: status
            )
        )
    }

    func nextTrace() -> UInt64 {
        traces += 1
        return traces
    }

    /// Counts how a request ended; status 0 means that it got no answer.
    func finish(
        _ passage: AnswerPassage,
        route: String,
        method: SimulatedMethod?,
        status: Int,
        note: String?,
        match: MatchID?
    ) {
        let request = LoggedRequest(
            sent: milliseconds(passage.sent),
            at: milliseconds(passage.arrived ?? passage.sent + passage.before),
            ended: milliseconds(.now),
            route: route,
            method: method?.rawValue ?? "unknown",
            status: status,
            note: note
        )
        counts.finish(request, method: method, match: match)
    }

    func milliseconds(_ now: ContinuousClock.Instant) -> Double { (now - started) / .milliseconds(1) }

    // MARK: bodies and lists

    func isMissing(_ id: MatchID, timeline: Bool) -> Bool {
        timeline ? missingTimelines.contains(id) : missingMatches.contains(id)
    }

    var listFaults: ListFaults { lists }

    // MARK: figures

    /// What has been counted.
    public func stats(connections: Int = 0) -> SimulatorStats {
        counts.figures(connections: connections - connectionsAtReset)
    }

    /// The newest requests, oldest first.
    public func requestLog(limit: Int) -> [LoggedRequest] { counts.newest(limit) }

    /// Every request that a faithful Riot would have refused.
    public var violations: ViolationLog { counts.violations }

    /// The use of the quota.
    ///
    /// - Parameter end: Milliseconds since the start; only what was accepted before counts. Nil stands for just after the
    ///   last accepted request.
    public func use(until end: Int? = nil) -> QuotaUse {
        QuotaUse(now: Int(milliseconds(.now)), routes: book.use(until: end))
    }
}
