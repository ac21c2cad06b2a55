import Postgres
import RiotModels
import Testing

@testable import Storage

/// Matches of which a test says only what it is about.
///
/// Player `n` has the puuid `testPuuid(n)` and is participant `n`; 1 to 5 are team 100, which wins.
struct GameSketch {
    /// 2025-03-01, 12:00 UTC.
    static let noon = 1_740_830_400_000
    static let day = 86_400_000
    static let hour = 3_600_000

    var number: Int
    var start = Self.noon
    var queue = 420
    var mode = "CLASSIC"
    var seconds = 1_800
    /// Numbers of the players, in their order; 0 is a bot.
    var players = Array(1...10)
    /// Participants whose champion is not 100 and their number.
    var champions: [Int: Int] = [:]
    var isRemake = false
    /// Arena: subteam and place of each participant.
    var subteams: [Int] = []
    /// Riot leaves the winner's flag of everybody false.
    var nobodyWins = false

    var id: String { "NA1_\(5_000_000_000 + number)" }

    var body: TestBody {
        .members([
            "metadata": .members([
                "dataVersion": "2", "matchId": .raw("\"\(id)\""),
                "participants": .array(players.filter { $0 > 0 }.map { .raw("\"\(testPuuid($0))\"") }),
            ]),
            "info": .members([
                "endOfGameResult": "GameComplete", "gameCreation": .raw("\(start - 60_000)"),
                "gameDuration": .raw("\(isRemake ? 200 : seconds)"),
                "gameEndTimestamp": .raw("\(start + seconds * 1_000)"), "gameId": .raw("\(5_000_000_000 + number)"),
                "gameMode": .raw("\"\(mode)\""), "gameStartTimestamp": .raw("\(start)"), "gameType": "MATCHED_GAME",
                "gameVersion": "15.5.661.4627", "mapId": 11,
                "participants": .array(players.indices.map { participant($0 + 1) }), "platformId": "NA1",
                "queueId": .raw("\(queue)"), "teams": .array([TestBody.team(100), TestBody.team(200)]),
            ]),
        ])
    }

    private static let roles = ["TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY"]

    private func participant(_ number: Int) -> TestBody {
        let player = players[number - 1]
        let isFirstTeam = number <= (players.count + 1) / 2
        let subteam = subteams.isEmpty ? 0 : subteams[number - 1]
        let figures: [(String, Int)] = [
            ("participantId", number), ("teamId", isFirstTeam ? 100 : 200), ("championId", champions[number] ?? 100),
            ("champLevel", 15), ("kills", number), ("deaths", 2), ("assists", 3), ("goldEarned", 10_000),
            ("totalDamageDealtToChampions", 20_000), ("totalMinionsKilled", 150), ("neutralMinionsKilled", 10),
            ("visionScore", 20), ("wardsPlaced", 7), ("timePlayed", seconds), ("item0", 1_001), ("item6", 3_340),
            ("summoner1Id", 4), ("summoner2Id", 14), ("doubleKills", 1), ("largestMultiKill", 2),
            ("playerSubteamId", subteam), ("placement", subteam), ("playerAugment1", subteam * 10),
        ]
        return .object(
            figures.map { (name: $0.0, value: TestBody.raw("\($0.1)")) } + [
                ("puuid", player == 0 ? "BOT" : .raw("\"\(testPuuid(player))\"")),
                ("win", .raw(isFirstTeam && !nobodyWins ? "true" : "false")),
                ("gameEndedInEarlySurrender", .raw(isRemake ? "true" : "false")),
                ("championName", .raw("\"Champion\(champions[number] ?? 100)\"")),
                ("teamPosition", .raw(mode == "CLASSIC" ? "\"\(Self.roles[(number - 1) % 5])\"" : "\"\"")),
                ("riotIdGameName", .raw("\"Player \(player)\"")), ("riotIdTagline", "NA1"), ("perks", TestBody.perks),
                ("firstBloodKill", .raw(number == 1 ? "true" : "false")),
            ]
        )
    }
}

extension Storage {
    @discardableResult
    func store(_ game: GameSketch) async throws -> StoredMatch { try await storeMatch(game.body, as: game.id) }

    func store(_ games: [GameSketch]) async throws { for game in games { try await store(game) } }

    /// The `summoner_id` of player `number`.
    func player(_ number: Int) async throws -> Int {
        let text = try await value("SELECT id FROM summoner WHERE puuid = $1", [.text(testPuuid(number))])
        return try #require(text.flatMap { Int($0) })
    }

    /// The number of each match of a page, `1` for the sketch with that number.
    func numbers(of page: MatchPage) -> [Int] { page.rows.map { Int($0.id.number - 5_000_000_000) } }

    /// A sync of player `number` that finds nothing to fetch, to its end.
    func syncNothing(_ number: Int, year: Int = 2025) async throws {
        let name = try RiotID(gameName: "Player \(number)", tagLine: "NA1")
        let task = try await startTask(name, platform: .na1, year: year, recovery: false, at: Self.testTime).task.id
        try await begin(task, number)
        #expect(try await completeTaskIfSettled(task))
    }

    /// Brings a task to the point where its list, an empty one, stands.
    func begin(_ task: TaskID, _ number: Int) async throws {
        try await taskDidStart(task)
        try await taskDidFindPlayer(
            task,
            account: RiotAccount(puuid: testPuuid(number), gameName: "Player \(number)", tagLine: "NA1"),
            summoner: RiotSummoner(puuid: testPuuid(number), profileIconId: 7, summonerLevel: 30),
            requests: 2
        )
        try await taskDidList(task, matches: [], requests: 1, isCapped: false)
    }
}
