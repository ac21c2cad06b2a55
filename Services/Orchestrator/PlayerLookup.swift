import JSONRPC
import Logging
import Postgres
import RiotClient
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// Parameters of `player.lookup`.
struct LookupParameters: Codable, Sendable {
    let gameName: String
    let tagLine: String
    let platform: String

    enum CodingKeys: String, CodingKey {
        case gameName = "game_name"
        case tagLine = "tag_line"
        case platform
    }
}

/// Answer of `player.lookup`, which the gateway passes on as it is.
struct LookupResult: Codable, Sendable {
    struct Rank: Codable, Sendable {
        let queueType: String
        let tier: String?
        let division: String?
        let leaguePoints: Int
        let wins: Int
        let losses: Int
        let hotStreak: Bool
        let since: String

        enum CodingKeys: String, CodingKey {
            case queueType = "queue_type"
            case leaguePoints = "league_points"
            case hotStreak = "hot_streak"
            case tier, division, wins, losses, since
        }
    }

    let summonerID: Int
    let puuid: String
    let gameName: String
    let tagLine: String
    let platform: String
    let level: Int
    let iconID: Int
    let revisedAt: String?
    let activePlatform: String?
    /// A sentence when the player plays on another platform now than the one that was asked for.
    let note: String?
    let ranks: [Rank]

    enum CodingKeys: String, CodingKey {
        case summonerID = "summoner_id"
        case gameName = "game_name"
        case tagLine = "tag_line"
        case iconID = "icon_id"
        case revisedAt = "revised_at"
        case activePlatform = "active_platform"
        case puuid, platform, level, note, ranks
    }

    init(_ player: PlayerProfile) {
        summonerID = player.summonerID
        puuid = player.puuid
        gameName = player.gameName
        tagLine = player.tagLine
        platform = player.platform.rawValue
        level = player.level
        iconID = player.iconID
        revisedAt = player.revisedAt.map(EpochTime.iso8601)
        activePlatform = player.activePlatform?.rawValue
        note = player.activePlatform.flatMap { active in
            active == player.platform
                ? nil
                : "\(player.gameName)#\(player.tagLine) plays on \(active.rawValue) now, not on \(player.platform.rawValue)."
        }
        ranks = player.ranks.map { rank in
            Rank(
                queueType: rank.queueType,
                tier: rank.tier,
                division: rank.division,
                leaguePoints: rank.leaguePoints,
                wins: rank.wins,
                losses: rank.losses,
                hotStreak: rank.hotStreak,
                since: EpochTime.iso8601(rank.observedAt)
            )
        }
    }
}

/// Asks Riot who a player is, where he plays, and what his level, icon and ranks are, and keeps all of it.
struct PlayerLookup: Sendable {
    /// How long waits for permits and tries may take together.
    static let patience: Duration = .seconds(14)
    /// How long everything may take, the request that is under way at the end of the patience included.
    static let deadline: Duration = .seconds(15)

    let storage: Storage
    let client: RiotClient

    /// Looks a player up: four requests, one for a name that nobody has.
    ///
    /// - Throws: `JSONRPCError`: −32004 for an unknown player, −32009 with the reason when Riot, Redis or PostgreSQL does
    ///   not answer in time. What was found before that is not kept.
    func run(_ parameters: LookupParameters) async throws -> LookupResult {
        let (player, platform) = try SyncMethods.player(
            gameName: parameters.gameName,
            tagLine: parameters.tagLine,
            platform: parameters.platform
        )
        do {
            return try await Deadline.run(Self.deadline) { try await lookUp(player, platform) }
        } catch is Deadline.Exceeded {
            throw JSONRPCError.riotFailed(
                "Riot did not tell who \(player) is within \(Self.deadline.components.seconds) seconds; try again later.",
                after: nil
            )
        } catch let error as PlayerIsErased {
            throw JSONRPCError.notFound(error.description)
        } catch let error as RiotError {
            throw JSONRPCError.lookupFailed(error)
        } catch let error as PostgresError {
            throw JSONRPCError.dependencyDown("postgresql", "PostgreSQL does not answer: \(error.message)")
        }
    }

    private func lookUp(_ player: RiotID, _ platform: Platform) async throws -> LookupResult {
        let end = ContinuousClock.now + Self.patience
        guard try await !storage.isErased(player) else { throw PlayerIsErased() }
        guard
            let account: RiotAccount = try await fetch(.account(player, platform.accountRoute), until: end)
        else {
            throw JSONRPCError.notFound(
                "There is no player \(player) at Riot (asked for platform \(platform.rawValue))."
            )
        }
        guard try await !storage.isErased(puuid: account.puuid) else { throw PlayerIsErased() }
        let region: RiotActiveRegion? = try await fetch(
            .activeRegion(puuid: account.puuid, platform.accountRoute),
            until: end
        )
        guard
            let summoner: RiotSummoner = try await fetch(.summoner(puuid: account.puuid, platform), until: end)
        else {
            let elsewhere = region?.platform.map { " The player plays on \($0.rawValue) now." } ?? ""
            throw JSONRPCError.notFound(
                "\(player) has no League of Legends profile on platform \(platform.rawValue).\(elsewhere)"
            )
        }
        let entries: [RiotLeagueEntry]? = try await fetch(.leagueEntries(puuid: account.puuid, platform), until: end)
        let observedAt = EpochTime.now()
        let id = try await storage.keepPlayer(
            account,
            askedAs: player,
            summoner,
            on: platform,
            activePlatform: region?.platform
        )
        if let entries { try await storage.keepRanks(entries, of: id, on: platform, observedAt: observedAt) }
        guard let profile = try await storage.playerProfile(id, on: platform) else {
            throw JSONRPCError(.internalError, "The player was kept and cannot be read.")
        }
        return LookupResult(profile)
    }

    /// Riot's answer; nil for 404.
    private func fetch<Answer: Decodable>(
        _ request: RiotRequest,
        until end: ContinuousClock.Instant
    ) async throws(RiotError) -> Answer? {
        do {
            return try await client.fetch(
                request,
                priority: .interactive,
                patience: ContinuousClock.now.duration(to: end)
            ).decoded()
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}

extension JSONRPCError {
    /// Why Riot's answer could not be had, for a call that somebody waits for.
    static func lookupFailed(_ error: RiotError) -> JSONRPCError {
        switch error.code {
        case .keyRejected: .dependencyDown("riot-key", error.message)
        case .limiterUnavailable: .dependencyDown("redis", error.message)
        case .cancelled: .cancelled
        case .refused: .riotFailed("Riot refused the request: \(error.message)", after: nil)
        default: .riotFailed(error.message, after: nil)
        }
    }
}
