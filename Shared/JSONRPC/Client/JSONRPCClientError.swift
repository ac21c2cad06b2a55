/// Why a call got no result.
public struct JSONRPCClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers treat differently.
    public enum Code: Sendable, Hashable {
        /// Nobody listens on the socket; the call was not sent.
        case notRunning
        /// The socket may not be used by this user; the call was not sent.
        case notPermitted
        /// The service answered with an error: `rpcError`.
        case refused
        /// The connection broke before the answer; the call may or may not have been served.
        case connectionLost
        /// The time-out passed; the call may or may not be served.
        case timedOut
        /// The calling task was cancelled; the call may or may not be served.
        case cancelled
        /// Too many calls wait already; this one was not sent.
        case overloaded
        /// The client was closed; the call was not sent.
        case closed
        /// The parameters cannot be JSON, or are larger than a frame; the call was not sent.
        case invalidParameters
        /// The answer is not what was expected.
        case invalidAnswer
    }

    /// What happened.
    public let code: Code
    /// A sentence that names the socket or the method.
    public let message: String
    /// The service's error, when `code` is `.refused`.
    public let rpcError: JSONRPCError?

    init(_ code: Code, _ message: String, rpcError: JSONRPCError? = nil) {
        self.code = code
        self.message = message
        self.rpcError = rpcError
    }

    init(refusedWith error: JSONRPCError) { self.init(.refused, error.message, rpcError: error) }

    /// Whether the call certainly had no effect, so that it can be made again whatever it does.
    public var wasNotSent: Bool {
        switch code {
        case .notRunning, .notPermitted, .overloaded, .closed, .invalidParameters: true
        case .refused: rpcError?.code == JSONRPCError.Code.shuttingDown.rawValue
        case .connectionLost, .timedOut, .cancelled, .invalidAnswer: false
        }
    }

    /// The sentence.
    public var description: String { message }
}
