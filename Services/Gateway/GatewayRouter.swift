import Hummingbird
import JSONRPC
import ServiceRuntime
import Storage

/// Everything that answers a request, without the sockets around it.
struct GatewayRouter: Sendable {
    let storage: Storage
    let statistics: HTTPStatistics
    let limiter: StartLimiter
    let peers: ServicePeers
    let defaultYear: Int
    let instance: String
    let feeds: TaskFeeds
    let start: @Sendable (SyncRequest, GatewayContext) async throws -> StartedSync
    let retry: @Sendable (TaskID, GatewayContext) async throws -> StartedSync
    let cancel: @Sendable (TaskID, _ reason: String, GatewayContext) async throws -> Void
    let lookUp: @Sendable (LookupRequest, GatewayContext) async throws -> JSONText
    let healthReport: @Sendable () async -> HealthReport
    let metrics: @Sendable () -> ServiceMetrics

    /// The routes with what holds for all of them.
    func build() -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(statistics: statistics))
        let routes = RouteTable(router: router)
        SyncRoutes(start: start, retry: retry, limiter: limiter, statistics: statistics, defaultYear: defaultYear)
            .addRoutes(to: routes)
        LookupRoutes(lookUp: lookUp, limiter: limiter, statistics: statistics).addRoutes(to: routes)
        TaskRoutes(storage: storage, cancel: cancel).addRoutes(to: routes)
        TaskListRoutes(storage: storage).addRoutes(to: routes)
        EventRoutes(storage: storage, feeds: feeds).addRoutes(to: routes)
        HealthRoutes(report: healthReport, instance: instance).addRoutes(to: routes)
        MetricsRoutes(peers: peers, own: metrics).addRoutes(to: routes)
        About.addRoutes(to: routes)
        return router
    }
}
