import RiotSimulator

/// Looking at the simulator's log; all times are milliseconds of its own clock.
extension [LoggedRequest] {
    /// Requests of one route, and of one method or all.
    func of(route: String, method: String? = nil) -> [LoggedRequest] {
        filter { $0.route == route && (method == nil || $0.method == method) }
    }

    /// Requests that left their process after one moment and before another.
    func sent(after start: Double, before end: Double = .infinity) -> [LoggedRequest] {
        filter { $0.sent > start && $0.sent < end }
    }

    /// 429s that nobody has forced: a window was full.
    var overruns: [LoggedRequest] { filter { $0.status == 429 && ["application", "method"].contains($0.note) } }

    /// Refusals of a key.
    var keyRefusals: [LoggedRequest] { filter { [401, 403].contains($0.status) } }

    /// The most requests that arrived within any span of so many milliseconds.
    func most(within milliseconds: Double) -> Int {
        let times = map(\.at).sorted()
        var first = 0
        var most = 0
        for (last, time) in times.enumerated() {
            while time - times[first] > milliseconds { first += 1 }
            most = Swift.max(most, last - first + 1)
        }
        return most
    }
}
