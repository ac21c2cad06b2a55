/// Riot's counting, as its documentation tells it: a window opens on the arrival of a request and lasts its length.
struct FixedWindowModel: Sendable {
    struct Window: Sendable {
        let limit: Int
        let length: Double
        var opened = -Double.infinity
        var count = 0
        var firstOpened: Double?
    }

    private(set) var windows: [Window]
    private(set) var accepted = 0

    /// Limits with their seconds.
    init(_ limits: [(limit: Int, seconds: Double)]) {
        windows = limits.map { Window(limit: $0.limit, length: $0.seconds * 1_000_000) }
    }

    /// Counts a request that arrives (microseconds), as the edge does, whether it is refused or not; false when it is.
    mutating func arrive(at now: Double) -> Bool {
        var isOver = false
        for index in windows.indices {
            if now >= windows[index].opened + windows[index].length {
                windows[index].opened = now
                windows[index].count = 0
                if windows[index].firstOpened == nil { windows[index].firstOpened = now }
            }
            windows[index].count += 1
            if windows[index].count > windows[index].limit { isOver = true }
        }
        if !isOver { accepted += 1 }
        return !isOver
    }

    /// Whole seconds until the windows that are full are over, rounded up as `Retry-After` is.
    func secondsLeft(at now: Double) -> Int {
        let full = windows.filter { $0.count > $0.limit }
        return full.map { Int((($0.opened + $0.length - now) / 1_000_000).rounded(.up)) }.max() ?? 1
    }

    var limitHeader: String { header { $0.limit } }
    var countHeader: String { header { $0.count } }

    /// The same for the model of the limiter.
    var answer: LimiterModel.Answer {
        LimiterModel.Answer(
            limits: windows.map { ($0.limit, Int64($0.length / 1_000_000)) },
            counts: Dictionary(uniqueKeysWithValues: windows.map { (Int64($0.length / 1_000_000), $0.count) })
        )
    }

    /// Requests accepted, as a share of what the tightest window allows in all windows from its first opening to `end`.
    func use(until end: Double) -> Double {
        windows.compactMap { window in
            window.firstOpened.map { first in
                let possible = ((end - first) / window.length).rounded(.up)
                return Double(accepted) / (Double(window.limit) * possible)
            }
        }.max() ?? 0
    }

    private func header(_ value: (Window) -> Int) -> String {
        windows.map { "\(value($0)):\(Int($0.length / 1_000_000))" }.joined(separator: ",")
    }
}
