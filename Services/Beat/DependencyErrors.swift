import JSONRPC
import Postgres

/// Turns a database that is away into the error that says so.
func keepingDependencyErrors<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as PostgresError {
        throw JSONRPCError(
            .dependencyDown,
            "PostgreSQL does not answer: \(error.message)",
            data: ["dependency": "postgresql"]
        )
    }
}
