import JSONRPC
import Logging
import Postgres
import Redis
import RiotClient
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// Parameters of the maintenance methods that beat calls.
struct MaintenanceParameters: Codable, Sendable {
    let dryRun: Bool?

    enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }
}

/// Answer of `maintenance.refresh_ranks`.
struct RankRefreshResult: Codable, Sendable {
    /// Players whose turn it was.
    let players: Int
    /// Those of them for whom Riot gave no usable answer.
    var failed = 0
    /// Queues in which a rank changed.
    var changed = 0
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
        case players, failed, changed
        case dryRun = "dry_run"
    }
}

/// Answer of `maintenance.retry_unavailable`.
struct RetryResult: Codable, Sendable {
    /// Matches that are asked for again.
    let matches: Int
    /// Timelines that are asked for again.
    let timelines: Int
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
        case matches, timelines
        case dryRun = "dry_run"
    }
}

/// What is done regularly, whoever asks for it.
struct MaintenanceMethods: Sendable {
    /// Players whose rank one run asks for.
    static let ranksPerRun = 50
    /// How long one player's rank may take; after that his platform is left alone for this run.
    static let patience: Duration = .seconds(30)
    /// How long a run may take; below the time-out of beat's call.
    static let longestRun: Duration = .seconds(540)

    let storage: Storage
    let client: RiotClient
    let dispatch: TaskDispatch
    let logger: Logger

    /// Asks for the ranks of players who were synced lately, those first who were not asked for longest.
    ///
    /// - Throws: `JSONRPCError` when key, Redis or PostgreSQL keeps it from going on; what was had by then is kept.
    func refreshRanks(_ parameters: MaintenanceParameters) async throws -> RankRefreshResult {
        try await keepingDependencyErrors {
            let players = try await storage.playersToRank(limit: Self.ranksPerRun)
            let isDryRun = parameters.dryRun ?? false
            var result = RankRefreshResult(players: players.count, dryRun: isDryRun)
            guard !isDryRun else { return result }
            let end = ContinuousClock.now + Self.longestRun
            var silent: Set<Platform> = []
            for player in players where !silent.contains(player.platform) && ContinuousClock.now < end {
                do {
                    let entries = try await entries(of: player, until: end)
                    let changed = try await storage.keepRanks(
                        entries,
                        of: player.summonerID,
                        on: player.platform,
                        observedAt: EpochTime.now()
                    )
                    result.changed += changed ?? 0
                } catch let error as RiotError {
                    result.failed += 1
                    if error.code == .unavailable { silent.insert(player.platform) }
                    try await passOver(player, error)
                }
            }
            return result
        }
    }

    private func entries(
        of player: FollowedPlayer,
        until end: ContinuousClock.Instant
    ) async throws(RiotError) -> [RiotLeagueEntry] {
        try await client.fetch(
            .leagueEntries(puuid: player.puuid, player.platform),
            patience: min(Self.patience, ContinuousClock.now.duration(to: end))
        ).decoded()
    }

    /// Goes on with the next player, unless the error would meet him too.
    private func passOver(_ player: FollowedPlayer, _ error: RiotError) async throws {
        switch error.code {
        case .keyRejected, .limiterUnavailable, .cancelled, .invalidConfiguration:
            throw JSONRPCError.lookupFailed(error)
        case .notFound, .refused, .malformedAnswer:
            try await storage.ranksWereAsked(of: player.summonerID, on: player.platform, at: EpochTime.now())
        case .unavailable, .noPermit: break
        }
        logger.warning(
            "a rank could not be had",
            metadata: ["summoner": "\(player.summonerID)", "error": "\(error)"]
        )
    }

    /// Puts what is due to be tried again on the lists.
    func retryUnavailable(_ parameters: MaintenanceParameters) async throws -> RetryResult {
        let isDryRun = parameters.dryRun ?? false
        let due = try await keepingDependencyErrors { try await storage.dueRetries() }
        if !isDryRun, !due.isEmpty {
            do {
                try await dispatch.retry(due, at: EpochTime.now())
            } catch {
                throw JSONRPCError.dependencyDown("redis", "Redis does not answer: \(error.message)")
            }
        }
        return RetryResult(matches: due.matches.count, timelines: due.timelines.count, dryRun: isDryRun)
    }
}
