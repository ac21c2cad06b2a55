/// A transfer that brought no answer that can be used.
package struct HTTPFailure: Error, Sendable, Equatable {
    /// What went wrong.
    package enum Code: String, Sendable {
        case cancelled, closed, overloaded, invalidAddress
        case unresolved, unreachable, tlsFailed
        /// One per phase: name, TCP and TLS; the headers; the body; everything together.
        case connectTimedOut, responseTimedOut, stalled, timedOut
        case connectionLost, truncated, malformed, tooLarge
    }

    package let code: Code
    /// A sentence that holds neither the address nor anything that the server wrote.
    package let message: String
    /// Whether the request may have reached the server, and been counted there.
    package let wasSent: Bool
    /// The headers, when they came complete before the body failed: counts for the limiter, the trace id for the log.
    var headers: HTTPHeaders?

    init(_ code: Code, _ message: String, wasSent: Bool, headers: HTTPHeaders? = nil) {
        self.code = code
        self.message = message
        self.wasSent = wasSent
        self.headers = headers
    }
}
