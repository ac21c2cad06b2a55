import Postgres
import RiotModels
import RiotSimulator
import Storage

/// The reads of the HTTP API with what they are asked for.
struct ReadScene {
    private let storage: Storage
    private let world: BenchmarkWorld
    private let timelines: [MatchID]
    private let heavy: [PlayerHead]
    private let light: [PlayerHead]
    /// For each heavy player cursors of his list, and of none to its end.
    private let cursors: [[String?]]

    init(storage: Storage, world: BenchmarkWorld, timelines: [MatchID]) async throws {
        self.storage = storage
        self.world = world
        self.timelines = timelines
        heavy = try await Self.heads(world.heavy.map { ($0.riotID, $0.platform) }, storage)
        light = try await Self.heads(
            world.world.players().suffix(300).map {
                (try RiotID(gameName: $0.gameName, tagLine: $0.tagLine), $0.platform)
            },
            storage
        )
        var cursors: [[String?]] = []
        for player in heavy {
            var own: [String?] = [nil]
            repeat {
                let page = try await storage.matchPage(of: player.summonerID, after: own.last ?? nil, limit: 50)
                own.append(page.nextCursor)
            } while own.last != .some(nil)
            cursors.append(own.dropLast())
        }
        self.cursors = cursors
    }

    private static func heads(_ names: [(RiotID, Platform)], _ storage: Storage) async throws -> [PlayerHead] {
        var heads: [PlayerHead] = []
        for (name, platform) in names {
            if let head = try await storage.playerHead(name, on: platform) { heads.append(head) }
        }
        return heads
    }

    /// All of them, worst cases among them: filters that match nothing look at every match of the player.
    var reads: [MeasuredRead] { players + lists + matches + figures }

    /// What keeps the figures complete; nothing is promised of it, since nobody waits for it.
    var upkeep: [MeasuredRead] {
        let year = year
        return [
            MeasuredRead(name: "look for stale years, nothing new") { _ in
                try await storage.recomputeStaleStats(limit: 1)
            },
            MeasuredRead(name: "compute a year of 2,000 matches again") { n in
                _ = try await storage.pool.query(
                    "UPDATE player_year_stats SET stale_since = now() WHERE summoner_id = $1 AND year = $2",
                    [.int(Int64(heavy[n % heavy.count].summonerID)), .int(Int64(year))]
                )
                return try await storage.recomputeStaleStats(limit: 1)
            },
        ]
    }

    private var year: Int { BenchmarkWorld.year }

    private var players: [MeasuredRead] {
        let letters = [
            "a", "b", "co", "du", "he", "Heavy", "k", "lu", "m", "player", "雪", "sol", "t", "vi", "Größe", "z",
        ]
        return [
            MeasuredRead(name: "search, by a beginning") { n in
                try await storage.findPlayers(letters[n % letters.count], limit: 20).count
            },
            head("page head, 2,000 matches", heavy), head("page head, few matches", light),
        ]
    }

    private func head(_ name: String, _ players: [PlayerHead]) -> MeasuredRead {
        MeasuredRead(name: name) { n in
            let player = players[n % players.count]
            let name = try RiotID(gameName: player.gameName, tagLine: player.tagLine)
            return try await storage.playerHead(name, on: player.platform)?.years.count ?? 0
        }
    }

    private var lists: [MeasuredRead] {
        let queues = [420, 440, 400, 490, 450, 1_700]
        let roles = MatchFilter.Role.allCases
        let year = year
        return [
            list("list, first page, few matches", light) { _ in MatchFilter() },
            list("list, first page", heavy) { _ in MatchFilter() },
            MeasuredRead(name: "list, any page of 20") { n in
                let own = cursors[n % heavy.count]
                let player = heavy[n % heavy.count].summonerID
                return try await storage.matchPage(of: player, after: own[n / heavy.count % own.count]).rows.count
            },
            MeasuredRead(name: "list, any page of 50") { n in
                let own = cursors[n % heavy.count]
                let player = heavy[n % heavy.count].summonerID
                return try await storage.matchPage(
                    of: player,
                    after: own[n / heavy.count % own.count],
                    limit: 50
                ).rows.count
            },
            list("list, year and champion", heavy) { n in MatchFilter(year: year, championID: n % 170 + 1) },
            list("list, champion that he never played", heavy) { _ in MatchFilter(championID: 9_999) },
            list("list, role and loss", heavy) { n in MatchFilter(role: roles[n % roles.count], result: .loss) },
            list("list, queue", heavy) { n in MatchFilter(queueID: queues[n % queues.count]) },
            list("list, queue that he never played", heavy) { _ in MatchFilter(year: year, queueID: 9_999) },
            list("list, remakes", heavy) { _ in MatchFilter(result: .remake) },
            list("list, every filter", heavy) { n in
                MatchFilter(
                    year: year,
                    queueID: queues[n % queues.count],
                    championID: n % 170 + 1,
                    role: roles[n % roles.count],
                    result: .win
                )
            },
        ]
    }

    private func list(
        _ name: String,
        _ players: [PlayerHead],
        _ filter: @escaping @Sendable (Int) -> MatchFilter
    ) -> MeasuredRead {
        MeasuredRead(name: name) { n in
            try await storage.matchPage(of: players[n % players.count].summonerID, filter(n)).rows.count
        }
    }

    private var matches: [MeasuredRead] {
        // Steps that share no factor with the counts visit everything in no order.
        [
            MeasuredRead(name: "match") { n in
                try await storage.fullMatch(world.matches[n * 7_919 % world.matches.count])?.participants.count ?? 0
            },
            MeasuredRead(name: "match, raw") { n in
                try await storage.rawBody(world.matches[n * 7_919 % world.matches.count], .match)?.bytes.count ?? 0
            },
            MeasuredRead(name: "timeline") { n in
                try await storage.fullTimeline(timelines[n * 7_919 % timelines.count])?.events.count ?? 0
            },
            MeasuredRead(name: "timeline, raw") { n in
                try await storage.rawBody(timelines[n * 7_919 % timelines.count], .timeline)?.bytes.count ?? 0
            },
        ]
    }

    private var figures: [MeasuredRead] {
        let year = year
        return [("2,000 matches", heavy), ("few matches", light)].flatMap { label, players in
            [
                MeasuredRead(name: "year, \(label)") { n in
                    try await storage.playerYear(players[n % players.count].summonerID, year: year)?.games ?? 0
                },
                MeasuredRead(name: "champions, \(label)") { n in
                    try await storage.playerChampions(players[n % players.count].summonerID, year: year).count
                },
                MeasuredRead(name: "activity, \(label)") { n in
                    try await storage.playerActivity(players[n % players.count].summonerID, year: year).count
                },
                MeasuredRead(name: "mates, \(label)") { n in
                    try await storage.playerMates(players[n % players.count].summonerID, year: year).count
                },
            ]
        }
    }
}
