import JSONRPC
import Storage

/// What beat asks of an orchestrator.
struct OrchestratorCalls: Sendable {
    /// How long a clean-up may take.
    static let cleanUpTimeout = Duration.seconds(600)
    /// How long a refresh of ranks may take; the orchestrator ends it before.
    static let refreshTimeout = Duration.seconds(600)
    /// How long putting things back on the lists may take.
    static let retryTimeout = Duration.seconds(60)

    let client: JSONRPCClient

    private struct DryRunParameters: Encodable, Sendable {
        let dryRun: Bool

        enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }
    }

    /// Removes old tasks, or counts them; a sentence says how many.
    func cleanUpOldData(dryRun: Bool) async throws -> String {
        let result = try await client.call(
            "maintenance.cleanup_old_data",
            DryRunParameters(dryRun: dryRun),
            returning: CleanupCounts.self,
            timeout: Self.cleanUpTimeout
        )
        let amount = "\(result.tasks) tasks and \(result.items) lines of their ledgers"
        return result.dryRun ? "would remove \(amount)" : "removed \(amount)"
    }

    private struct RankRefresh: Decodable, Sendable {
        let players: Int
        let failed: Int
        let changed: Int
    }

    /// Asks for the ranks of players synced lately; a sentence says how many.
    func refreshRanks(dryRun: Bool) async throws -> String {
        let result = try await client.call(
            "maintenance.refresh_ranks",
            DryRunParameters(dryRun: dryRun),
            returning: RankRefresh.self,
            timeout: Self.refreshTimeout
        )
        if dryRun { return "would ask for the ranks of \(result.players) players" }
        let failed = result.failed == 0 ? "" : ", \(result.failed) of them without success"
        return "asked for the ranks of \(result.players) players\(failed): \(result.changed) changed"
    }

    private struct Retry: Decodable, Sendable {
        let matches: Int
        let timelines: Int
    }

    /// Puts back what Riot did not have and is due to be tried again; a sentence says how much.
    func retryUnavailable(dryRun: Bool) async throws -> String {
        let result = try await client.call(
            "maintenance.retry_unavailable",
            DryRunParameters(dryRun: dryRun),
            returning: Retry.self,
            timeout: Self.retryTimeout
        )
        let amount = "\(result.matches) matches and \(result.timelines) timelines"
        return dryRun ? "would try \(amount) again" : "tries \(amount) again"
    }
}
