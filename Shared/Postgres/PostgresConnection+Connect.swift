import CPostgres
public import Logging
import Reactor

extension PostgresConnection {
    /// Opens a session of its own, outside any pool: for advisory locks and migrations.
    ///
    /// Several hosts are tried in their order, each for its share of the time that is left.
    ///
    /// - Throws: `.unavailable` with the server's name and its or libpq's reason, `.cancelled`.
    public static func connect(
        configuration: PostgresConfiguration,
        timeout: Duration = .seconds(5),
        logger: Logger
    ) async throws(PostgresError) -> PostgresConnection {
        var timeout = timeout
        if let seconds = configuration.effective("connect_timeout").flatMap({ Int64($0) }), seconds > 0 {
            timeout = min(timeout, .seconds(seconds))
        }
        let deadline = ContinuousClock.now + timeout
        let targets: [ConnectionTarget]
        switch await HelperThreads.shared.run(until: deadline, { ConnectionTarget.all(of: configuration) }) {
        case .value(.success(let found)): targets = found
        case .value(.failure(let error)): throw error
        case .timedOut: throw connectTimedOut(configuration.endpoint, timeout)
        case .cancelled: throw PostgresError(.cancelled, "connecting to PostgreSQL was cancelled")
        }
        if targets.count == 1 {
            return try await connect(configuration, targets[0], named: configuration.endpoint, timeout, logger)
        }
        var failures: [PostgresError] = []
        for (index, target) in targets.enumerated() {
            let share = (deadline - .now) / (targets.count - index)
            do throws(PostgresError) {
                return try await connect(configuration, target, named: target.name, share, logger)
            } catch {
                if error.code == .cancelled { throw error }
                failures.append(error)
            }
        }
        throw PostgresError(
            .unavailable,
            failures.map(\.message).joined(separator: "; "),
            sqlState: failures.compactMap(\.sqlState).last
        )
    }

    private static func connect(
        _ configuration: PostgresConfiguration,
        _ target: ConnectionTarget,
        named place: String,
        _ timeout: Duration,
        _ logger: Logger
    ) async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + timeout
        let starter = ConnectionStarter(configuration: configuration, logger: logger)
        let handle: ConnectionHandle
        switch await HelperThreads.shared.run(until: deadline, { starter.start(target) }) {
        case .value(.success(let started)): handle = started
        case .value(.failure(let error)): throw error
        case .timedOut: throw connectTimedOut(place, timeout)
        case .cancelled: throw PostgresError(.cancelled, "connecting to PostgreSQL was cancelled")
        }
        let connection = PostgresConnection(
            handle: handle,
            configuration: configuration,
            logger: logger,
            reactor: .shared
        )
        do throws(IOReactor.WaitError) {
            try await connection.finishConnecting(until: deadline)
        } catch {
            await connection.close()
            switch error {
            case .timedOut: throw connectTimedOut(place, timeout)
            case .cancelled: throw PostgresError(.cancelled, "connecting to PostgreSQL was cancelled")
            }
        }
        try await connection.requireEstablished(at: place)
        return connection
    }

    private static func connectTimedOut(_ place: String, _ timeout: Duration) -> PostgresError {
        PostgresError(.unavailable, "cannot connect to PostgreSQL at \(place): no answer within \(timeout.spoken)")
    }

    /// Drives the connect to its end, good or bad.
    private func finishConnecting(until deadline: ContinuousClock.Instant) async throws(IOReactor.WaitError) {
        var state = PGRES_POLLING_WRITING
        while let handle, PQstatus(handle.raw) != CONNECTION_BAD {
            // Asked anew every time: libpq changes its socket between hosts and for a fallback from TLS.
            let descriptor = PQsocket(handle.raw)
            switch state {
            case PGRES_POLLING_WRITING:
                _ = try await reactor.wait(descriptor: descriptor, for: .write, until: deadline)
            case PGRES_POLLING_READING:
                _ = try await reactor.wait(descriptor: descriptor, for: .read, until: deadline)
            default: return
            }
            state = PQconnectPoll(handle.raw)
        }
    }

    private func requireEstablished(at place: String) throws(PostgresError) {
        let handle = try usableHandle()
        guard handle.isUsable else {
            let (state, reason) = ServerText.connectFailure(String(cString: PQerrorMessage(handle.raw)))
            drop()
            throw PostgresError(
                .unavailable,
                "cannot connect to PostgreSQL at \(place): \(reason)",
                sqlState: state
            )
        }
        PQsetErrorVerbosity(handle.raw, PQERRORS_DEFAULT)
        let version = PQserverVersion(handle.raw)
        guard version >= PostgresLimits.oldestServer else {
            drop()
            throw PostgresError(
                .unavailable,
                "the server at \(place) is PostgreSQL \(version / 10_000); 14 or later is needed"
            )
        }
        guard PQsetnonblocking(handle.raw, 1) == 0 else {
            drop()
            throw PostgresError(.unavailable, "libpq cannot use the connection without blocking")
        }
    }
}
