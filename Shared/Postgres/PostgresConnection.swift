import CPostgres
import Logging
import Reactor
import Synchronization

/// One session with a server, which runs one statement at a time.
///
/// A second caller is refused, not queued. It lives on the reactor's thread, where every call to libpq is non-blocking. Statements are prepared once per
/// connection and text. A call that misses its deadline, or whose task is cancelled, is cancelled on the server too;
/// the connection stays usable if it comes to rest within a second, otherwise it is closed.
public actor PostgresConnection {
    /// What may be known of a connection from outside its actor, without waiting.
    enum Condition: UInt8, Sendable {
        case ready
        case inTransaction
        case broken
    }

    /// The reactor that this connection lives on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    nonisolated let configuration: PostgresConfiguration
    let logger: Logger
    nonisolated let reactor: IOReactor
    private nonisolated let conditionCode = Atomic<UInt8>(Condition.ready.rawValue)

    private(set) var handle: ConnectionHandle?
    var statements = StatementCache()
    private var isBusy = false
    /// The server takes no writes any more: the pool must look for the one that does.
    var isDemoted = false
    private var isClosing = false

    init(handle: ConnectionHandle, configuration: PostgresConfiguration, logger: Logger, reactor: IOReactor) {
        self.handle = handle
        self.configuration = configuration
        self.logger = logger
        self.reactor = reactor
    }

    // On the reactor, so that the handle is closed where it was used.
    isolated deinit {}

    // MARK: Statements

    /// Runs one statement and returns its rows.
    ///
    /// - Parameter timeout: until the last row is there.
    /// - Throws: `.server` with the server's code, `.timedOut`, `.cancelled`, `.connectionLost`, `.invalidParameter`.
    public func query(
        _ sql: SQL,
        _ parameters: [PostgresParameter] = [],
        timeout: Duration = .seconds(10)
    ) async throws(PostgresError) -> PostgresRows {
        let encoded = try ParameterBuffer(parameters)
        let deadline = ContinuousClock.now + timeout
        try begin()
        defer { end() }
        try await allowLongStatements(timeout, until: deadline)
        let outcome = try await execute(sql, encoded, until: deadline, mayPrepareAgain: true)
        return outcome.rows ?? PostgresRows(storage: PostgresRows.empty.storage, affectedRows: outcome.affectedRows)
    }

    /// Runs a text of several statements, without parameters: migrations.
    ///
    /// Without BEGIN in the text, the server runs all of it as one transaction.
    public func executeScript(_ text: String, timeout: Duration) async throws(PostgresError) {
        if text.utf8.contains(0) { throw PostgresError(.invalidParameter, "the script holds a NUL character") }
        let deadline = ContinuousClock.now + timeout
        try begin()
        defer { end() }
        try await allowLongStatements(timeout, until: deadline)
        _ = try await exchange("a script", until: deadline) { PQsendQuery($0, text) }
    }

    /// Ends the session.
    ///
    /// A statement that is running comes to its end first.
    public func close() {
        isClosing = true
        if !isBusy { drop() }
    }

    // MARK: State

    /// The condition after the last call.
    nonisolated var condition: Condition {
        Condition(rawValue: conditionCode.load(ordering: .acquiring)) ?? .broken
    }

    /// The connection for the next libpq call.
    func usableHandle() throws(PostgresError) -> ConnectionHandle {
        if let handle { return handle }
        if isClosing { throw PostgresError(.closed, "the connection to PostgreSQL is closed") }
        throw PostgresError(.connectionLost, "the connection to PostgreSQL at \(configuration.endpoint) broke before")
    }

    func begin() throws(PostgresError) {
        guard !isBusy else {
            throw PostgresError(
                .misuse,
                "a connection runs one statement at a time; take another one from the pool for parallel work"
            )
        }
        _ = try usableHandle()
        isBusy = true
    }

    func end() {
        isBusy = false
        if isClosing || isDemoted || handle?.isUsable != true { drop() }
        let status = handle.map { PQtransactionStatus($0.raw) } ?? PQTRANS_UNKNOWN
        switch status {
        case PQTRANS_IDLE: set(.ready)
        case PQTRANS_INTRANS, PQTRANS_INERROR: set(.inTransaction)
        default:
            drop()
            set(.broken)
        }
    }

    /// Closes at once; for a connection whose state is not known any more.
    func drop() {
        handle = nil
        set(.broken)
    }

    private func set(_ condition: Condition) { conditionCode.store(condition.rawValue, ordering: .releasing) }

    /// Whether the server has not hung up meanwhile; looks at what the socket holds, sends nothing.
    func isAlive() -> Bool {
        guard !isBusy, let handle else { return false }
        // Twice: the first read may find only the server's farewell, the second finds the end.
        let isOpen = PQconsumeInput(handle.raw) == 1 && PQconsumeInput(handle.raw) == 1
        if !isOpen || !handle.isUsable { drop() }
        return self.handle != nil
    }
}
