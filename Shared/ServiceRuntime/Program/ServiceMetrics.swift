/// The answer of `service.metrics`: the figures of a process and whose they are.
public struct ServiceMetrics: Codable, Sendable {
    /// The program.
    public var service: String
    /// This process among those of its program on this host.
    public var instance: String
    /// The figures at the moment of the call.
    public var metrics: MetricsSnapshot

    /// Reads the figures of this process.
    public init(_ context: ServiceContext) {
        service = context.name
        instance = context.instance
        metrics = context.metrics.snapshot()
    }

    /// The labels by which a page that merges processes tells them apart.
    public var labels: [MetricsSnapshot.Label] { [.init("service", service), .init("instance", instance)] }
}
