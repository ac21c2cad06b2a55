import Testing

@testable import Storage

/// A participant of a made-up game, with the figures that questions are about.
struct QuestionPlayer {
    var puuid: String
    var championID: Int
    var champion: String
    var role: String
    var team: Int
    /// Riot's fields with their values; what is not here has the value of everybody.
    var figures: [String: Int] = [:]
    var legendary: [Int] = []

    static let everybody = [
        "kills": 2, "deaths": 2, "assists": 2, "goldEarned": 10_000, "totalDamageDealtToChampions": 10_000,
        "totalMinionsKilled": 140, "neutralMinionsKilled": 10, "visionScore": 30, "wardsPlaced": 15, "wardsKilled": 3,
        "detectorWardsPlaced": 6,
    ]
}

/// A made-up game whose every figure is known, and its timeline.
///
/// Five roles on each side: participants 1 to 5 are blue, 6 to 10 red, in the order of `roles`. One of them is the
/// player whom the questions are about; the others are strangers, each in one game only.
struct QuestionGame {
    static let roles = ["TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY"]
    static let champions = [
        (86, "Garen"), (64, "LeeSin"), (103, "Ahri"), (22, "Ashe"), (412, "Thresh"), (122, "Darius"), (254, "Vi"),
        (238, "Zed"), (222, "Jinx"), (201, "Braum"),
    ]
    /// The player's id at Riot.
    static let player = testPuuid(1)
    /// 1 July 2025, 12:00 UTC, a Tuesday.
    static let noon = 1_751_371_200_000

    let number: Int
    /// The player's participant id.
    let me: Int
    var platform = "NA1"
    var start: Int
    var seconds = 1_800
    var queue = 420
    var mode = "CLASSIC"
    var map = 11
    var version = "15.13.693.4876"
    var winner: Int
    var isRemake = false
    var isAborted = false
    var players: [QuestionPlayer]
    /// Objectives that a team had first, by Riot's names.
    var firsts: [Int: [String]] = [:]
    /// Whether it has a timeline; set by adding something to it.
    var hasTimeline = false
    /// Gold of a participant at a frame.
    var gold: @Sendable (Int, Int) -> Int = { _, frame in frame * 300 }
    var events: [(milliseconds: Int, event: TestBody)] = []

    init(
        _ number: Int,
        as role: String = "MIDDLE",
        on team: Int = 100,
        wins: Bool = true,
        playing champion: (Int, String)? = nil
    ) {
        self.number = number
        let index = (Self.roles.firstIndex(of: role) ?? 0) + (team == 200 ? 5 : 0)
        me = index + 1
        start = Self.noon + number * 10_800_000
        winner = wins ? team : 300 - team
        players = (0..<10).map { place in
            QuestionPlayer(
                puuid: testPuuid(number * 1_000 + place),
                championID: Self.champions[place].0,
                champion: Self.champions[place].1,
                role: Self.roles[place % 5],
                team: place < 5 ? 100 : 200
            )
        }
        players[index].puuid = Self.player
        if let champion {
            players[index].championID = champion.0
            players[index].champion = champion.1
        }
    }

    /// The player's own figures and those of any other participant.
    subscript(participant: Int) -> QuestionPlayer {
        get { players[participant - 1] }
        set { players[participant - 1] = newValue }
    }

    /// The participant in the same role of the other team.
    var opponent: Int { me > 5 ? me - 5 : me + 5 }

    var id: String { "\(platform)_\(5_000_000_000 + number)" }

    /// The same game with something changed.
    func with(_ change: (inout QuestionGame) -> Void) -> QuestionGame {
        var copy = self
        change(&copy)
        return copy
    }

    /// Sets the player's kills, deaths and assists.
    func score(_ kills: Int, _ deaths: Int, _ assists: Int) -> QuestionGame {
        with { $0[me].figures.merge(["kills": kills, "deaths": deaths, "assists": assists]) { $1 } }
    }

    /// Adds an event to the timeline, at seconds of the game.
    mutating func add(_ seconds: Double, _ type: String, _ members: KeyValuePairs<String, TestBody>) {
        hasTimeline = true
        let milliseconds = Int(seconds * 1_000)
        let own = members.map { (name: $0.key, value: $0.value) }
        events.append(
            (milliseconds, .object([("timestamp", .raw("\(milliseconds)")), ("type", .raw("\"\(type)\""))] + own))
        )
    }
}

