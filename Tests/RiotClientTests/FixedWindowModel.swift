/// Riot's counting, as its documentation tells it: a window opens on the arrival of a request and lasts its length.
struct FixedWindowModel {
    struct Window {
        let limit: Int
        let milliseconds: Double
        var opened = -Double.infinity
        var count = 0
        var firstOpened: Double?
    }

    private(set) var windows: [Window]
    private(set) var accepted = 0
    private(set) var refused = 0

    init(_ limits: [(limit: Int, seconds: Double)]) {
        windows = limits.map { Window(limit: $0.limit, milliseconds: $0.seconds * 1000) }
    }

    /// Counts a request that arrives, as the edge does, whether it is refused or not.
    mutating func arrive(at now: Double) {
        var isOver = false
        for index in windows.indices {
            if now >= windows[index].opened + windows[index].milliseconds {
                windows[index].opened = now
                windows[index].count = 0
                if windows[index].firstOpened == nil { windows[index].firstOpened = now }
            }
            windows[index].count += 1
            if windows[index].count > windows[index].limit { isOver = true }
        }
        if isOver { refused += 1 } else { accepted += 1 }
    }

    var limitHeader: String { header { $0.limit } }
    var countHeader: String { header { $0.count } }

    /// Requests accepted, as a share of what the tightest window allows in all windows from its first opening to `end`.
    func use(until end: Double) -> Double {
        windows.compactMap { window in
            window.firstOpened.map { first in
                let possible = ((end - first) / window.milliseconds).rounded(.up)
                return Double(accepted) / (Double(window.limit) * possible)
            }
        }.max() ?? 0
    }

    private func header(_ value: (Window) -> Int) -> String {
        windows.map { "\(value($0)):\(Int($0.milliseconds / 1000))" }.joined(separator: ",")
    }
}
