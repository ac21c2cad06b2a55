public import Logging
import Reactor

/// The commands of many tasks on one connection to Redis, pipelined.
///
/// Connects when it is first used and again, with back-off, when a command comes after the connection was lost, or after
/// the server said that it is a replica now. Sentinels are asked for the master at every connect. While
/// the server is away commands fail at once or after the attempt to connect, never after a long hang. A command whose
/// connection breaks is not repeated, because it may have run: its caller decides. Close it when it is done with: the
/// task that reads replies holds the client until then, so its connection never ends anywhere but on the reactor.
public actor RedisClient {
    enum State {
        case idle
        /// The last attempt failed; the next may begin at `retryAt`.
        case failed(RedisError, retryAt: ContinuousClock.Instant)
        case connecting
        case connected(Connection)
        case closed
    }

    /// Runs on the reactor, where the connection lives.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        IOReactor.shared.asUnownedSerialExecutor()
    }

    let address: RedisAddress
    let name: String
    let connector: Connector
    let logger: Logger
    let metrics = RedisMetrics()
    var state = State.idle
    var pipeline = CommandPipeline<RedisWaiter>()
    private var lastID: UInt64 = 0
    var backOff = BackOff()
    var sweep: (at: ContinuousClock.Instant, task: Task<Void, Never>)?

    /// Creates a client that connects when it is first used; `name` is what `CLIENT LIST` shows.
    public init(address: RedisAddress, name: String, logger: Logger) {
        self.address = address
        self.name = name
        self.connector = Connector(address: address, name: name)
        self.logger = logger
    }

    // MARK: Commands

    /// Sends a command and returns its reply; `timeout` counts from the call, waiting for a connection included.
    ///
    /// - Throws: ``RedisError``; an error reply is ``RedisError/Code/server``. After `timedOut`, `cancelled` and
    ///   `connectionLost` the command may have run.
    public nonisolated func send(
        _ command: [RedisArgument],
        timeout: Duration = .seconds(5)
    ) async throws(RedisError) -> RedisValue {
        let value = try await perform(try RedisCommand(command), timeout: timeout).get()
        if case .error(let text) = value { throw RedisError(reply: text) }
        return value
    }

    /// Runs a script by its digest, and by its text when the server does not know it yet.
    ///
    /// - Throws: as ``send(_:timeout:)``.
    public nonisolated func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [RedisArgument],
        timeout: Duration = .seconds(5)
    ) async throws(RedisError) -> RedisValue {
        let rest = [RedisArgument(keys.count)] + keys.map { RedisArgument($0) } + arguments
        do {
            return try await send(["EVALSHA", script.digest] + rest, timeout: timeout)
        } catch  where error.reply == "NOSCRIPT" {
            return try await send(["EVAL", script.text] + rest, timeout: timeout)
        }
    }

    /// Sees one answer of the server.
    public nonisolated func ping(timeout: Duration = .seconds(2)) async throws(RedisError) {
        _ = try await send(["PING"], timeout: timeout)
    }

    /// Whether there is a connection that has not been seen to break.
    public var isConnected: Bool {
        if case .connected = state { true } else { false }
    }

    /// How often it has connected: what it sees was perhaps another server, or one that began again, after each time.
    public internal(set) var connections = 0

    /// Commands that were sent or wait to be.
    var commandsUnderWay: Int { pipeline.count }

    /// Ends the connection; commands that wait fail with ``RedisError/Code/closed``, as do later ones.
    public func close() {
        if case .connected(let connection) = state { connection.shutDown() }
        state = .closed
        sweep?.task.cancel()
        sweep = nil
        let error = RedisError(.closed, "the client of Redis was closed")
        for waiter in pipeline.didLoseConnection() + pipeline.failWaiting() {
            waiter.resume(returning: .failure(error))
        }
    }

    // MARK: Waiting

    private func perform(
        _ command: RedisCommand,
        timeout: Duration
    ) async -> Result<
        RedisValue, RedisError
    > {
        lastID += 1
        let id = lastID
        return await withTaskCancellationHandler {
            self.preconditionIsolated()  // touching self keeps this closure on the actor (swiftlang/swift #82483)
            return await withCheckedContinuation { waiter in
                if Task.isCancelled { return waiter.resume(returning: .failure(Self.cancelled)) }
                self.admit(id, command, timeout, waiter)
            }
        } onCancel: {
            Task { await self.abandon(id) }  // nobody awaits it: it only hops to the actor
        }
    }

    private static let cancelled = RedisError(
        .cancelled,
        "the task was cancelled while it waited for Redis"
    )

    private func admit(_ id: UInt64, _ command: RedisCommand, _ timeout: Duration, _ waiter: RedisWaiter) {
        switch state {
        case .closed:
            return waiter.resume(
                returning: .failure(RedisError(.closed, "the client of Redis was closed"))
            )
        case .failed(let error, let retryAt) where ContinuousClock.now < retryAt:
            return waiter.resume(returning: .failure(error))
        case .idle, .failed, .connecting, .connected: break
        }
        guard pipeline.admit(id: id, command, timeout: timeout, now: .now, waiter: waiter) else {
            let sentence = "\(RedisLimits.waiting) commands wait for Redis already"
            return waiter.resume(returning: .failure(RedisError(.overloaded, sentence)))
        }
        metrics.commandAdmitted()
        sweep(at: .now + timeout)
        switch state {
        case .connected(let connection): flushSoon(connection)
        case .idle, .failed: connectSoon()
        case .connecting, .closed: break
        }
    }

    private func abandon(_ id: UInt64) {
        pipeline.abandon(id)?.resume(returning: .failure(Self.cancelled))
    }
}

/// Whoever waits for a reply.
typealias RedisWaiter = CheckedContinuation<Result<RedisValue, RedisError>, Never>
