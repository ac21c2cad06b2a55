import HTTPTypes
import Hummingbird

/// Registers routes so that a known path with a wrong method is a 405 that names the right ones.
struct RouteTable {
    typealias Handler = @Sendable (Request, GatewayContext) async throws -> Response

    /// The methods that are told apart; any other one is answered as an unknown path.
    static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]

    let router: Router<GatewayContext>

    /// Adds a path with its handlers by method.
    ///
    /// The path matches with and without a slash at its end.
    func add(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        var handlers = handlers
        // HEAD is GET without the body, which the server leaves out by itself.
        if handlers[.head] == nil, let get = handlers[.get] {
            handlers[.head] = { request, context in try await get(request, context).createHeadResponse() }
        }
        let allowed = Self.methods.filter { handlers[$0] != nil }.map(\.rawValue).joined(separator: ", ")
        for method in Self.methods {
            let handler =
                handlers[method] ?? { request, _ in
                    throw Problem(
                        status: .methodNotAllowed,
                        detail: "\(request.method.rawValue) is not possible here; \(allowed) would be.",
                        allow: allowed
                    )
                }
            router.on(path, method: method, use: handler)
        }
    }
}
