/// Decides who gets which connection, and when connections are opened and closed.
///
/// It does nothing itself. Every event returns what has to be done; time comes in as an argument. Connections are lent last in, first out, so
/// that the ones a pool does not need grow idle and go.
struct PoolStateMachine {
    typealias Instant = ContinuousClock.Instant
    typealias ConnectionID = UInt64
    typealias RequestID = UInt64

    struct Options: Sendable {
        var maximumConnections = 4
        var queue = PostgresLimits.leaseQueue
        var idleTimeout = PostgresLimits.idleTimeout
        var checkAfterIdle = PostgresLimits.checkAfterIdle
        var maximumAge = PostgresLimits.maximumAge
        var backOffBase = PostgresLimits.backOffBase
        var backOffMaximum = PostgresLimits.backOffMaximum
    }

    struct Grant: Equatable {
        var request: RequestID
        var connection: ConnectionID
        /// Whether the connection was idle for so long that the server may have hung up.
        var mustCheck = false
    }

    enum Refusal: Equatable {
        case closed
        case queueFull
        case timedOut
        /// No connection could be made; the runner knows the error.
        case connectFailed
    }

    /// What an event asks for, in this order.
    struct Actions: Equatable {
        var grants: [Grant] = []
        var refusals: [(request: RequestID, reason: Refusal)] = []
        var close: [ConnectionID] = []
        var connect: [ConnectionID] = []

        static func == (left: Actions, right: Actions) -> Bool {
            left.grants == right.grants && left.close == right.close && left.connect == right.connect
                && left.refusals.elementsEqual(right.refusals) { $0.request == $1.request && $0.reason == $1.reason }
        }
    }

    private struct Idle {
        let connection: ConnectionID
        let since: Instant
    }

    private struct Waiter {
        let request: RequestID
        let deadline: Instant
    }

    private let options: Options
    private var idle: [Idle] = []  // the last one was used last
    private var leased: Set<ConnectionID> = []
    private var connecting: Set<ConnectionID> = []
    private var births: [ConnectionID: Instant] = [:]
    private var waiters: [Waiter] = []  // in the order of their coming
    private var lastConnection: ConnectionID = 0
    private var failures = 0
    private var nextAttempt: Instant?
    private(set) var isClosed = false

    init(options: Options) { self.options = options }

    var counts: (idle: Int, leased: Int, connecting: Int, waiting: Int) {
        (idle.count, leased.count, connecting.count, waiters.count)
    }

    /// When `wake` must be called, if nothing happens before.
    var nextWake: Instant? {
        var instants = waiters.map(\.deadline)
        if let oldest = idle.first { instants.append(oldest.since + options.idleTimeout) }
        if let nextAttempt, connecting.isEmpty, wantsConnections > 0 { instants.append(nextAttempt) }
        return instants.min()
    }

    // MARK: Events

    /// Somebody asks for a connection.
    ///
    /// Without a grant or a refusal for him in the answer, he waits.
    mutating func request(_ request: RequestID, deadline: Instant, now: Instant) -> Actions {
        var actions = Actions()
        if isClosed {
            actions.refusals.append((request, .closed))
        } else if waiters.isEmpty, let grant = lend(to: request, now: now) {
            actions.grants.append(grant)
        } else if waiters.count >= options.queue {
            actions.refusals.append((request, .queueFull))
        } else {
            waiters.append(Waiter(request: request, deadline: deadline))
            openConnections(&actions, now: now)
        }
        return actions
    }

