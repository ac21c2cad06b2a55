import Glibc
import ServiceRuntime
import Supervision

/// How a command ends when it did not do what was asked: an exit code of sysexits(3) and a sentence.
struct CommandFailure: Error {
    let code: Int32
    let message: String

    init(_ code: ServiceRuntime.ExitCode, _ message: String) {
        self.code = code.rawValue
        self.message = message
    }

    /// Ends with the code of a command that ran in our place.
    init(passingOn code: Int32) {
        self.code = code
        self.message = ""
    }

    /// The failure that an error amounts to; `nil` for the argument parser's own, which knows how to show itself.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as SettingsError: self.init(.configuration, error.description)
        case let error as SupervisionError: self.init(Self.code(of: error), error.message)
        default: return nil
        }
    }

    private static func code(of error: SupervisionError) -> ServiceRuntime.ExitCode {
        switch error.code {
        case .unavailable, .timedOut, .exited: .unavailable
        case .inUse, .cancelled: .tryAgain
        case .invalid: .configuration
        case .system: .internal
        }
    }
}
