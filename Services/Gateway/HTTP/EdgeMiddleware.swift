import HTTPTypes
import Hummingbird
import Logging
import Metrics

/// What holds for every request: its id, its log line, its figures, and that no error leaves as anything but a problem.
struct EdgeMiddleware: RouterMiddleware {
    let statistics: HTTPStatistics

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = RequestIdentifier.take(over: request.headers[.requestID])
        context.logger[metadataKey: "hb.request.id"] = nil  // the server's own; one id is enough
        context.logger[metadataKey: "request"] = "\(context.requestID)"
        if let trace = request.headers[.traceparent], trace.utf8.count <= 64 {
            context.logger[metadataKey: "trace"] = "\(trace)"
        }
        let start = ContinuousClock.now
        statistics.requestDidStart()
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = try problem(for: error, request, context).response(from: request, context: context)
        }
        response.headers[.requestID] = context.requestID
        response.headers[.contentTypeOptions] = "nosniff"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        record(request, context, response.status, took: start.duration(to: .now))
        return response
    }

    private func problem(for error: any Error, _ request: Request, _ context: GatewayContext) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as HTTPError where error.status == .notFound:
            return .notFound("There is nothing at \(request.uri.path.prefix(200)).")
        case let error as HTTPError:
            return Problem(status: error.status, detail: error.body ?? error.status.reasonPhrase)
        default:
            context.logger.error("a request failed", metadata: ["error": "\(error)"])
            return .unexpected(requestID: context.requestID)
        }
    }

    private func record(
        _ request: Request,
        _ context: GatewayContext,
        _ status: HTTPResponse.Status,
        took: Duration
    ) {
        statistics.requestDidEnd(status: status.code)
        // The pattern of the route, never the path: a path is a client's to choose, and a label must not be.
        let route = context.coreContext.endpointPath.value ?? "unknown"
        let method = RouteTable.methods.contains(request.method) ? request.method.rawValue : "other"
        let dimensions = [("route", route), ("method", method)]
        Counter(label: "http_requests", dimensions: dimensions + [("status", String(status.code))]).increment()
        Timer(label: "http_request", dimensions: dimensions).recordNanoseconds(took.nanoseconds)
        let level: Logger.Level = ["/livez", "/readyz", "/healthz", "/metrics"].contains(route) ? .debug : .info
        context.logger.log(
            level: level,
            "answered",
            metadata: [
                "method": "\(method)", "route": "\(route)", "status": .stringConvertible(status.code),
                "ms": .stringConvertible(took.nanoseconds / 1_000_000),
            ]
        )
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name(known: "x-request-id")
    static let contentTypeOptions = HTTPField.Name(known: "x-content-type-options")
    static let lastEventID = HTTPField.Name(known: "last-event-id")
    static let link = HTTPField.Name(known: "link")
    static let traceparent = HTTPField.Name(known: "traceparent")

    private init(known name: String) {
        guard let field = HTTPField.Name(name) else { preconditionFailure("not a field name: \(name)") }
        self = field
    }
}

extension Duration {
    /// Whole nanoseconds, for swift-metrics.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