    /// Somebody has stopped waiting.
    ///
    /// False when he has been served already.
    mutating func cancel(_ request: RequestID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.request == request }) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// A connection that was asked for is open.
    mutating func connected(_ connection: ConnectionID, now: Instant) -> Actions {
        var actions = Actions()
        connecting.remove(connection)
        failures = 0
        nextAttempt = nil
        births[connection] = now
        leased.insert(connection)
        makeAvailable(connection, &actions, now: now)
        openConnections(&actions, now: now)
        return actions
    }

    /// A connection that was asked for could not be opened.
    ///
    /// Those who wait are told at once, unless connections exist that will come back to them.
    mutating func connectFailed(_ connection: ConnectionID, now: Instant) -> Actions {
        var actions = Actions()
        connecting.remove(connection)
        failures += 1
        nextAttempt = now + pause
        if connecting.isEmpty && leased.isEmpty && idle.isEmpty {
            actions.refusals = waiters.map { ($0.request, .connectFailed) }
            waiters.removeAll()
        }
        return actions
    }

    /// A connection comes back.
    mutating func release(_ connection: ConnectionID, isUsable: Bool, now: Instant) -> Actions {
        var actions = Actions()
        precondition(leased.contains(connection), "connection \(connection) was not lent")
        if isUsable && !isClosed && !isTooOld(connection, now: now) {
            makeAvailable(connection, &actions, now: now)
        } else {
            leased.remove(connection)
            births[connection] = nil
            actions.close.append(connection)
            openConnections(&actions, now: now)
        }
        return actions
    }

    /// Time has passed.
    mutating func wake(now: Instant) -> Actions {
        var actions = Actions()
        for waiter in waiters where waiter.deadline <= now { actions.refusals.append((waiter.request, .timedOut)) }
        waiters.removeAll { $0.deadline <= now }
        while let oldest = idle.first, oldest.since + options.idleTimeout <= now {
            idle.removeFirst()
            births[oldest.connection] = nil
            actions.close.append(oldest.connection)
        }
        openConnections(&actions, now: now)
        return actions
    }

    /// No more leases.
    ///
    /// What is lent is closed when it comes back.
    mutating func close() -> Actions {
        var actions = Actions()
        isClosed = true
        actions.refusals = waiters.map { ($0.request, .closed) }
        actions.close = idle.map(\.connection)
        waiters.removeAll()
        for connection in actions.close { births[connection] = nil }
        idle.removeAll()
        return actions
    }

    // MARK: Rules

    private mutating func lend(to request: RequestID, now: Instant) -> Grant? {
        guard let best = idle.popLast() else { return nil }
        leased.insert(best.connection)
        return Grant(
            request: request,
            connection: best.connection,
            mustCheck: now - best.since >= options.checkAfterIdle
        )
    }

    /// Gives a connection that is not in use to the first who waits, or lays it by.
    private mutating func makeAvailable(_ connection: ConnectionID, _ actions: inout Actions, now: Instant) {
        if isClosed {
            leased.remove(connection)
            births[connection] = nil
            actions.close.append(connection)
        } else if waiters.isEmpty {
            leased.remove(connection)
            idle.append(Idle(connection: connection, since: now))
        } else {
            actions.grants.append(Grant(request: waiters.removeFirst().request, connection: connection))
        }
    }

    /// How many more connections are worth opening: one for everybody who waits, within the limit.
    private var wantsConnections: Int {
        let total = idle.count + leased.count + connecting.count
        return max(0, min(waiters.count - connecting.count, options.maximumConnections - total))
    }

    private mutating func openConnections(_ actions: inout Actions, now: Instant) {
        if isClosed { return }
        if let nextAttempt, nextAttempt > now { return }
        // After a failure one attempt is enough to see whether the server is back.
        let wanted = failures == 0 ? wantsConnections : connecting.isEmpty ? min(1, wantsConnections) : 0
        for _ in 0..<wanted {
            lastConnection += 1
            connecting.insert(lastConnection)
            actions.connect.append(lastConnection)
        }
    }

    private var pause: Duration {
        min(options.backOffBase * (1 << min(failures - 1, 16)), options.backOffMaximum)
    }

    /// Up to a tenth older, by its number, so that connections of one start do not all go at once.
    private func isTooOld(_ connection: ConnectionID, now: Instant) -> Bool {
        guard let birth = births[connection] else { return true }
        let jitter = options.maximumAge / 100 * Int(connection % 10)
        return now - birth >= options.maximumAge + jitter
    }
}
