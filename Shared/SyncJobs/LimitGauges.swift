public import RiotClient
public import ServiceLifecycle

/// Shows the shared limits among the figures of this process, until it stops.
///
/// Costs Redis one look every `interval`. While Redis is away the limits are unknown and the gauges are gone.
public struct LimitGauges: Service {
    /// Time between two looks.
    static let interval: Duration = .seconds(5)

    private let limiter: RateLimiter

    /// Gauges of what `limiter` knows.
    public init(limiter: RateLimiter) { self.limiter = limiter }

    /// Looks at the limits again and again.
    public func run() async {
        await cancelWhenGracefulShutdown {
            var figures = LimitFigures()
            while !Task.isCancelled {
                figures.show(try? await limiter.snapshot())
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
