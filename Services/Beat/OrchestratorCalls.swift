import JSONRPC

/// What beat asks of an orchestrator.
struct OrchestratorCalls: Sendable {
    /// How long a clean-up may take.
    static let cleanUpTimeout = Duration.seconds(600)
    /// How long a refresh of ranks or names may take, which the orchestrator ends before, and a look at all tasks.
    static let refreshTimeout = Duration.seconds(600)
    /// How long putting things back on the lists may take.
    static let retryTimeout = Duration.seconds(60)

    let client: JSONRPCClient

    private struct DryRunParameters: Encodable, Sendable {
        let dryRun: Bool

        enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }
    }

    private func call<Result: Decodable & Sendable>(
        _ method: String,
        dryRun: Bool,
        timeout: Duration
    ) async throws -> Result {
        let parameters = DryRunParameters(dryRun: dryRun)
        return try await client.call(method, parameters, returning: Result.self, timeout: timeout)
    }

    private struct Cleanup: Decodable, Sendable {
        struct Amount: Decodable, Sendable {
            let things: Int
        }
        struct Tally: Decodable, Sendable {
            let rule: String
            let found: Amount
            let removed: Amount
        }

        let state: String
        let error: String?
        let tallies: [Tally]
    }

    /// Removes old data, or counts it; a sentence says how much of each class.
    func cleanUpOldData(dryRun: Bool) async throws -> String {
        let result: Cleanup = try await call(
            "maintenance.cleanup_old_data",
            dryRun: dryRun,
            timeout: Self.cleanUpTimeout
        )
        let amounts = result.tallies.map { "\($0.rule): \(dryRun ? $0.found.things : $0.removed.things)" }
        let end = result.state == "done" ? "" : " (\(result.state): \(result.error ?? ""))"
        return (dryRun ? "would remove " : "removed ") + amounts.joined(separator: ", ") + end
    }

    private struct NameRefresh: Decodable, Sendable {
        let players: Int
        let failed: Int
        let renamed: Int
        let forgotten: Int
    }

    /// Asks for names that were not seen for long; a sentence says how many.
    func refreshNames(dryRun: Bool) async throws -> String {
        let result: NameRefresh = try await call(
            "maintenance.refresh_names",
            dryRun: dryRun,
            timeout: Self.refreshTimeout
        )
        if dryRun { return "would ask for the names of \(result.players) players" }
        let failed = result.failed == 0 ? "" : ", \(result.failed) of them without success"
        return "asked for the names of \(result.players) players\(failed): \(result.renamed) are called otherwise, "
            + "\(result.forgotten) are unknown to Riot"
    }

    private struct RankRefresh: Decodable, Sendable {
        let players: Int
        let failed: Int
        let changed: Int
    }

    /// Asks for the ranks of players synced lately; a sentence says how many.
    func refreshRanks(dryRun: Bool) async throws -> String {
        let result: RankRefresh = try await call(
            "maintenance.refresh_ranks",
            dryRun: dryRun,
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
        let result: Retry = try await call("maintenance.retry_unavailable", dryRun: dryRun, timeout: Self.retryTimeout)
        let amount = "\(result.matches) matches and \(result.timelines) timelines"
        return dryRun ? "would try \(amount) again" : "tries \(amount) again"
    }

    private struct FollowedRefresh: Decodable, Sendable {
        let players: Int
        let started: Int
        let active: Int
        let refused: Int
    }

    /// Starts syncs of followed players whose turn it is; a sentence says how many.
    func refreshFollowed(dryRun: Bool) async throws -> String {
        let result: FollowedRefresh = try await call(
            "maintenance.refresh_followed",
            dryRun: dryRun,
            timeout: Self.retryTimeout
        )
        if dryRun { return "would sync \(result.players) followed players" }
        let refused = result.refused == 0 ? "" : "; \(result.refused) have a name that cannot be asked for"
        return "started \(result.started) syncs of \(result.players) followed players, \(result.active) were under way"
            + refused
    }

    private struct Reconciliation: Decodable, Sendable {
        let tasks: Int
    }

    /// Has an orchestrator look at all active tasks; a sentence says how many.
    func reconcile(dryRun: Bool) async throws -> String {
        let result: Reconciliation = try await call(
            "maintenance.reconcile",
            dryRun: dryRun,
            timeout: Self.refreshTimeout
        )
        return "\(dryRun ? "would look" : "looked") at \(result.tasks) active tasks"
    }
}
