/// The error object of a JSON-RPC 2.0 response (section 5.1 of its specification).
///
/// A handler that throws one answers with exactly this; whatever else it throws becomes −32603 without details.
public struct JSONRPCError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of error it is; the known ones are in `Code`.
    public let code: Int
    /// A sentence for people.
    public let message: String
    /// Details for programs.
    public let data: JSONText?

    /// Creates an error of any code.
    public init(code: Int, message: String, data: JSONText? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// Creates an error without details.
    public init(_ code: Code, _ message: String) {
        self.init(code: code.rawValue, message: message)
    }

    /// Creates an error with details; details that cannot be encoded are left out.
    public init(_ code: Code, _ message: String, data: some Encodable & Sendable) {
        self.init(code: code.rawValue, message: message, data: try? JSONText(encoding: data))
    }

    /// The details as `type`, or `nil` when there are none of this shape.
    public func decodedData<Value: Decodable>(as type: Value.Type = Value.self) -> Value? {
        try? data?.decoded(as: type)
    }

    /// The message and the code.
    public var description: String { "\(message) (\(code))" }
}

extension JSONRPCError {
    /// The codes in use, one table for code, `rpc.discover` and callers.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The number on the wire.
        public let rawValue: Int

        /// Wraps any number.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// −32700: the frame is not JSON.
        public static let parseError = Code(rawValue: -32700)
        /// −32600: JSON, but not a request.
        public static let invalidRequest = Code(rawValue: -32600)
        /// −32601: there is no such method.
        public static let methodNotFound = Code(rawValue: -32601)
        /// −32602: unknown, missing or ill-typed parameters.
        public static let invalidParameters = Code(rawValue: -32602)
        /// −32603: our fault; `data.correlation` finds the log lines.
        public static let internalError = Code(rawValue: -32603)
        /// −32000: the service is going down and did not start the call.
        public static let shuttingDown = Code(rawValue: -32000)
        /// −32001: the peer may not use this socket.
        public static let unauthorized = Code(rawValue: -32001)
        /// −32002: later; `data.retry_after_ms`.
        public static let rateLimited = Code(rawValue: -32002)
        /// −32003: too much at once.
        public static let overloaded = Code(rawValue: -32003)
        /// −32004: the thing named does not exist.
        public static let notFound = Code(rawValue: -32004)
        /// −32005: not in this state.
        public static let conflict = Code(rawValue: -32005)
        /// −32006: the caller's deadline passed before work began.
        public static let deadlineExceeded = Code(rawValue: -32006)
        /// −32007: given up because the caller went away or the service stops.
        public static let cancelled = Code(rawValue: -32007)
        /// −32008: a request or an answer is larger than a frame may be.
        public static let frameTooLarge = Code(rawValue: -32008)
        /// −32009: a part that the method needs does not answer; `data.dependency`.
        public static let dependencyDown = Code(rawValue: -32009)

        /// Every code with its meaning, as `rpc.discover` shows them.
        static let table: [(code: Code, meaning: String)] = [
            (.parseError, "Parse error"), (.invalidRequest, "Invalid Request"), (.methodNotFound, "Method not found"),
            (.invalidParameters, "Invalid params"), (.internalError, "Internal error"),
            (.shuttingDown, "Shutting down"), (.unauthorized, "Unauthorized"), (.rateLimited, "Rate limited"),
            (.overloaded, "Overloaded"), (.notFound, "Not found"), (.conflict, "Conflict"),
            (.deadlineExceeded, "Deadline exceeded"), (.cancelled, "Cancelled"), (.frameTooLarge, "Frame too large"),
            (.dependencyDown, "Dependency down"),
        ]
    }

    /// `data` of errors that this module raises itself.
    struct Details: Codable, Sendable, Equatable {
        var reason: String?
        var offset: Int?
        var method: String?
        var unknown: [String]?
        var missing: [String]?
        var limit: Int?
        var correlation: String?
    }

    /// −32602 with a sentence that names the parameter and what would be right.
    public static func invalidParameters(_ sentence: String) -> JSONRPCError { .init(.invalidParameters, sentence) }

    /// −32004 with a sentence that names what does not exist.
    public static func notFound(_ sentence: String) -> JSONRPCError { .init(.notFound, sentence) }

    /// −32005 with a sentence that names the state in the way.
    public static func conflict(_ sentence: String) -> JSONRPCError { .init(.conflict, sentence) }

    /// −32000.
    public static let shuttingDown = JSONRPCError(.shuttingDown, "The service is shutting down; call again.")

    /// −32007.
    public static let cancelled = JSONRPCError(.cancelled, "The call was cancelled.")

    static func parseError(_ reason: String, offset: Int?) -> JSONRPCError {
        .init(.parseError, "Parse error", data: Details(reason: reason, offset: offset))
    }

    static func invalidRequest(_ reason: String, limit: Int? = nil) -> JSONRPCError {
        .init(.invalidRequest, "Invalid Request", data: Details(reason: reason, limit: limit))
    }

    static func frameTooLarge(_ sentence: String, limit: Int) -> JSONRPCError {
        .init(.frameTooLarge, sentence, data: Details(limit: limit))
    }
}
