public import Logging
import Reactor

/// The commands of many tasks on one connection to Redis, pipelined.
///
/// Connects when it is first used and again, with back-off, when a command comes after the connection was lost. While
/// the server is away commands fail at once or after the attempt to connect, never after a long hang. A command whose
/// connection breaks is not repeated, because it may have run: its caller decides. Close it when it is done with.
public actor RedisClient {
    private typealias Waiter = CheckedContinuation<Result<RedisValue, RedisError>, Never>

    private enum State {
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

    private let address: RedisAddress
    private let name: String
    private let logger: Logger
    private let metrics = RedisMetrics()
    private var state = State.idle
    private var pipeline = CommandPipeline<Waiter>()
    private var lastID: UInt64 = 0
    private var backOff = BackOff()
    private var sweep: (at: ContinuousClock.Instant, task: Task<Void, Never>)?

    /// Creates a client that connects when it is first used; `name` is what `CLIENT LIST` shows.
    public init(address: RedisAddress, name: String, logger: Logger) {
        self.address = address
        self.name = name
        self.logger = logger
    }

    isolated deinit { sweep?.task.cancel() }

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

    private func admit(_ id: UInt64, _ command: RedisCommand, _ timeout: Duration, _ waiter: Waiter) {
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
        sweepSoon()
        switch state {
        case .connected(let connection): flushSoon(connection)
        case .idle, .failed: connectSoon()
        case .connecting, .closed: break
        }
    }

    private func abandon(_ id: UInt64) {
        pipeline.abandon(id)?.resume(returning: .failure(Self.cancelled))
    }

    // MARK: Connecting

    private func connectSoon() {
        state = .connecting
        Task { await self.connect() }  // ends by itself within the connect time-out
    }

    private func connect() async {
        do {
            let connection = try await Connection.open(to: address, name: name)
            guard case .connecting = state else { return }  // closed meanwhile
            if backOff.isFailing { logger.notice("Redis is back", metadata: ["address": "\(address)"]) }
            metrics.connected()
            backOff.didConnect()
            state = .connected(connection)
            Task { await self.readReplies(connection) }  // ends with the connection
            flushSoon(connection)
        } catch {
            guard case .connecting = state else { return }
            didFail(error)
        }
    }

    private func didFail(_ error: RedisError) {
        if !backOff.isFailing { logger.warning("\(error.message)", metadata: ["client": "\(name)"]) }
        metrics.connectFailed()
        state = .failed(error, retryAt: .now + backOff.didFail())
        for waiter in pipeline.failWaiting() { waiter.resume(returning: .failure(error)) }
    }

    /// Gives up a connection; callers that were sent fail, callers that were not go on with the next connection.
    private func didLose(_ connection: Connection, _ error: RedisError) {
        guard case .connected(let current) = state, current === connection else { return }
        connection.shutDown()
        let lost = RedisError(
            .connectionLost,
            "the connection to Redis at \(address) was lost (\(error.message)); the command may have run"
        )
        for waiter in pipeline.didLoseConnection() { waiter.resume(returning: .failure(lost)) }
        logger.info(
            "the connection to Redis was lost",
            metadata: ["client": "\(name)", "reason": "\(error.message)"]
        )
        guard backOff.mayRetryAtOnce() else { return didFail(RedisError(.unavailable, lost.message)) }
        state = .idle
        if pipeline.hasWaiting { connectSoon() }
    }

    // MARK: The wire

    /// Writes at the end of what the reactor has to do now, so that commands of many tasks share one packet.
    private func flushSoon(_ connection: Connection) {
        guard !connection.isFlushing else { return }
        connection.isFlushing = true
        Task { await self.flush(connection) }  // ends when all is written or the connection is lost
    }

    private func flush(_ connection: Connection) async {
        defer { connection.isFlushing = false }
        do throws(RedisError) {
            repeat {
                while connection.outgoingBytes < RedisLimits.outgoingBytes, isCurrent(connection),
                    let command = pipeline.nextToSend(now: .now)
                {
                    try connection.append(command)
                }
                while try !connection.write() {
                    try await connection.waitWritable(until: .now + RedisLimits.stall)
                }
            } while isCurrent(connection) && pipeline.canSend
        } catch {
            didLose(connection, error)
        }
        sweepSoon()
    }

    private func readReplies(_ connection: Connection) async {
        while isCurrent(connection) {
            do throws(RedisError) {
                try await connection.waitReadable(until: .now + RedisLimits.idleLook)
                guard isCurrent(connection) else { return }
                try receive(on: connection)
                if pipeline.canSend { flushSoon(connection) }
            } catch {
                if error.code != .timedOut { didLose(connection, error) }
            }
        }
    }

    private func receive(on connection: Connection) throws(RedisError) {
        var isOutOfStep = false
        try connection.receive { reply in
            switch pipeline.didReceiveReply() {
            case .deliver(let waiter): waiter.resume(returning: .success(reply))
            case .discard: break
            case .unexpected: isOutOfStep = true
            }
        }
        if isOutOfStep {
            throw RedisError(.unexpectedReply, "Redis sent a reply that nobody asked for")
        }
    }

    private func isCurrent(_ connection: Connection) -> Bool {
        if case .connected(let current) = state { current === connection } else { false }
    }

    // MARK: Deadlines

    /// Makes sure that somebody looks at the nearest deadline.
    private func sweepSoon() {
        guard let nearest = nextLook else { return }
        if let sweep, sweep.at <= nearest { return }
        sweep?.task.cancel()
        let task = Task {
            try? await Task.sleep(until: nearest, clock: .continuous)
            if !Task.isCancelled { self.expire() }
        }
        sweep = (nearest, task)
    }

    private func expire() {
        sweep = nil
        let error = RedisError(
            .timedOut,
            "Redis at \(address) did not answer in time; the command may have run"
        )
        for waiter in pipeline.expire(now: .now) {
            metrics.timedOut()
            waiter.resume(returning: .failure(error))
        }
        if case .connected(let connection) = state,
            let stallsAt = pipeline.stallsAt(lastReceivedAt: connection.lastReceivedAt), stallsAt <= .now
        {
            didLose(connection, RedisError(.timedOut, "the server sends nothing"))
        }
        sweepSoon()
    }

    private var nextLook: ContinuousClock.Instant? {
        guard case .connected(let connection) = state else { return pipeline.nearestDeadline }
        return [pipeline.nearestDeadline, pipeline.stallsAt(lastReceivedAt: connection.lastReceivedAt)]
            .compactMap(\.self).min()
    }
}
