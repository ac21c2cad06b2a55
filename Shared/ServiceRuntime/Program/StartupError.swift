/// Why a service cannot start or go on, with the exit code that tells a supervisor what to do about it.
public struct StartupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The code with which the program ends.
    public let exitCode: ExitCode
    /// One sentence that an operator can act on.
    public let message: String

    /// Creates an error.
    public init(_ exitCode: ExitCode, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }

    /// The settings are wrong, incomplete or do not fit the data: no restart will help.
    public static func configuration(_ message: String) -> StartupError { StartupError(.configuration, message) }

    /// Something that is needed does not answer.
    public static func unavailable(_ message: String) -> StartupError { StartupError(.unavailable, message) }

    /// The sentence.
    public var description: String { message }
}
