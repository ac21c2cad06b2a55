/// Why a command to Redis has no answer, with a sentence that is safe to log.
public struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Sendable {
        /// The address cannot be used as it is written.
        case invalidAddress
        /// The server cannot be reached or does not serve; nothing was sent.
        case unavailable
        /// The connection broke before the answer came: the command may have run.
        case connectionLost
        /// The answer did not come in time: the command may have run.
        case timedOut
        /// The calling task was cancelled: the command may have run.
        case cancelled
        /// Too many commands wait already.
        case overloaded
        /// The server answered with an error; ``RedisError/reply`` has its first word.
        case server
        /// The answer has a shape that the caller did not expect.
        case unexpectedReply
        /// The client was closed.
        case closed
        /// The command is empty or too large to be sent.
        case invalidCommand
    }

    /// What kind of failure it is.
    public let code: Code
    /// A sentence for people.
    public let message: String
    /// First word of the server's error, such as `NOSCRIPT`; nil for everything but ``Code/server``.
    public let reply: String?

    /// Creates an error; `message` must not repeat credentials or data.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        self.reply = nil
    }

    /// An error reply of the server, as it was sent.
    init(reply text: String) {
        self.code = .server
        // Before version 7 an error inside a script stands behind "ERR Error running script".
        self.reply = text.contains("-READONLY ") ? "READONLY" : String(text.prefix { $0 != " " })
        self.message = "Redis answered: \(text.prefix(RedisLimits.errorText))"
    }

    /// The same sentence as ``message``.
    public var description: String { message }

    /// Whether the server says that it is not the master any more, so that the master has to be looked for.
    var isDemotion: Bool { code == .server && ["READONLY", "MASTERDOWN", "UNBLOCKED"].contains(reply) }

    /// Whether the cause is the way to the server, so that the same command may succeed later.
    public var isOutage: Bool {
        switch code {
        case .unavailable, .connectionLost, .timedOut, .overloaded: true
        case .server:
            [
                "LOADING", "READONLY", "MASTERDOWN", "UNBLOCKED", "NOREPLICAS", "OOM", "MISCONF", "TRYAGAIN",
                "CLUSTERDOWN",
            ].contains(reply)
        case .invalidAddress, .cancelled, .unexpectedReply, .closed, .invalidCommand: false
        }
    }
}
