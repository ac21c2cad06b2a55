import Metrics
import RiotClient

/// The limits as gauges: `riot_limit_used`, `riot_limit_allowed`, `riot_limit_stopped_seconds`, `riot_key_accepted`.
struct LimitFigures {
    /// One line of figures.
    struct Series: Hashable {
        var name: String
        var route: String?
        var method: String?
        var seconds: Int?

        /// The method is `application` for what a whole route is allowed.
        var labels: [(String, String)] {
            guard let route else { return [] }
            return [("route", route), ("method", method ?? "application")]
                + (seconds.map { [("seconds", String($0))] } ?? [])
        }
    }

    private var shown: Set<Series> = []

    /// Sets the gauges; those of limits that are not known any more vanish, all of them when `snapshot` is nil.
    mutating func show(_ snapshot: LimitsSnapshot?) {
        let values = snapshot.map(Self.values) ?? [:]
        for series in shown.union(values.keys) {
            // A series lives as long as the process, and is left out of the figures while it is not a number.
            Meter(label: series.name, dimensions: series.labels).set(values[series] ?? .nan)
        }
        shown = Set(values.keys)
    }

    static func values(of snapshot: LimitsSnapshot) -> [Series: Double] {
        var values = [Series(name: "riot_key_accepted"): snapshot.key.isAccepted ? 1.0 : 0]
        for bucket in snapshot.buckets {
            var series = Series(name: "riot_limit_stopped_seconds", route: bucket.route, method: bucket.method)
            values[series] = Double(bucket.stoppedFor) / 1000
            for window in bucket.windows {
                series.seconds = window.seconds
                series.name = "riot_limit_used"
                values[series] = Double(window.used)
                series.name = "riot_limit_allowed"
                values[series] = Double(window.limit)
            }
        }
        return values
    }
}
