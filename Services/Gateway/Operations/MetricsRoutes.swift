import HTTPTypes
import Hummingbird
import NIOCore
import ServiceRuntime

/// `/metrics`: the figures of all services of this host on one page of Prometheus text.
struct MetricsRoutes: Sendable {
    let peers: ServicePeers
    let own: @Sendable () -> ServiceMetrics

    func addRoutes(to routes: RouteTable) {
        routes.add("/metrics", [.get: { _, _ in await page() }])
    }

    private func page() async -> Response {
        let answers = await peers.metrics()
        let own = own()
        var sources = [(labels: own.labels, snapshot: own.metrics)]
        sources += answers.compactMap { answer in answer.metrics.map { ($0.labels, $0.metrics) } }
        sources.append(([], Self.up(own, answers)))
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: PrometheusText.render(sources)))
        )
    }

    /// Which services answered: a socket that nobody serves any more shows as 0.
    private static func up(_ own: ServiceMetrics, _ answers: [ServicePeers.Answer]) -> MetricsSnapshot {
        let series = [(own.instance, true)] + answers.map { ($0.instance, $0.metrics != nil) }
        return MetricsSnapshot(families: [
            MetricsSnapshot.Family(
                name: "service_up",
                kind: .gauge,
                series: series.map { instance, isUp in
                    MetricsSnapshot.Series(labels: [.init("instance", instance)], value: isUp ? 1 : 0)
                }
            )
        ])
    }
}
