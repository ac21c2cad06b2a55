import HTTPTypes
import Hummingbird
import ServiceRuntime

/// `/livez`, `/readyz` and `/healthz`, for whoever supervises the process.
struct HealthRoutes: Sendable {
    let report: @Sendable () async -> HealthReport
    let instance: String

    private struct Liveness: Encodable {
        let status = "ok"
    }

    private struct Health: Encodable {
        let status: String
        let instance: String
        let version = Release.version
        let draining: Bool
        let checks: [HealthReport.Check]
    }

    func addRoutes(to routes: RouteTable) {
        // Alive is whoever can answer; a dependency that is away is no reason to restart this process.
        routes.add("/livez", [.get: { _, _ in try JSONBody.response(Liveness()) }])
        routes.add("/readyz", [.get: { _, _ in try Self.answer(await report(), instance) }])
        routes.add("/healthz", [.get: { _, _ in try Self.answer(await report(), instance) }])
    }

    private static func answer(_ report: HealthReport, _ instance: String) throws -> Response {
        let status = report.isReady ? "ready" : report.isDraining ? "draining" : "not ready"
        let health = Health(status: status, instance: instance, draining: report.isDraining, checks: report.checks)
        guard report.isReady else {
            return try JSONBody.response(health, status: .serviceUnavailable, headers: [.retryAfter: "1"])
        }
        return try JSONBody.response(health)
    }
}
