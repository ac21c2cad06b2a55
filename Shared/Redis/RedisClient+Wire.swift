import Logging

/// The life of the connection, and what travels on it.
extension RedisClient {
    func connectSoon() {
        state = .connecting
        Task { await self.connect() }  // ends by itself within the connect time-out
    }

    private func connect() async {
        do {
            let connection = try await connector.open()
            guard case .connecting = state else { return }  // closed meanwhile
            if backOff.isFailing { logger.notice("Redis is back", metadata: ["address": "\(address)"]) }
            metrics.connected()
            connections += 1
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
    func didLose(_ connection: Connection, _ error: RedisError) {
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
    func flushSoon(_ connection: Connection) {
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
        if let stallsAt = stallsAt(connection) { sweep(at: stallsAt) }
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

    func receive(on connection: Connection) throws(RedisError) {
        var isOutOfStep = false
        var isDemoted = false
        try connection.receive { reply in
            if case .error(let text) = reply, RedisError(reply: text).isDemotion { isDemoted = true }
            switch pipeline.didReceiveReply() {
            case .deliver(let waiter): waiter.resume(returning: .success(reply))
            case .discard: break
            case .unexpected: isOutOfStep = true
            }
        }
        if isOutOfStep {
            throw RedisError(.unexpectedReply, "Redis sent a reply that nobody asked for")
        }
        if isDemoted {
            throw RedisError(.unavailable, "the server is a replica, or was made one: it takes no writes")
        }
    }

    private func isCurrent(_ connection: Connection) -> Bool {
        if case .connected(let current) = state { current === connection } else { false }
    }
}
