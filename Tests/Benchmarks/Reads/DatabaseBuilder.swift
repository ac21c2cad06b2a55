import Compression
import FoundationEssentials
import Postgres
import RiotModels
import RiotSimulator
import Storage

/// Fills a database through `Storage`, as the workers do, and syncs the players whose pages are read.
struct DatabaseBuilder {
    /// Bodies that are made and stored at a time; the machine has two cores, and others on it.
    static let writers = 3
    /// The share of matches that are stored before the tables are vacuumed: what came after the last run of autovacuum
    /// is not yet known to be visible, and reads must be fast there too.
    private static let vacuumedShare = 0.9

    let storage: Storage
    let scene: BenchmarkWorld
    let timelines: Int

    /// The matches that have their timeline, evenly spread.
    var matchesWithTimeline: [MatchID] { scene.matches.indices.filter(hasTimeline).map { scene.matches[$0] } }

    /// Stores all matches, every n-th with its timeline, then makes the named players' tasks and figures.
    func build() async throws {
        let early = Int(Double(scene.matches.count) * Self.vacuumedShare)
        try await store(scene.matches[..<early])
        print("vacuum")
        _ = try await storage.pool.query("VACUUM (ANALYZE)", timeout: .seconds(600))
        try await store(scene.matches[early...])
        print("players")
        for player in scene.heavy + scene.medium { try await sync(player.riotID, on: player.platform) }
        for player in scene.world.players().suffix(300) {
            try await sync(try RiotID(gameName: player.gameName, tagLine: player.tagLine), on: player.platform)
        }
    }

    private func store(_ ids: ArraySlice<MatchID>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    for index in stride(from: ids.startIndex + writer, to: ids.endIndex, by: Self.writers) {
                        try await store(ids[index], withTimeline: hasTimeline(index))
                        if (index + 1) % 5_000 == 0 { print("\(index + 1) matches") }
                    }
                }
            }
        }
    }

    private func hasTimeline(_ index: Int) -> Bool {
        let count = scene.matches.count
        return (index + 1) * timelines / count > index * timelines / count
    }

    @concurrent private func store(_ id: MatchID, withTimeline: Bool) async throws {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        if let body = Self.compressed(scene.world.match(id)) {
            _ = try await storage.storeMatch(id, body: body, isGzip: true, receivedAt: now)
        }
        if withTimeline, let body = Self.compressed(scene.world.timeline(id)) {
            _ = try await storage.storeTimeline(id, body: body, isGzip: true, receivedAt: now)
        }
    }

    private static func compressed(_ body: StoredBody?) -> [UInt8]? {
        switch body {
        case .plain(let bytes): Gzip.deflate(bytes, level: 1)
        case .gzip(let bytes): bytes
        case nil: nil
        }
    }

    /// A sync with nothing left to fetch: the player's profile, a finished task, the figures of his year.
    private func sync(_ player: RiotID, on platform: Platform) async throws {
        guard let account = scene.world.account(named: player) else { return }
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let riot = RiotAccount(puuid: account.puuid, gameName: player.gameName, tagLine: player.tagLine)
        let task = try await storage.startTask(
            player,
            platform: platform,
            year: BenchmarkWorld.year,
            recovery: false,
            at: now
        ).task.id
        try await storage.taskDidStart(task)
        try await storage.taskDidFindPlayer(
            task,
            account: riot,
            summoner: RiotSummoner(puuid: account.puuid, profileIconId: 7, revisionDate: now, summonerLevel: 321),
            requests: 2
        )
        let id = try await storage.keepPlayer(
            riot,
            askedAs: player,
            RiotSummoner(puuid: account.puuid, profileIconId: 7, revisionDate: now, summonerLevel: 321),
            on: platform,
            activePlatform: platform
        )
        let ranks = ["RANKED_SOLO_5x5", "RANKED_FLEX_SR"].map {
            RiotLeagueEntry(queueType: $0, tier: "GOLD", rank: "II", leaguePoints: 40, wins: 100, losses: 90)
        }
        try await storage.keepRanks(ranks, of: id, on: platform, observedAt: now)
        // An empty list: what is measured does not read the ledger, and most matches have no timeline to settle.
        try await storage.taskDidList(task, matches: [], requests: 1, isCapped: false)
        _ = try await storage.completeTaskIfSettled(task)
    }
}
