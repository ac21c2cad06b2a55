/// Why a process, a private server or the record of a stack could not do what was asked.
///
/// `message` is a sentence for people and never holds a secret.
public struct SupervisionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: Sendable, Equatable {
        /// A program, an account or a directory that is needed is not there or not usable.
        case unavailable
        /// Somebody else holds what can be held only once.
        case inUse
        /// A deadline passed.
        case timedOut
        /// The process ended although it was to keep running.
        case exited
        /// The calling task was cancelled.
        case cancelled
        /// A value given by the caller cannot work, for example a socket path that is too long.
        case invalid
        /// A system call failed in a way that has no name of its own here.
        case system
    }

    /// What kind of failure this is.
    public let code: Code
    /// What happened and what can be done, in a sentence.
    public let message: String

    /// Creates an error with a sentence for people.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
