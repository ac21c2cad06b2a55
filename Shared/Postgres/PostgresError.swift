/// What went wrong with PostgreSQL, in a form that can be logged: no parameter values, no password.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable {
        /// The connection string cannot be used.
        case invalidConfiguration
        /// No connection could be made.
        case unavailable
        /// An established connection broke; what was running may or may not have taken effect.
        case connectionLost
        /// There was no answer in time; the query was cancelled on the server.
        case timedOut
        /// The task that asked was cancelled, and the query with it.
        case cancelled
        /// No connection of the pool became free in time, or too many callers wait already.
        case poolExhausted
        /// The pool or the connection was closed before.
        case closed
        /// The server refused the statement; `sqlState` says why.
        case server
        /// A parameter cannot be sent.
        case invalidParameter
        /// The result is not of the shape that the caller expects.
        case unexpectedResult
        /// The connection was used in a way that it does not support.
        case misuse
    }

    /// The kind of failure.
    public let code: Code
    /// The server's five-letter code (PostgreSQL, appendix A), if it answered.
    public let sqlState: String?
    /// A sentence for people.
    public let message: String
    /// The violated constraint, for class 23.
    public let constraint: String?
    /// The table that the server names.
    public let table: String?

    init(
        _ code: Code,
        _ message: String,
        sqlState: String? = nil,
        constraint: String? = nil,
        table: String? = nil
    ) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
        self.constraint = constraint
        self.table = table
    }

    /// A result that is not of the shape that the caller expects.
    public static func unexpectedResult(_ message: String) -> PostgresError {
        PostgresError(.unexpectedResult, message)
    }

    /// Too many callers wait already.
    public static func busy(_ message: String) -> PostgresError { PostgresError(.poolExhausted, message) }

    /// Whether the same work may succeed when it is done again, as a whole transaction.
    public var isRetryable: Bool {
        switch code {
        case .unavailable, .connectionLost, .timedOut, .poolExhausted: true
        case .server: sqlState.map(SQLState.isTransient) ?? false
        case .invalidConfiguration, .cancelled, .closed, .invalidParameter, .unexpectedResult, .misuse: false
        }
    }

    /// Whether the way to the server is broken, rather than the statement.
    public var isConnectionFailure: Bool {
        switch code {
        case .unavailable, .connectionLost: true
        case .server: sqlState.map(SQLState.isConnectionFailure) ?? false
        default: false
        }
    }

    /// The message, with the server's code.
    public var description: String {
        guard let sqlState else { return message }
        return "\(message) [\(sqlState)]"
    }
}

/// Classes of the server's codes (PostgreSQL 15, appendix A).
enum SQLState {
    static let cannotConnectNow = "57P03"
    static let readOnlyTransaction = "25006"
    static let invalidStatementName = "26000"
    static let queryCancelled = "57014"
    static let tooManyConnections = "53300"

    private static let transient: Set<String> = [
        "40001",  // serialization_failure
        "40P01",  // deadlock_detected
        "55P03",  // lock_not_available
        queryCancelled,  // ours, or statement_timeout
        "57P01", "57P02", cannotConnectNow,  // the server stops, crashed, starts
        "25P03",  // idle_in_transaction_session_timeout
    ]

    static func isTransient(_ state: String) -> Bool {
        transient.contains(state) || state.hasPrefix("08") || state.hasPrefix("53")
    }

    static func isConnectionFailure(_ state: String) -> Bool {
        state.hasPrefix("08") || ["57P01", "57P02", cannotConnectNow, "57P05", "25P03"].contains(state)
    }
}
