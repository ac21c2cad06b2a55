/// When one scope, a route or a method at a route, accepted requests, and since when each of its windows is measured.
struct ScopeLog: Sendable {
    /// Accepted requests of each caller whose times are kept, 4 bytes for each; those after them are not judged.
    static let timesLimit = 1_000_000

    private var openings: [RateLimit: Int32] = [:]
    /// In the order of time, as all requests pass one actor.
    private var clientTimes: [Int32] = []
    private var secondProgramTimes: [Int32] = []

    /// Notes that a window opened; only the first time counts.
    mutating func opened(_ limit: RateLimit, at milliseconds: Int32) {
        if openings[limit] == nil { openings[limit] = milliseconds }
    }

    mutating func accepted(by caller: LimitBook.Caller, at milliseconds: Int32) {
        switch caller {
        case .client where clientTimes.count < Self.timesLimit: clientTimes.append(milliseconds)
        case .secondProgram where secondProgramTimes.count < Self.timesLimit: secondProgramTimes.append(milliseconds)
        default: break
        }
    }

    /// Forgets windows that are no more; one that has another limit now is measured from its next opening.
    mutating func keepOnly(_ limits: [RateLimit]) {
        openings = openings.filter { limits.contains($0.key) }
    }

    /// The use of a window; nil when it has not opened.
    func use(of limit: RateLimit, by method: SimulatedMethod?, until end: Int?) -> WindowUse? {
        guard let opening = openings[limit] else { return nil }
        let last = max(clientTimes.last ?? opening, secondProgramTimes.last ?? opening)
        let until = end ?? Int(last) + 1
        return WindowUse(
            limit,
            method: method,
            openedAt: Int(opening),
            until: until,
            accepted: Self.count(clientTimes, from: opening, until: until),
            acceptedOfSecondProgram: Self.count(secondProgramTimes, from: opening, until: until)
        )
    }

    private static func count(_ times: [Int32], from start: Int32, until end: Int) -> Int {
        max(0, firstIndex(in: times, notBefore: end) - firstIndex(in: times, notBefore: Int(start)))
    }

    /// Bisects the sorted times.
    private static func firstIndex(in times: [Int32], notBefore moment: Int) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if Int(times[middle]) < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
