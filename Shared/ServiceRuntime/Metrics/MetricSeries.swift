import CoreMetrics
import Reactor
import Synchronization

/// A series that can be read at any time, whoever writes it.
protocol MetricSeries: AnyObject, Sendable {
    /// Its value, and its buckets when it is a histogram.
    var reading: (value: Double, buckets: [UInt64]?) { get }
}

/// Counts whole things.
final class CounterSeries: MetricSeries, CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }
    var reading: (value: Double, buckets: [UInt64]?) { (Double(count.load(ordering: .relaxed)), nil) }
}

/// Counts amounts with a fraction.
final class AmountSeries: MetricSeries, FloatingPointCounterHandler {
    private let sum = Lock(0.0)

    func increment(by amount: Double) { sum.withLock { $0 += amount } }
    func reset() { sum.withLock { $0 = 0 } }
    var reading: (value: Double, buckets: [UInt64]?) { (sum.withLock { $0 }, nil) }
}

/// Holds the present value of something.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let current = Lock(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    var reading: (value: Double, buckets: [UInt64]?) { (current.withLock { $0 }, nil) }
}

/// Counts observations in fixed buckets.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    /// Seconds: from a Unix socket's round trip to a long wait.
    static let secondBounds = [
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
        300,
    ]
    /// Sizes and counts.
    static let sizeBounds: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Lock<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        self.state = Lock(State(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    /// The sum, and per bucket how many observations lie at or below its bound.
    var reading: (value: Double, buckets: [UInt64]?) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var total: UInt64 = 0
        return (
            sum,
            counts.map { count in
                total += count
                return total
            }
        )
    }
}

/// Takes figures and keeps none: for a name that is in use with another type.
final class IgnoredSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    func increment(by amount: Int64) {}
    func increment(by amount: Double) {}
    func decrement(by amount: Double) {}
    func reset() {}
    func set(_ value: Int64) {}
    func set(_ value: Double) {}
    func record(_ value: Int64) {}
    func record(_ value: Double) {}
    func recordNanoseconds(_ duration: Int64) {}
}
