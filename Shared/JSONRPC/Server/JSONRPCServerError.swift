/// Why a server could not take its socket.
public struct JSONRPCServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers treat differently.
    public enum Code: Sendable {
        /// Another process serves this socket; try again later or use another instance name.
        case alreadyRunning
        /// The path is longer than a socket's may be.
        case pathTooLong
        /// The operating system refused: no such directory, no permission, no descriptors.
        case unavailable
    }

    /// What happened.
    public let code: Code
    /// A sentence that names the path and what to do.
    public let message: String

    /// The sentence.
    public var description: String { message }
}
