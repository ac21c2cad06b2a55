import RiotModels

/// What became of requests: counted, and the newest of them one by one.
struct RequestCounts: Sendable {
    /// Requests that the log keeps.
    private static let logLimit = 20_000

    var stats = SimulatorStats()
    var violations = ViolationLog()
    private var matches: [MatchID: Int] = [:]
    private var timelines: [MatchID: Int] = [:]
    private var log: [LoggedRequest] = []

    /// Counts how a request ended; status 0 means that it got no answer.
    mutating func finish(_ request: LoggedRequest, method: SimulatedMethod?, match: MatchID?) {
        let word = request.status == 0 ? "closed" : String(request.status)
        stats.requests += 1
        stats.byRoute[request.route, default: [:]][request.method, default: [:]][word, default: 0] += 1
        stats.byMethod[request.method, default: 0] += 1
        stats.byStatus[word, default: 0] += 1
        if request.status == 200, let match {
            if method == .match { matches[match, default: 0] += 1 }
            if method == .timeline { timelines[match, default: 0] += 1 }
        }
        if log.count >= Self.logLimit { log.removeFirst(Self.logLimit / 4) }
        log.append(request)
    }

    /// The figures, with this number of connections.
    func figures(connections: Int) -> SimulatorStats {
        var stats = stats
        stats.connections = connections
        stats.violations = violations.total
        stats.matches = Self.fetches(matches)
        stats.timelines = Self.fetches(timelines)
        return stats
    }

    /// The newest requests, oldest first.
    func newest(_ limit: Int) -> [LoggedRequest] { Array(log.suffix(max(0, limit))) }

    private static func fetches(_ counts: [MatchID: Int]) -> SimulatorStats.Fetches {
        var fetches = SimulatorStats.Fetches()
        fetches.distinct = counts.count
        fetches.answers = counts.values.reduce(0, +)
        let repeated = counts.filter { $0.value > 1 }.prefix(SimulatorStats.repeatedLimit)
        fetches.repeated = Dictionary(uniqueKeysWithValues: repeated.map { ($0.key.text, $0.value) })
        return fetches
    }
}
