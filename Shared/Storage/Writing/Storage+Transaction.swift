import Logging
import Postgres

extension PostgresPool {
    /// Runs a transaction, again from its beginning after a deadlock or a serialization failure.
    ///
    /// Other failures come out at once: whoever asked decides whether to try again.
    func withRetriedTransaction<R: Sendable>(
        logger: Logger,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        var attempt = 1
        while true {
            do {
                return try await withTransaction(body)
            } catch let error as PostgresError
                where Self.isConflict(error) && attempt < StorageLimits.transactionAttempts
            {
                logger.debug(
                    "a transaction lost against another one, and begins again",
                    metadata: ["error": "\(error)"]
                )
                // The pause differs between the two that met, so that they do not meet again.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...10) * attempt))
                attempt += 1
            }
        }
    }

    /// Serialization failure, deadlock.
    private static func isConflict(_ error: PostgresError) -> Bool {
        error.sqlState == "40001" || error.sqlState == "40P01"
    }
}

extension Storage {
    /// Runs a transaction on the pool, again from its beginning after a deadlock or a serialization failure.
    func withRetriedTransaction<R: Sendable>(
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await pool.withRetriedTransaction(logger: logger, body)
    }
}