extension QuestionGame {
    var matchBody: TestBody {
        .members([
            "metadata": metadata,
            "info": .members([
                "gameCreation": .raw("\(start - 60_000)"), "gameDuration": .raw("\(seconds)"),
                "gameEndTimestamp": .raw("\(start + seconds * 1_000)"), "gameId": .raw("\(5_000_000_000 + number)"),
                "gameMode": .raw("\"\(mode)\""), "gameStartTimestamp": .raw("\(start)"), "mapId": .raw("\(map)"),
                "gameVersion": .raw("\"\(version)\""), "queueId": .raw("\(queue)"),
                "participants": .array(isAborted ? [] : (1...players.count).map(participant)),
                "teams": .array(isAborted ? [] : [team(100), team(mode == "CHERRY" ? 0 : 200)]),
            ]),
        ])
    }

    var timelineBody: TestBody {
        let times = Array(stride(from: 0, to: seconds * 1_000, by: 60_000)) + [seconds * 1_000]
        return .members([
            "metadata": metadata,
            "info": .members([
                "frameInterval": 60_000,
                "frames": .array(times.indices.map { frame($0, after: $0 == 0 ? -1 : times[$0 - 1], at: times[$0]) }),
            ]),
        ])
    }

    private var metadata: TestBody {
        .members([
            "matchId": .raw("\"\(id)\""),
            "participants": .array(players.map(\.puuid).filter { $0 != "BOT" }.map { .raw("\"\($0)\"") }),
        ])
    }

    private func participant(_ number: Int) -> TestBody {
        let player = players[number - 1]
        let figures = QuestionPlayer.everybody.merging(player.figures) { $1 }.sorted { $0.key < $1.key }
        return .object(
            [
                ("participantId", .raw("\(number)")), ("puuid", .raw("\"\(player.puuid)\"")),
                ("riotIdGameName", .raw("\"P\(player.puuid.drop { $0 == "x" })\"")), ("riotIdTagline", "NA1"),
                ("championId", .raw("\(player.championID)")), ("championName", .raw("\"\(player.champion)\"")),
                ("teamPosition", .raw("\"\(player.role)\"")), ("teamId", .raw("\(player.team)")),
                ("win", .raw("\(player.team == winner)")), ("timePlayed", .raw("\(seconds)")),
                ("gameEndedInEarlySurrender", .raw("\(isRemake)")),
                (
                    "perks",
                    Self.perks(keystone: player.figures["keystone"] ?? 8_112, second: player.figures["second"] ?? 8_300)
                ),
                (
                    "challenges",
                    .members(["legendaryItemUsed": .array(player.legendary.map { .raw("\($0)") }), "kda": 1])
                ),
            ] + figures.filter { !["keystone", "second"].contains($0.key) }.map { ($0.key, .raw("\($0.value)")) }
        )
    }

    private static func perks(keystone: Int, second: Int) -> TestBody {
        var primary = TestBody.style("primaryStyle", 8_100, runes: 4)
        primary["selections.0.perk"] = .raw("\(keystone)")
        return .members([
            "statPerks": .members(["defense": 5001, "flex": 5002, "offense": 5003]),
            "styles": .array([primary, TestBody.style("subStyle", second, runes: 2)]),
        ])
    }

    private func team(_ id: Int) -> TestBody {
        let objectives = ["champion", "tower", "dragon", "riftHerald"].map { name in
            (name: name, value: TestBody.raw("{\"first\":\(firsts[id]?.contains(name) == true),\"kills\":1}"))
        }
        return .members([
            "bans": .array([]), "objectives": .object(objectives), "teamId": .raw("\(id)"),
            "win": .raw("\(id == winner)"),
        ])
    }

    private func frame(_ index: Int, after: Int, at time: Int) -> TestBody {
        .members([
            "events": .array(
                events.filter { $0.milliseconds > after && $0.milliseconds <= time }.sorted {
                    $0.milliseconds < $1.milliseconds
                }.map(\.event)
            ),
            "participantFrames": .object(
                (1...players.count).map { number in
                    (
                        "\(number)",
                        .raw(
                            """
                            {"participantId":\(number),"totalGold":\(gold(number, index)),"xp":\(gold(number, index) * 2),
                             "level":\(min(18, gold(number, index) / 500 + 1)),"minionsKilled":\(gold(number, index) / 100),
                             "jungleMinionsKilled":\(gold(number, index) / 200),"currentGold":0}
                            """
                        )
                    )
                }
            ),
            "timestamp": .raw("\(time)"),
        ])
    }
}
