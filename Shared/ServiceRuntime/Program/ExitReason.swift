import JSONRPC
import Postgres
import Redis

/// The exit code and the sentence for an error that ended a program.
struct ExitReason {
    let exitCode: ExitCode
    let sentence: String

    init(_ error: any Error) {
        sentence = String(describing: error)
        exitCode =
            switch error {
            case let error as StartupError: error.exitCode
            case is SettingsError: .configuration
            case let error as JSONRPCServerError: error.exitCode
            case is RedisError: .unavailable
            case let error as PostgresError where error.isConnectionFailure: .unavailable
            default: .internal
            }
    }
}

extension JSONRPCServerError {
    fileprivate var exitCode: ExitCode {
        switch code {
        case .alreadyRunning: .tryAgain
        case .pathTooLong: .configuration
        case .unavailable: .unavailable
        }
    }
}
