import Metrics
public import ServiceLifecycle
public import Storage

/// Shows how many bodies are rejected among the figures of this process, as `rejected_bodies`, until it stops.
///
/// Costs PostgreSQL one look every `interval`. While it is away the number is unknown and the gauges are gone.
public struct RejectedGauges: Service {
    /// Time between two looks.
    static let interval: Duration = .seconds(30)

    private let storage: Storage

    /// Gauges of what `storage` holds.
    public init(storage: Storage) { self.storage = storage }

    /// Counts again and again.
    public func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let counts = try? await storage.rejectedCounts()
                for kind in FetchKind.allCases {
                    Meter(label: "rejected_bodies", dimensions: [("kind", kind.rawValue)])
                        .set(counts.map { Double($0[kind] ?? 0) } ?? .nan)
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
