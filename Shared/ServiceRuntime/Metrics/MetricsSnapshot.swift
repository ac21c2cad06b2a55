/// The figures of one process at one moment, as `service.metrics` answers them and as the gateway merges them.
public struct MetricsSnapshot: Codable, Sendable, Equatable {
    /// What Prometheus calls the type of a metric.
    public enum Kind: String, Codable, Sendable {
        /// Only rises, except at a restart.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts observations in buckets.
        case histogram
    }

    /// One label of a series.
    public struct Label: Codable, Sendable, Hashable {
        /// A name that Prometheus accepts.
        public var name: String
        /// Any text.
        public var value: String

        /// Creates a label.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One line of figures.
    public struct Series: Codable, Sendable, Equatable {
        /// Sorted by name.
        public var labels: [Label]
        /// The value of a counter or gauge, the sum of a histogram.
        public var value: Double
        /// Of a histogram: observations at or below each bound of the family, and last all of them.
        public var buckets: [UInt64]?

        /// Creates a series.
        public init(labels: [Label], value: Double, buckets: [UInt64]? = nil) {
            self.labels = labels
            self.value = value
            self.buckets = buckets
        }
    }

    /// All series of one name.
    public struct Family: Codable, Sendable, Equatable {
        /// A name that Prometheus accepts.
        public var name: String
        /// The type.
        public var kind: Kind
        /// Upper bounds of a histogram's buckets, rising, without infinity.
        public var bounds: [Double]?
        /// Sorted by labels.
        public var series: [Series]

        /// Creates a family.
        public init(name: String, kind: Kind, bounds: [Double]? = nil, series: [Series]) {
            self.name = name
            self.kind = kind
            self.bounds = bounds
            self.series = series
        }
    }

    /// Sorted by name.
    public var families: [Family]

    /// Creates a snapshot.
    public init(families: [Family]) { self.families = families }
}
