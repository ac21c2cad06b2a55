import JSONRPC
import Logging
import Postgres
import RiotClient
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// Answer of `maintenance.refresh_names`.
struct NameRefreshResult: Codable, Sendable {
    /// Players whose turn it was.
    let players: Int
    /// Those of them for whom Riot gave no usable answer.
    var failed = 0
    /// Those who are called otherwise than before.
    var renamed = 0
    /// Those whom Riot does not know any more.
    var forgotten = 0
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
        case players, failed, renamed, forgotten
        case dryRun = "dry_run"
    }
}

/// Keeps the names of players that somebody asked for younger than Riot's terms want.
struct NameMethods: Sendable {
    /// Players whose name one run asks for.
    static let namesPerRun = 100
    /// How long one player's name may take; after that his route is left alone for this run.
    static let patience: Duration = .seconds(30)
    /// How long a run may take; below the time-out of beat's call.
    static let longestRun: Duration = .seconds(540)

    let storage: Storage
    let client: RiotClient
    let logger: Logger

    func add(to table: inout MethodTable) {
        table.add(
            "maintenance.refresh_names",
            summary: "Asks account-v1 for the names of known players that were not seen for long, the longest first.",
            parameters: [ParameterDescription("dry_run", type: .boolean, required: false, summary: "Only count.")],
            errors: [.dependencyDown]
        ) { (parameters: MaintenanceParameters, _) in try await refresh(parameters) }
    }

    /// Asks for names; an account that Riot does not know is marked, and asked for again after as long a time.
    ///
    /// - Throws: `JSONRPCError` when key, Redis or PostgreSQL keeps it from going on; what was had by then is kept.
    func refresh(_ parameters: MaintenanceParameters) async throws -> NameRefreshResult {
        try await keepingDependencyErrors {
            let players = try await storage.playersToName(limit: Self.namesPerRun)
            let isDryRun = parameters.dryRun ?? false
            var result = NameRefreshResult(players: players.count, dryRun: isDryRun)
            guard !isDryRun else { return result }
            let end = ContinuousClock.now + Self.longestRun
            var silent: Set<RegionalRoute> = []
            for player in players where !silent.contains(player.platform.accountRoute) && ContinuousClock.now < end {
                do {
                    let account = try await account(of: player, until: end)
                    if try await storage.keepName(account, of: player.summonerID) { result.renamed += 1 }
                } catch let error as RiotError {
                    if error.code == .unavailable { silent.insert(player.platform.accountRoute) }
                    if error.code == .notFound { result.forgotten += 1 } else { result.failed += 1 }
                    try await passOver(player, error)
                }
            }
            return result
        }
    }

    private func account(of player: StaleName, until end: ContinuousClock.Instant) async throws -> RiotAccount {
        try await client.fetch(
            .account(puuid: player.puuid, player.platform.accountRoute),
            patience: min(Self.patience, ContinuousClock.now.duration(to: end))
        ).decoded()
    }

    /// Goes on with the next player, unless the error would meet him too.
    private func passOver(_ player: StaleName, _ error: RiotError) async throws {
        switch error.code {
        case .keyRejected, .limiterUnavailable, .cancelled, .invalidConfiguration:
            throw JSONRPCError.lookupFailed(error)
        case .notFound, .refused, .malformedAnswer:
            try await storage.nameWasAsked(of: player.summonerID, isForgotten: error.code == .notFound)
        case .unavailable, .noPermit: break
        }
        logger.warning(
            "a name could not be had",
            metadata: ["summoner": "\(player.summonerID)", "error": "\(error)"]
        )
    }
}
