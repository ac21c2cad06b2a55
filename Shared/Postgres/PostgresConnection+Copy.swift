import CPostgres
import Reactor

extension PostgresConnection {
    /// Runs `COPY … FROM STDIN` with `data` and returns the number of rows.
    ///
    /// The data goes out in pieces, each when the socket has taken the one before. A failure, a missed deadline or a
    /// cancelled task leaves no row.
    public func copyIn(
        _ sql: SQL,
        _ data: [UInt8],
        timeout: Duration = .seconds(30)
    ) async throws(PostgresError) -> Int {
        let started = ContinuousClock.now
        let deadline = started + timeout
        try begin()
        defer { end() }
        try await allowLongStatements(timeout, until: deadline)
        let handle = try usableHandle()
        guard PQsendQuery(handle.raw, sql.text) == 1 else {
            throw PostgresError(.connectionLost, "cannot start a COPY: \(handle.errorText)")
        }
        var outcome = ExchangeOutcome()
        do throws(IOReactor.WaitError) {
            outcome = try await collect(into: outcome, until: deadline)
            if outcome.error == nil, case .incoming = outcome.copy {
                try await send(data, until: deadline)
                PQputCopyEnd(handle.raw, nil)
                outcome.endCopy()
                outcome = try await collect(into: outcome, until: deadline)
            }
        } catch {
            // Refused outside of a COPY, which is what we want there.
            PQputCopyEnd(handle.raw, "given up by the client")
            outcome = try await interrupt(error, sql, after: started)
        }
        if let error = outcome.error { throw error }
        guard case .none = outcome.copy, outcome.commandTag.hasPrefix("COPY") else {
            if case .outgoing = outcome.copy { drop() }
            throw PostgresError(.misuse, "copyIn takes COPY … FROM STDIN and nothing else: \(sql.excerpt)")
        }
        return outcome.affectedRows
    }

    private func send(_ data: [UInt8], until deadline: ContinuousClock.Instant) async throws(IOReactor.WaitError) {
        var offset = 0
        while offset < data.count, let handle {
            let size = min(PostgresLimits.copyChunkBytes, data.count - offset)
            let code = data.withUnsafeBytes { bytes in
                PQputCopyData(
                    handle.raw,
                    bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) },
                    Int32(size)
                )
            }
            // On failure the answer to PQputCopyEnd says why.
            guard code == 1, try await flush(until: deadline) else { return }
            offset += size
        }
    }
}
