public import Logging

/// Leadership of one process at a time, by an advisory lock that a session of its own holds.
///
/// The lock goes when the session goes, whatever kills it, so there is nothing to expire. A leader whose machine falls
/// off the network learns it from the next heartbeat, while the server may have given the lock to another one already:
/// for those seconds two can believe to lead, and what a leader does must bear that.
public struct PostgresLeadership<Time: Clock>: Sendable where Time.Duration == Duration {
    private enum End: Sendable { case finished, lost }

    private let configuration: PostgresConfiguration
    private let key: Int64
    private let name: String
    private let interval: Duration
    private let clock: Time
    private let logger: Logger

    /// A candidate; `whileLeader` makes it stand.
    ///
    /// - Parameters:
    ///   - key: the same number in every candidate, and different from every other advisory lock of the database.
    ///   - name: what is led, for the log.
    ///   - interval: how often a candidate asks, and how often a leader makes sure.
    public init(
        configuration: PostgresConfiguration,
        key: Int64,
        name: String,
        interval: Duration? = nil,
        clock: Time = ContinuousClock(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.key = key
        self.name = name
        self.interval = interval ?? PostgresLimits.leadershipInterval
        self.clock = clock
        self.logger = logger
    }

    /// Waits until this process leads, then runs `body`; returns when `body` returns.
    ///
    /// When leadership is lost, `body` is cancelled and awaited, and the waiting begins again: `body` runs once per
    /// term. Nothing of a server that is away comes out of here; it is logged, and tried again.
    ///
    /// - Throws: what `body` throws while leading, and `CancellationError`.
    public func whileLeader(_ body: @escaping @Sendable () async throws -> Void) async throws {
        while true {
            try Task.checkCancellation()
            let connection = try await elected()
            logger.info("leading: \(name)")
            let isOver: Bool
            do {
                isOver = try await serve(connection, body)
            } catch {
                await resign(connection)
                throw error
            }
            await resign(connection)
            if isOver { return }
            logger.warning("no longer leading: \(name)")
        }
    }

    /// A session that holds the lock.
    private func elected() async throws -> PostgresConnection {
        var candidate: PostgresConnection?
        var lastProblem: String?
        while true {
            do throws(PostgresError) {
                let connection: PostgresConnection
                if let candidate {
                    connection = candidate
                } else {
                    connection = try await PostgresConnection.connect(configuration: configuration, logger: logger)
                    candidate = connection
                }
                let rows = try await connection.query("SELECT pg_try_advisory_lock($1) AS held", [.int(key)])
                lastProblem = nil
                if try rows.first?.bool("held") == true { return connection }
            } catch {
                if error.code == .cancelled { throw CancellationError() }
                await candidate?.close()
                candidate = nil
                if lastProblem != error.description { logger.warning("cannot stand for \(name): \(error)") }
                lastProblem = error.description
            }
            do {
                try await clock.sleep(for: interval)
            } catch {
                await candidate?.close()
                throw error
            }
        }
    }

    /// Runs `body` beside a watch on the session; false when the session was lost first.
    private func serve(
        _ connection: PostgresConnection,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await body()
                return .finished
            }
            group.addTask { [interval] in
                await connection.watch(every: interval)
                return .lost
            }
            defer { group.cancelAll() }
            guard try await group.next() == .lost else { return true }
            try Task.checkCancellation()
            group.cancelAll()
            // The term is over whatever the cancelled body says of it.
            while let rest = await group.nextResult() {
                if case .failure(let error) = rest { logger.debug("\(name) ended with its term: \(error)") }
            }
            return false
        }
    }

    /// Unlocks before the session goes, so that the next leader need not wait for the server to notice its end.
    private func resign(_ connection: PostgresConnection) async {
        // Shield: resigning is what a cancelled task must still do.
        await Task { [key] in
            _ = try? await connection.query("SELECT pg_advisory_unlock($1)", [.int(key)], timeout: .seconds(1))
            await connection.close()
        }.value
    }
}
