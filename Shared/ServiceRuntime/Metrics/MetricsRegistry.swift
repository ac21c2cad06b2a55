public import CoreMetrics
import Reactor

/// The figures of this process: the factory behind swift-metrics, and the source of the Prometheus page.
///
/// Counters get the suffix `_total` and timers `_seconds` where their label lacks it; every other character that
/// Prometheus does not accept becomes `_`. A series lives as long as the process, and two handlers with the same label
/// and dimensions share one.
public final class MetricsRegistry: MetricsFactory, Sendable {
    /// Series of one family; a label with more values than this was a mistake, and shares one series called `other`.
    public static let maximumSeriesPerFamily = 500

    private struct Family {
        let kind: MetricsSnapshot.Kind
        let bounds: [Double]?
        var series: [[MetricsSnapshot.Label]: any MetricSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [@Sendable (MetricsRegistry) -> Void] = []
    }

    private let state = Lock(State())

    /// Creates an empty registry.
    public init() {}

    /// Runs `collector` before every reading, for gauges that are looked up and not counted along the way.
    public func beforeReading(_ collector: @escaping @Sendable (MetricsRegistry) -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// The figures at this moment; what is not a number is left out.
    public func snapshot() -> MetricsSnapshot {
        for collector in state.withLock({ $0.collectors }) { collector(self) }
        let families = state.withLock { $0.families }
        return MetricsSnapshot(
            families: families.sorted { $0.key < $1.key }.map { name, family in
                let series = family.series.map { labels, series in
                    let reading = series.reading
                    return MetricsSnapshot.Series(labels: labels, value: reading.value, buckets: reading.buckets)
                }
                return MetricsSnapshot.Family(
                    name: name,
                    kind: family.kind,
                    bounds: family.bounds,
                    series: series.filter(\.value.isFinite).sorted { Self.precedes($0.labels, $1.labels) }
                )
            }
        )
    }

    // MARK: MetricsFactory

    /// A counter of whole things.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(Self.suffixed(label, "_total"), .counter, dimensions, make: CounterSeries.init) ?? IgnoredSeries()
    }

    /// A counter of amounts with a fraction.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(Self.suffixed(label, "_total"), .counter, dimensions, make: AmountSeries.init) ?? IgnoredSeries()
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(PrometheusText.name(label), .gauge, dimensions, make: GaugeSeries.init) ?? IgnoredSeries()
    }

    /// A histogram of sizes when `aggregate`, else a gauge.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        let name = PrometheusText.name(label)
        guard aggregate else { return series(name, .gauge, dimensions, make: GaugeSeries.init) ?? IgnoredSeries() }
        let bounds = HistogramSeries.sizeBounds
        return series(name, .histogram, dimensions, bounds: bounds) { HistogramSeries(bounds: bounds) }
            ?? IgnoredSeries()
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let bounds = HistogramSeries.secondBounds
        return series(Self.suffixed(label, "_seconds"), .histogram, dimensions, bounds: bounds) {
            HistogramSeries(bounds: bounds)
        } ?? IgnoredSeries()
    }

    /// Keeps the series: a counter that vanished would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Keeps the series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Keeps the series.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Keeps the series.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Keeps the series.
    public func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: Families

    /// The series of a name and its labels, made on first use; nil when the name is in use with another type.
    private func series<Series: MetricSeries>(
        _ name: String,
        _ kind: MetricsSnapshot.Kind,
        _ dimensions: [(String, String)],
        bounds: [Double]? = nil,
        make: () -> Series
    ) -> Series? {
        var labels = dimensions.map { MetricsSnapshot.Label(PrometheusText.name($0.0), $0.1) }
        labels.sort { $0.name < $1.name }
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind, bounds: bounds)
            guard family.kind == kind else { return nil }
            if family.series[labels] == nil, family.series.count >= Self.maximumSeriesPerFamily {
                labels = labels.map { MetricsSnapshot.Label($0.name, "other") }
            }
            if let existing = family.series[labels] { return existing as? Series }
            let made = make()
            family.series[labels] = made
            state.families[name] = family
            return made
        }
    }

    private static func suffixed(_ label: String, _ suffix: String) -> String {
        let name = PrometheusText.name(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func precedes(_ left: [MetricsSnapshot.Label], _ right: [MetricsSnapshot.Label]) -> Bool {
        left.lexicographicallyPrecedes(right) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}
