import Reactor

/// One connection to a server, without any policy: it belongs to one actor on the reactor and runs in its isolation.
///
/// Not `Sendable` on purpose: the compiler keeps it with its actor. After the first error it is dropped.
final class Connection {
    /// When the last bytes came.
    private(set) var lastReceivedAt = ContinuousClock.now
    /// Whether somebody is writing out the buffer.
    var isFlushing = false

    private let handle: ConnectionHandle

    private init(_ handle: consuming ConnectionHandle) { self.handle = handle }

    /// Connects, logs in, chooses the database and sees one answer.
    ///
    /// - Parameter mustBeMaster: whether a server that is a replica is refused; writes would fail there.
    /// - Throws: ``RedisError/Code/unavailable`` with the reason, ``RedisError/Code/cancelled``.
    static func open(
        to address: RedisAddress,
        name: String,
        mustBeMaster: Bool = false,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> Connection {
        do {
            let connection = try await connect(to: address, until: deadline)
            let handshake = Handshake(address: address, name: name, mustBeMaster: mustBeMaster)
            try await handshake.perform(on: connection, until: deadline)
            return connection
        } catch {
            if error.code == .cancelled { throw error }
            throw RedisError(.unavailable, "Redis at \(address) is not available: \(error.message)")
        }
    }

    private static func connect(
        to address: RedisAddress,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> Connection {
        switch address.endpoint {
        case .unix(let path):
            return try await established(ConnectionHandle(path: path), until: deadline)
        case .tcp(let host, let port):
            let addresses = try await HostResolver.addresses(of: host, until: deadline)
            guard !addresses.isEmpty else { throw RedisError(.unavailable, "the name \(host) has no address") }
            return try await connect(toOneOf: addresses, port: port, until: deadline)
        case .sentinels: preconditionFailure("a connector asks the sentinels first")
        }
    }

    /// Tries the addresses of one name in their order.
    ///
    /// Each has its share of the time that is left, so that one behind which nobody answers leaves some for the others.
    static func connect(
        toOneOf addresses: [String],
        port: UInt16,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> Connection {
        var failure = RedisError(.unavailable, "there is no address")
        for (index, address) in addresses.enumerated() {
            let turn = ContinuousClock.now + (deadline - .now) / (addresses.count - index)
            do {
                return try await established(ConnectionHandle(address: address, port: port), until: turn)
            } catch {
                if error.code == .cancelled { throw error }
                failure = error
            }
        }
        throw failure
    }

    private static func established(
        _ handle: consuming ConnectionHandle,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> Connection {
        let connection = Connection(handle)
        try await connection.waitWritable(until: deadline)
        if let reason = connection.handle.connectFailure { throw RedisError(.unavailable, reason) }
        return connection
    }

    // MARK: Sending

    /// Bytes of commands that the socket has not taken yet.
    var outgoingBytes: Int { handle.outgoingBytes }

    /// Puts a command into the output buffer.
    func append(_ command: RedisCommand) throws(RedisError) { try handle.append(command) }

    /// Writes what the socket takes; true when nothing is left to write.
    func write() throws(RedisError) -> Bool { try handle.write() }

    /// Suspends until the socket takes bytes.
    func waitWritable(until deadline: ContinuousClock.Instant) async throws(RedisError) {
        try await wait(for: .write, until: deadline)
    }

    // MARK: Receiving

    /// Suspends until something has come.
    func waitReadable(until deadline: ContinuousClock.Instant) async throws(RedisError) {
        try await wait(for: .read, until: deadline)
    }

    /// Reads what has come and hands out every reply that is whole.
    func receive(_ deliver: (RedisValue) -> Void) throws(RedisError) {
        let count = try handle.read()
        if count > 0 { lastReceivedAt = .now }
        while let reply = try handle.nextReply() { deliver(reply) }
        guard handle.incomingBytes <= RedisLimits.incomingBytes else {
            throw RedisError(
                .unexpectedReply,
                "a reply of Redis is larger than the limit of \(RedisLimits.incomingBytes) bytes"
            )
        }
    }

    /// Ends every wait for the socket; the connection is of no use afterwards.
    func shutDown() { handle.shutDown() }

    // MARK: One exchange

    /// Sends commands and awaits their replies; nothing else may use the connection meanwhile.
    func exchange(
        _ commands: [RedisCommand],
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> [RedisValue] {
        for command in commands { try append(command) }
        while try !write() { try await waitWritable(until: deadline) }
        var replies: [RedisValue] = []
        while replies.count < commands.count {
            try await waitReadable(until: deadline)
            try receive { replies.append($0) }
        }
        return replies
    }

    private func wait(
        for events: IOReactor.Events,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) {
        do {
            _ = try await IOReactor.shared.wait(
                descriptor: handle.descriptor,
                for: events,
                until: deadline
            )
        } catch {
            switch error {
            case .timedOut: throw RedisError(.timedOut, "Redis did not answer in time")
            case .cancelled:
                throw RedisError(.cancelled, "the task was cancelled while it waited for Redis")
            }
        }
    }
}
