import CPostgres
import Logging

extension PostgresConnection {
    /// Runs `body` between BEGIN and COMMIT; rolls back when it throws.
    ///
    /// COMMIT and ROLLBACK run to their end even when the task is cancelled meanwhile, so that their outcome is known.
    /// Transactions do not nest: a second BEGIN on the same connection is refused.
    ///
    /// - Throws: what `body` throws; `.connectionLost` from COMMIT when nobody can know whether it took effect.
    public nonisolated func withTransaction<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        try await control("BEGIN", until: .now + PostgresLimits.settleTimeout)
        let result: R
        do {
            result = try await body()
        } catch {
            await settle()
            throw error
        }
        // Shield: cancelled in the middle of COMMIT, it would be unknown what happened.
        try await Task { try await self.commit() }.value
        return result
    }

    /// Runs `body` on the reactor's thread, so that no thread is changed between its statements.
    ///
    /// For rows of statements with little to compute in between: every connection of the process lives on that thread.
    public func perform<R: Sendable>(
        _ body: @Sendable (isolated PostgresConnection) async throws -> R
    ) async throws -> R {
        try await body(self)
    }

    /// Ends a transaction that was left open.
    ///
    /// The connection is closed if that does not work.
    nonisolated func settle() async {
        guard condition == .inTransaction else { return }
        // Shield: the usual reason for a rollback is a cancelled task.
        await Task { await self.rollBack() }.value
    }

    private func control(_ command: SQL, until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        try begin()
        defer { end() }
        if command == "BEGIN", let handle, PQtransactionStatus(handle.raw) != PQTRANS_IDLE {
            throw PostgresError(.misuse, "transactions do not nest: this connection is inside one already")
        }
        try await exchange(command, until: deadline) { PQsendQuery($0, command.text) }
    }

    private func commit() async throws(PostgresError) {
        try begin()
        defer { end() }
        let outcome = try await exchange("COMMIT", until: .now + PostgresLimits.settleTimeout) {
            PQsendQuery($0, "COMMIT")
        }
        // The server answers COMMIT of a failed transaction with a rollback and no error.
        guard outcome.commandTag == "COMMIT" else {
            throw PostgresError(
                .server,
                "the transaction was rolled back: a statement in it had failed before",
                sqlState: "25P02"
            )
        }
    }

    private func rollBack() async {
        do throws(PostgresError) {
            try await control("ROLLBACK", until: .now + PostgresLimits.settleTimeout)
        } catch {
            logger.warning("cannot roll back, the connection is closed: \(error)")
            drop()
        }
    }
}
