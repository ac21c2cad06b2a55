/// How long the limits will take to let requests through: arithmetic over windows, no clock and no Redis.
public struct LimitForecast: Sendable, Equatable {
    private struct Window: Equatable {
        var limit: Double
        var length: Double
        var left: Double
        var endsAt: Double
    }

    /// Windows that open and close while one forecast is made, at most; beyond, the slowest rate is taken.
    private static let stepLimit = 20_000

    private var windows: [Window] = []
    private var stoppedUntil = 0.0

    /// A forecast from the limits that a request has to pass; times in milliseconds from now.
    ///
    /// What is not known yet limits nothing.
    public init(_ buckets: [LimitsSnapshot.Bucket?]) {
        for bucket in buckets.compactMap({ $0 }) {
            stoppedUntil = max(stoppedUntil, Double(bucket.stoppedFor))
            for window in bucket.windows {
                windows.append(
                    Window(
                        limit: Double(max(1, window.limit - window.guarded)),
                        length: Double(window.seconds) * 1000,
                        left: Double(max(0, window.limit - window.guarded - window.used)),
                        endsAt: Double(window.used > 0 ? window.endsIn : Int64(window.seconds) * 1000)
                    )
                )
            }
        }
    }

    /// Milliseconds until `count` more requests can have been sent, and the last of them answered.
    ///
    /// - Parameters:
    ///   - perSecond: What the system does on its own at most; nil when that is not known.
    ///   - latency: Milliseconds from a request to its answer, once for all, and added to each window that is opened
    ///     anew: the limiter knows of it by an answer only.
    public func milliseconds(for count: Int, perSecond: Double? = nil, latency: Double) -> Double {
        guard count > 0 else { return 0 }
        var windows = windows
        var time = stoppedUntil
        var rest = Double(count)
        var steps = 0
        let pace = perSecond.map { 1000 / max($0, 0.001) } ?? 0
        while rest > 0 {
            for index in windows.indices where windows[index].endsAt <= time {
                windows[index].left = windows[index].limit
                windows[index].endsAt = time + windows[index].length + latency
            }
            guard steps < Self.stepLimit else { return time + rest * slowest(pace) + latency }
            steps += 1
            let go = min(rest, windows.map(\.left).min() ?? rest)
            let next = windows.map(\.endsAt).min() ?? .infinity
            if go >= 1 {
                // At the system's own pace the next window may open before all of them are sent.
                let sent = pace > 0 ? min(go, max(1, ((next - time) / pace).rounded(.up))) : go
                rest -= sent
                time += sent * pace
                for index in windows.indices { windows[index].left -= sent }
            } else {
                time = max(time, windows.filter { $0.left < 1 }.map(\.endsAt).max() ?? next)
            }
        }
        return time + latency
    }

    /// Milliseconds per request in the long run.
    private func slowest(_ pace: Double) -> Double { max(pace, windows.map { $0.length / $0.limit }.max() ?? 0) }
}
