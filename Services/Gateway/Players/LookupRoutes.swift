import HTTPTypes
import Hummingbird
import JSONRPC

/// `POST /api/summoners/lookup/`: asks Riot who a player is, through an orchestrator.
struct LookupRoutes: Sendable {
    /// Looks a player up and returns the orchestrator's answer; throws ``Problem``.
    let lookUp: @Sendable (LookupRequest, GatewayContext) async throws -> JSONText
    /// Lookups cost Riot's quota as starts do, so both come out of one allowance.
    let limiter: StartLimiter
    let statistics: HTTPStatistics

    func addRoutes(to routes: RouteTable) {
        routes.add("/api/summoners/lookup", [.post: { try await lookUp($0, $1) }])
    }

    private func lookUp(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let lookup = try LookupRequest(body: try await request.jsonBody())
        if let seconds = limiter.retryAfterSeconds(context.client) {
            statistics.startDidMeetLimit()
            throw Problem(
                status: .tooManyRequests,
                detail: "Too many requests to Riot were started from this address; try again in \(seconds) seconds.",
                retryAfterSeconds: seconds
            )
        }
        return try JSONBody.response(try await lookUp(lookup, context))
    }
}
