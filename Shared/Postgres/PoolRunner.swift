import Logging
import Reactor

/// Does what `PoolStateMachine` decides: opens and closes connections, resumes those who wait, keeps the time.
final class PoolRunner: Sendable {
    struct Lease: Sendable {
        let id: PoolStateMachine.ConnectionID
        let connection: PostgresConnection
    }

    private typealias Continuation = CheckedContinuation<Result<PoolStateMachine.Grant, PostgresError>, Never>

    private struct State {
        var machine: PoolStateMachine
        var connections: [PoolStateMachine.ConnectionID: PostgresConnection] = [:]
        var waiters: [PoolStateMachine.RequestID: Continuation] = [:]
        var lastRequest: PoolStateMachine.RequestID = 0
        var lastError: PostgresError?
        var timer: (task: Task<Void, Never>, instant: ContinuousClock.Instant)?
    }

    let configuration: PostgresConfiguration
    private let options: PoolStateMachine.Options
    private let logger: Logger
    private let metrics = PostgresMetrics()
    private let state: Lock<State>

    init(configuration: PostgresConfiguration, options: PoolStateMachine.Options, logger: Logger) {
        self.configuration = configuration
        self.options = options
        self.logger = logger
        self.state = Lock(State(machine: PoolStateMachine(options: options)))
    }

    var counts: (idle: Int, leased: Int, connecting: Int, waiting: Int) { state.withLock { $0.machine.counts } }

    // MARK: Leases

    /// A connection that works, as far as can be seen without asking the server.
    func lease(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> Lease {
        let started = ContinuousClock.now
        while true {
            let grant = try await grant(until: deadline, since: started).get()
            let connection = state.withLock { $0.connections[grant.connection] }
            guard let connection else { throw PostgresError(.closed, "the pool of PostgreSQL connections is closed") }
            let lease = Lease(id: grant.connection, connection: connection)
            if grant.mustCheck, await !connection.isAlive() {
                logger.debug("an idle connection to PostgreSQL was closed by the server")
                release(lease.id, isUsable: false)
                continue
            }
            metrics.leased(after: ContinuousClock.now - started)
            return lease
        }
    }

    /// Takes a connection back; a transaction that is still open on it is rolled back first.
    func giveBack(_ lease: Lease) async {
        if lease.connection.condition == .inTransaction {
            logger.warning("a connection came back to the pool inside a transaction; rolling back")
            await lease.connection.settle()
        }
        release(lease.id, isUsable: lease.connection.condition == .ready)
    }

    private func grant(
        until deadline: ContinuousClock.Instant,
        since started: ContinuousClock.Instant
    ) async -> Result<PoolStateMachine.Grant, PostgresError> {
        let request = state.withLock { state in
            state.lastRequest += 1
            return state.lastRequest
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Continuation) in
                perform { state in
                    state.waiters[request] = continuation
                    return state.machine.request(request, deadline: deadline, now: .now)
                }
                // The handler may have run before the request was there to be cancelled.
                if Task.isCancelled { cancel(request) }
            }
        } onCancel: {
            cancel(request)
        }
    }

    private func cancel(_ request: PoolStateMachine.RequestID) {
        let continuation = state.withLock { state in
            state.machine.cancel(request) ? state.waiters.removeValue(forKey: request) : nil
        }
        continuation?.resume(returning: .failure(Self.cancelled))
    }

    private static let cancelled = PostgresError(.cancelled, "waiting for a PostgreSQL connection was cancelled")

    private func release(_ id: PoolStateMachine.ConnectionID, isUsable: Bool) {
        perform { $0.machine.release(id, isUsable: isUsable, now: .now) }
    }

    /// Ends the pool; see `PostgresPool.close`.
    func close() {
        perform { state in
            state.timer?.task.cancel()
            return state.machine.close()
        }
    }

    // MARK: Actions

    private typealias Resumption = (continuation: Continuation, result: Result<PoolStateMachine.Grant, PostgresError>)

    /// Lets an event happen, then does what the machine asks for.
    private func perform(_ event: (inout State) -> PoolStateMachine.Actions) {
        let (resumptions, closing, connecting) = state.withLock { state in
            let actions = event(&state)
            var resumptions: [Resumption] = []
            for grant in actions.grants {
                guard let continuation = state.waiters.removeValue(forKey: grant.request) else { continue }
                resumptions.append((continuation, .success(grant)))
            }
            for (request, reason) in actions.refusals {
                guard let continuation = state.waiters.removeValue(forKey: request) else { continue }
                resumptions.append((continuation, .failure(error(for: reason, state))))
            }
            let closing = actions.close.compactMap { state.connections.removeValue(forKey: $0) }
            schedule(&state)
            return (resumptions, closing, actions.connect)
        }
        for (continuation, result) in resumptions { continuation.resume(returning: result) }
        // Nobody awaits these two: closing sends one packet, connecting ends by its own deadline and reports here.
        if !closing.isEmpty { Task { for connection in closing { await connection.close() } } }
        for id in connecting { Task { await self.connect(id) } }
    }

    private func connect(_ id: PoolStateMachine.ConnectionID) async {
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(
                configuration: configuration,
                timeout: PostgresLimits.connectTimeout,
                logger: logger
            )
            metrics.connected()
            perform { state in
                state.connections[id] = connection
                state.lastError = nil
                return state.machine.connected(id, now: .now)
            }
        } catch {
            metrics.connectFailed()
            logger.debug("\(error)")
            perform { state in
                state.lastError = error
                return state.machine.connectFailed(id, now: .now)
            }
        }
    }

    private func error(for refusal: PoolStateMachine.Refusal, _ state: State) -> PostgresError {
        let counts = state.machine.counts
        let usage =
            "\(counts.leased) of \(options.maximumConnections) connections are in use, \(counts.waiting) callers wait"
        switch refusal {
        case .closed: return PostgresError(.closed, "the pool of PostgreSQL connections is closed")
        case .connectFailed:
            return state.lastError ?? PostgresError(.unavailable, "no connection to PostgreSQL could be made")
        case .queueFull:
            return PostgresError(.poolExhausted, "too many callers wait for a PostgreSQL connection: \(usage)")
        case .timedOut:
            if counts.leased == 0 {
                let reason = "no connection to PostgreSQL at \(configuration.endpoint) could be made in time"
                return state.lastError ?? PostgresError(.unavailable, reason)
            }
            let failure = state.lastError.map { "; opening another one failed: \($0)" } ?? ""
            return PostgresError(.poolExhausted, "no PostgreSQL connection became free in time: \(usage)\(failure)")
        }
    }

    // MARK: Time

    /// Makes sure that `wake` is called in time; a timer that fires too early only sets the next one.
    private func schedule(_ state: inout State) {
        guard let instant = state.machine.nextWake else { return }
        if let timer = state.timer, timer.instant <= instant { return }
        state.timer?.task.cancel()
        // Awaited by nobody: it sleeps, calls back once and ends; the pool may go away meanwhile.
        let task = Task { [weak self] in
            try? await Task.sleep(until: instant, clock: .continuous)
            if !Task.isCancelled { self?.timerFired(instant) }
        }
        state.timer = (task, instant)
    }

    private func timerFired(_ instant: ContinuousClock.Instant) {
        perform { state in
            if state.timer?.instant == instant { state.timer = nil }
            return state.machine.wake(now: .now)
        }
    }
}
