import Logging
import RiotClient
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// The first half of a sync: finds the player, lists his year and writes the ledger.
///
/// Every step leaves its result in PostgreSQL, so a run that starts again goes on where the last one was.
struct PlayerSync: Sendable {
    /// Ids on one page, Riot's largest.
    static let pageSize = 100
    /// Margin on both sides of the year: which of a game's times Riot compares is not documented.
    static let marginSeconds: Int64 = 86_400
    /// Riot keeps about 1,000 ids per player; from here on older matches may be missing.
    static let cappedFrom = 900
    /// Pages after which a list that never ends is cut off.
    static let maximumPages = 30
    /// How long one request waits for a permit and through retries: longer than a development key's window of 120 s.
    static let patience: Duration = .seconds(150)

    let storage: Storage
    let client: RiotClient
    let logger: Logger

    /// Brings a task to the point where its ledger stands.
    ///
    /// - Throws: `RiotError` when Riot does not give the player or the list, `PostgresError` when a step could not be kept.
    func run(_ task: SyncTask) async throws {
        try await storage.taskDidStart(task.id)
        if task.step == .fetchingSummoner { try await findPlayer(task) }
        guard let task = try await storage.task(task.id), !task.state.isFinal, task.step == .fetchingMatches,
            let puuid = task.puuid
        else { return }
        try await list(task, puuid: puuid)
    }

    private func findPlayer(_ task: SyncTask) async throws {
        let riotID = try RiotID(gameName: task.gameName, tagLine: task.tagLine)
        guard try await !storage.isErased(riotID) else { throw SyncFailure.erasedPlayer(puuid: nil, nil) }
        let account: RiotAccount
        do {
            account = try await fetch(.account(riotID, task.platform.accountRoute), for: task).decoded()
        } catch let error as RiotError where error.code == .notFound {
            throw SyncFailure.unknownPlayer(
                "There is no player \(task.summonerName) at Riot (asked for platform \(task.platform.rawValue))."
            )
        }
        guard try await !storage.isErased(puuid: account.puuid) else {
            throw SyncFailure.erasedPlayer(puuid: account.puuid, riotID)
        }
        let summoner: RiotSummoner
        do {
            summoner = try await fetch(.summoner(puuid: account.puuid, task.platform), for: task).decoded()
        } catch let error as RiotError where error.code == .notFound {
            throw SyncFailure.unknownPlayer(
                "\(task.summonerName) has no League of Legends profile on platform \(task.platform.rawValue)."
            )
        }
        do {
            try await storage.taskDidFindPlayer(task.id, account: account, summoner: summoner, requests: 2)
        } catch is PlayerIsErased {  // meanwhile
            throw SyncFailure.erasedPlayer(puuid: account.puuid, riotID)
        }
    }

    private func list(_ task: SyncTask, puuid: String) async throws {
        let year = CivilYear.bounds(task.year)
        let now = EpochTime.now()
        // A fixed end keeps a game that ends meanwhile from shifting the pages.
        let end = min(year.endMilliseconds / 1000 + Self.marginSeconds, now / 1000)
        let start = year.startMilliseconds / 1000 - Self.marginSeconds
        var ids: [MatchID] = []
        var seen: Set<MatchID> = []
        var pages = 0
        var listed = 0
        while pages < Self.maximumPages {
            let page: [String] = try await fetch(
                .matchIDs(
                    puuid: puuid,
                    task.platform.matchRoute,
                    startTime: start,
                    endTime: end,
                    start: pages * Self.pageSize,
                    count: Self.pageSize
                ),
                for: task
            ).decoded()
            pages += 1
            listed += page.count
            for text in page {
                guard let id = try? MatchID(text) else {
                    logger.warning("Riot listed an id that is not a match id", metadata: ["id": "\(text)"])
                    continue
                }
                if seen.insert(id).inserted { ids.append(id) }
            }
            if page.count < Self.pageSize { break }
        }
        try await storage.taskDidList(task.id, matches: ids, requests: pages, isCapped: listed >= Self.cappedFrom)
    }

    private func fetch(_ request: RiotRequest, for task: SyncTask) async throws -> RiotResponse {
        let response = try await client.fetch(
            request,
            priority: task.isBackground ? .background : .interactive,
            patience: Self.patience
        )
        try await storage.keyWasAccepted()
        return response
    }
}

/// Why a sync ends in `FAILURE`, with a sentence for people.
enum SyncFailure: Error {
    case unknownPlayer(String)
    /// He was erased; with a puuid, the name that he has now is to be known as his from now on.
    case erasedPlayer(puuid: String?, RiotID?)
}
