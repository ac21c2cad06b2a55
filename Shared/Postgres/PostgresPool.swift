public import Logging

/// Connections to one server, lent for the length of a closure.
///
/// Opened when they are needed, closed when idle for a minute, replaced when broken or half an hour old. When the server
/// cannot be reached, those who wait get its error at once; later attempts keep a growing distance of up to a second.
public final class PostgresPool: Sendable {
    private let runner: PoolRunner

    /// Connects to nothing yet.
    ///
    /// - Parameter maximumConnections: that many statements run at a time; 64 more callers may wait.
    public convenience init(configuration: PostgresConfiguration, maximumConnections: Int = 4, logger: Logger) {
        var options = PoolStateMachine.Options()
        options.maximumConnections = maximumConnections
        self.init(configuration: configuration, options: options, logger: logger)
    }

    init(configuration: PostgresConfiguration, options: PoolStateMachine.Options, logger: Logger) {
        precondition(options.maximumConnections > 0, "a pool needs at least one connection")
        runner = PoolRunner(configuration: configuration, options: options, logger: logger)
    }

    deinit { runner.close() }

    /// The server that the pool connects to.
    public var configuration: PostgresConfiguration { runner.configuration }

    /// Lends a connection to `body`.
    ///
    /// A transaction that `body` leaves open is rolled back. Do not ask the pool for a second connection inside `body`:
    /// when all callers do so, none gets one.
    ///
    /// - Parameter timeout: how long to wait for a connection.
    /// - Throws: `.unavailable` when no server answers, `.poolExhausted` when all connections stay in use, `.closed`,
    ///   `.cancelled`, and what `body` throws.
    public func withConnection<R: Sendable>(
        timeout: Duration = .seconds(10),
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        let lease = try await runner.lease(until: .now + timeout)
        do {
            let result = try await body(lease.connection)
            await runner.giveBack(lease)
            return result
        } catch {
            await runner.giveBack(lease)
            throw error
        }
    }

    /// Lends a connection with a transaction around `body`: COMMIT when it returns, ROLLBACK when it throws.
    ///
    /// Transactions do not nest; see `PostgresConnection.withTransaction`.
    public func withTransaction<R: Sendable>(
        timeout: Duration = .seconds(10),
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withConnection(timeout: timeout) { connection in
            try await connection.withTransaction { try await body(connection) }
        }
    }

    /// Runs one statement on a connection of the pool.
    ///
    /// - Parameter timeout: for the connection and the answer together.
    public func query(
        _ sql: SQL,
        _ parameters: [PostgresParameter] = [],
        timeout: Duration = .seconds(10)
    ) async throws -> PostgresRows {
        let deadline = ContinuousClock.now + timeout
        return try await withConnection(timeout: timeout) { connection in
            try await connection.query(sql, parameters, timeout: deadline - .now)
        }
    }

    /// Refuses new callers and closes what is idle; connections that are lent are closed when they come back.
    public func close() async { runner.close() }

    /// How many connections are idle, lent and being opened, and how many callers wait.
    public var counts: (idle: Int, leased: Int, connecting: Int, waiting: Int) { runner.counts }
}
