/// A transfer that brought no complete answer.
struct HTTPFailure: Error, Sendable, Equatable {
    /// What went wrong.
    enum Code: String, Sendable {
        case cancelled, closed, overloaded, invalidAddress
        case unresolved, unreachable, tlsFailed, timedOut, connectionLost, truncated, malformed,
            tooLarge
    }

    let code: Code
    /// A sentence that holds neither the address nor anything that the server wrote.
    let message: String
    /// Whether the request may have reached the server, and been counted there.
    let wasSent: Bool

    init(_ code: Code, _ message: String, wasSent: Bool) {
        self.code = code
        self.message = message
        self.wasSent = wasSent
    }
}
