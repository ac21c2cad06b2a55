import JSONRPC
import Storage

/// What beat asks of an orchestrator.
struct OrchestratorCalls: Sendable {
    /// How long a clean-up may take.
    static let cleanUpTimeout = Duration.seconds(600)

    let client: JSONRPCClient

    private struct CleanUpParameters: Encodable, Sendable {
        let dryRun: Bool

        enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }
    }

    /// Removes old tasks, or counts them; a sentence says how many.
    func cleanUpOldData(dryRun: Bool) async throws -> String {
        let result = try await client.call(
            "maintenance.cleanup_old_data",
            CleanUpParameters(dryRun: dryRun),
            returning: CleanupCounts.self,
            timeout: Self.cleanUpTimeout
        )
        let amount = "\(result.tasks) tasks and \(result.items) lines of their ledgers"
        return result.dryRun ? "would remove \(amount)" : "removed \(amount)"
    }
}
