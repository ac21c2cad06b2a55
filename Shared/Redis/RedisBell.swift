public import Logging
import Reactor

/// Waits until something is put on one of several lists, on a connection of its own, since the wait blocks it.
///
/// What it takes off the lists is only a hint that there is work: a bell that is lost costs time, never a job.
public actor RedisBell {
    /// Runs on the reactor, where the connection lives.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        IOReactor.shared.asUnownedSerialExecutor()
    }

    private let connector: Connector
    private var connection: Connection?
    private(set) var isWaiting = false
    private var isClosed = false

    /// Creates a bell that connects when it is first waited for.
    public init(address: RedisAddress, name: String, logger: Logger) {
        self.connector = Connector(address: address, name: name)
    }

    isolated deinit { connection = nil }

    /// Waits until one of `keys` holds something, takes it, and returns that key; nil after `timeout`.
    ///
    /// One wait at a time. Cancellation ends it and drops the connection; the next wait makes a new one.
    ///
    /// - Throws: ``RedisError``: `unavailable` at once when the server cannot be reached, `connectionLost`,
    ///   `timedOut` when the server stays silent beyond `timeout`, `overloaded` when somebody waits already, `closed`.
    public func wait(keys: [String], timeout: Duration) async throws(RedisError) -> String? {
        guard !isWaiting else { throw RedisError(.overloaded, "a bell serves one waiter at a time") }
        isWaiting = true
        defer { isWaiting = false }
        let seconds = max(
            0.001,
            Double(timeout.components.seconds) + Double(timeout.components.attoseconds) * 1e-18
        )
        let words = ["BLPOP"] + keys.map { RedisArgument($0) } + [RedisArgument("\(seconds)")]
        let command = try RedisCommand(words)
        do {
            let line = try await line()
            let deadline = ContinuousClock.now + timeout + RedisLimits.bellSlack
            let replies = try await line.exchange([command], until: deadline)
            return try Self.key(in: replies)
        } catch {
            connection?.shutDown()
            connection = nil
            if isClosed { throw RedisError(.closed, "the bell was closed") }
            throw error
        }
    }

    /// Ends the connection and a wait that is under way.
    public func close() {
        isClosed = true
        connection?.shutDown()
    }

    private func line() async throws(RedisError) -> Connection {
        guard !isClosed else { throw RedisError(.closed, "the bell was closed") }
        if let connection { return connection }
        let opened = try await connector.open()
        guard !isClosed else { throw RedisError(.closed, "the bell was closed") }
        connection = opened
        return opened
    }

    private static func key(in replies: [RedisValue]) throws(RedisError) -> String? {
        switch replies.first {
        case .null: return nil
        case .array(let pair):
            guard pair.count == 2, let key = pair[0].text else { break }
            return key
        case .error(let text): throw RedisError(reply: text)
        default: break
        }
        throw RedisError(
            .unexpectedReply,
            "Redis answered BLPOP with something else than a list and a value"
        )
    }
}
