import CPostgres
import Logging
import Reactor

extension PostgresConnection {
    /// Runs a prepared statement, which is prepared first if it is new.
    func execute(
        _ sql: SQL,
        _ parameters: ParameterBuffer,
        until deadline: ContinuousClock.Instant,
        mayPrepareAgain: Bool
    ) async throws(PostgresError) -> ExchangeOutcome {
        let name = try await prepare(sql, until: deadline)
        var outcome = ExchangeOutcome()
        let send = { (connection: OpaquePointer) -> Int32 in
            parameters.withPointers { count, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 0)
            }
        }
        try await exchange(sql, into: &outcome, until: deadline, send)
        if outcome.hasStaleStatement {
            statements.remove(sql)
            // Outside a transaction nothing has happened yet, so that it can be done again unseen.
            if mayPrepareAgain, let handle, PQtransactionStatus(handle.raw) == PQTRANS_IDLE {
                return try await execute(sql, parameters, until: deadline, mayPrepareAgain: false)
            }
        }
        if let error = outcome.error { throw error }
        return outcome
    }

    private func prepare(_ sql: SQL, until deadline: ContinuousClock.Instant) async throws(PostgresError) -> String {
        if let name = statements.name(of: sql) { return name }
        if let oldest = statements.leastRecentlyUsed() {
            _ = try await exchange("DEALLOCATE", until: deadline) { PQsendQuery($0, "DEALLOCATE \(oldest.name)") }
            statements.remove(oldest.sql)
        }
        let name = statements.freshName()
        _ = try await exchange(sql, until: deadline) { PQsendPrepare($0, name, sql.text, 0, nil) }
        statements.insert(sql, name: name)
        return name
    }

    /// Raises the server's own time-outs for a call that may take longer than they allow.
    ///
    /// Not when the options of the connection string decide about them. Inside a transaction it lasts until its end,
    /// so that a rollback does not leave us believing in a setting that is gone.
    func allowLongStatements(
        _ timeout: Duration,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresError) {
        let needed = timeout + PostgresLimits.serverSlack
        guard needed > min(PostgresLimits.statementTimeout, PostgresLimits.lockTimeout) else { return }
        let decided = configuration.effective("options") ?? ""
        if decided.contains("statement_timeout") || decided.contains("lock_timeout") { return }
        let handle = try usableHandle()
        let scope = PQtransactionStatus(handle.raw) == PQTRANS_IDLE ? "SESSION" : "LOCAL"
        let milliseconds = needed.wholeMilliseconds
        let text = "SET \(scope) statement_timeout = \(milliseconds); SET \(scope) lock_timeout = \(milliseconds)"
        _ = try await exchange("SET statement_timeout", until: deadline) { PQsendQuery($0, text) }
    }

    /// Sends one message and takes in the whole answer.
    @discardableResult
    func exchange(
        _ label: SQL,
        until deadline: ContinuousClock.Instant,
        _ send: (OpaquePointer) -> Int32
    ) async throws(PostgresError) -> ExchangeOutcome {
        var outcome = ExchangeOutcome()
        try await exchange(label, into: &outcome, until: deadline, send)
        if let error = outcome.error { throw error }
        return outcome
    }

    /// Sends one message and takes in the whole answer, an error of the server included.
    private func exchange(
        _ label: SQL,
        into outcome: inout ExchangeOutcome,
        until deadline: ContinuousClock.Instant,
        _ send: (OpaquePointer) -> Int32
    ) async throws(PostgresError) {
        let started = ContinuousClock.now
        let handle = try usableHandle()
        guard send(handle.raw) == 1 else {
            let reason = handle.errorText
            if !handle.isUsable { throw lost(reason) }
            throw PostgresError(.misuse, "libpq refused to send \(label.excerpt): \(reason)")
        }
        do throws(IOReactor.WaitError) {
            outcome = try await collect(into: outcome, until: deadline)
        } catch {
            outcome = try await interrupt(error, label, after: started)
        }
        guard case .none = outcome.copy else {
            drop()
            throw PostgresError(.misuse, "COPY cannot be run as a query: use copyIn. The connection was closed")
        }
    }

    /// Sends what is pending, then takes in results until the server is done or a COPY has begun.
    func collect(
        into start: ExchangeOutcome,
        until deadline: ContinuousClock.Instant
    ) async throws(IOReactor.WaitError) -> ExchangeOutcome {
        var outcome = start
        var isConnected = try await flush(until: deadline)
        while let handle {
            while isConnected && PQisBusy(handle.raw) == 1 {
                let descriptor = PQsocket(handle.raw)
                if descriptor >= 0 { _ = try await reactor.wait(descriptor: descriptor, for: .read, until: deadline) }
                isConnected = descriptor >= 0 && PQconsumeInput(handle.raw) == 1
            }
            // After the end of the connection libpq still holds the server's last words, and does not block for more;
            // any other failure to read leaves a connection that nothing is known of.
            if !isConnected && handle.isUsable {
                outcome.fail(lost(handle.errorText))
                drop()
                break
            }
            guard let raw = PQgetResult(handle.raw) else { break }
            outcome.absorb(ResultHandle(adopting: raw))
            if case .none = outcome.copy { continue }
            break
        }
        if !isConnected, outcome.error == nil { outcome.fail(lost(handle?.errorText ?? "")) }
        if outcome.error?.sqlState == SQLState.readOnlyTransaction, isServerReadOnly {
            isDemoted = true
            outcome.replaceError(
                PostgresError(
                    .connectionLost,
                    "PostgreSQL at \(configuration.endpoint) takes no writes any more; the connection to it is closed",
                    sqlState: SQLState.readOnlyTransaction
                )
            )
        }
        return outcome
    }

    /// Whether it is the server that is read-only, after a failover, rather than the transaction by our own wish.
    ///
    /// The server reports both without being asked, since version 14.
    private var isServerReadOnly: Bool {
        guard let handle else { return false }
        let names: [String] = ["in_hot_standby", "default_transaction_read_only"]
        return names.contains { PQparameterStatus(handle.raw, $0).map { String(cString: $0) } == "on" }
    }

    /// Hands everything to the kernel; false when the connection broke.
    ///
    /// Reads meanwhile, or both sides could wait for each other with full buffers.
    func flush(until deadline: ContinuousClock.Instant) async throws(IOReactor.WaitError) -> Bool {
        while let handle {
            switch PQflush(handle.raw) {
            case 0: return true
            case 1:
                let events = try await reactor.wait(
                    descriptor: PQsocket(handle.raw),
                    for: [.read, .write],
                    until: deadline
                )
                if events.contains(.read), PQconsumeInput(handle.raw) != 1 { return false }
            default:
                // What the server said before it hung up can still be read.
                _ = PQconsumeInput(handle.raw)
                return false
            }
        }
        return false
    }

    private func lost(_ reason: String) -> PostgresError {
        PostgresError(.connectionLost, "the connection to PostgreSQL at \(configuration.endpoint) broke: \(reason)")
    }

    // MARK: Interruption

    /// Stops what the server is doing and returns its answer if it was done by then; throws the reason otherwise.
    func interrupt(
        _ reason: IOReactor.WaitError,
        _ label: SQL,
        after started: ContinuousClock.Instant
    ) async throws(PostgresError) -> ExchangeOutcome {
        // Shield: in a cancelled task every wait would end at once, and the server would go on working.
        let drained = await Task { await self.cancelAndDrain() }.value
        if let drained, drained.isWhole, drained.outcome.error == nil { return drained.outcome }
        if let error = drained?.outcome.error, error.sqlState != SQLState.queryCancelled { throw error }
        let fate = drained == nil ? "; its connection was closed" : ""
        switch reason {
        case .timedOut:
            let waited = ContinuousClock.now - started
            throw PostgresError(
                .timedOut,
                "PostgreSQL had not answered after \(waited.wholeMilliseconds) ms, the statement was cancelled"
                    + "\(fate): \(label.excerpt)"
            )
        case .cancelled:
            throw PostgresError(.cancelled, "the statement was cancelled\(fate): \(label.excerpt)")
        }
    }

    /// Sends cancel requests and takes in the rest of the answer; nil when the connection had to be dropped.
    ///
    /// A request that reaches the server before the statement has begun is lost, so it is sent again; an answer that
    /// was taken in around a second request may lack its beginning.
    private func cancelAndDrain() async -> (outcome: ExchangeOutcome, isWhole: Bool)? {
        guard let handle else { return nil }
        let deadline = ContinuousClock.now + PostgresLimits.drainTimeout
        var isFirst = true
        repeat {
            if let cancel = CancelHandle(for: handle) {
                _ = await HelperThreads.shared.run(until: deadline) { cancel.send() }
            }
            do throws(IOReactor.WaitError) {
                let turn = min(deadline, .now + PostgresLimits.cancelInterval)
                let outcome = try await collect(into: ExchangeOutcome(), until: turn)
                if self.handle?.isUsable == true, case .none = outcome.copy { return (outcome, isFirst) }
                break
            } catch {
                isFirst = false
            }
        } while ContinuousClock.now < deadline && self.handle != nil
        logger.debug("a cancelled statement did not come to rest within \(PostgresLimits.drainTimeout.spoken)")
        drop()
        return nil
    }
}
