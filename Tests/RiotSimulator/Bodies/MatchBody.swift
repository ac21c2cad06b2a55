import RiotModels

/// Writes the body of a match.
struct MatchBody {
    private static let capacity = 128 * 1024

    private let game: GameRecord
    private var json = JSONBuffer(capacity: MatchBody.capacity)

    static func make(_ game: GameRecord) -> [UInt8] {
        var body = MatchBody(game: game)
        body.write()
        return body.json.bytes
    }

    private init(game: GameRecord) {
        self.game = game
    }

    private mutating func write() {
        json.beginObject()
        json.beginObject("metadata")
        json.member("dataVersion", "2" as StaticString)
        json.member("matchId", game.plan.matchIDText)
        json.beginArray("participants")
        for contestant in game.draft.contestants {
            // Bots have no place in this list.
            if let player = contestant.player { json.element(player.puuid) }
        }
        json.endArray()
        json.endObject()
        json.beginObject("info")
        if game.plan.kind == .aborted { writeAborted() } else { writeInfo() }
        json.endObject()
        json.endObject()
    }

    /// Riot's answer for a game that broke off before it began: everything there, everything empty.
    private mutating func writeAborted() {
        json.member("endOfGameResult", "Abort_Unexpected" as StaticString)
        for name: StaticString in ["gameCreation", "gameDuration"] { json.member(name, 0) }
        json.member("gameEndTimestamp", game.plan.endedAt)
        json.member("gameId", 0)
        for name: StaticString in ["gameMode", "gameName"] { json.member(name, "" as StaticString) }
        json.member("gameStartTimestamp", 0)
        for name: StaticString in ["gameType", "gameVersion"] { json.member(name, "" as StaticString) }
        json.member("mapId", 0)
        json.array("participants", [])
        json.member("platformId", "" as StaticString)
        json.member("queueId", 0)
        json.array("teams", [])
        json.member("tournamentCode", "" as StaticString)
    }

    private mutating func writeInfo() {
        let plan = game.plan
        json.member("endOfGameResult", "GameComplete" as StaticString)
        json.member("gameCreation", plan.startedAt - 21_000 - Int64(game.seed % 15_000))
        json.member("gameDuration", plan.durationSeconds)
        json.member("gameEndTimestamp", plan.startedAt + Int64(game.endAt))
        json.member("gameId", plan.number)
        json.member("gameMode", plan.kind.mode)
        json.beginArray("gameModeMutators")
        json.endArray()
        json.member("gameName", "teambuilder-match-\(plan.number)")
        json.member("gameStartTimestamp", plan.startedAt)
        json.member("gameType", "MATCHED_GAME" as StaticString)
        json.member("gameVersion", GameVersion.at(plan.startedAt))
        json.member("mapId", plan.kind.mapID)
        json.beginArray("participants")
        let totals = TeamTotals(game: game)
        for contestant in game.draft.contestants {
            ParticipantBody(game: game, contestant: contestant, totals: totals).write(to: &json)
        }
        json.endArray()
        json.member("platformId", plan.platform.matchIDPrefix)
        json.member("queueId", plan.kind.queue)
        json.beginArray("teams")
        for team in 0...1 { writeTeam(team, totals: totals) }
        json.endArray()
        json.member("tournamentCode", "" as StaticString)
    }

    private mutating func writeTeam(_ team: Int, totals: TeamTotals) {
        let isArena = game.plan.kind == .arena
        json.beginObject()
        json.beginArray("bans")
        for (offset, champion) in game.draft.bans[team].enumerated() {
            json.beginObject()
            json.member("championId", champion)
            json.member("pickTurn", team * 5 + offset + 1)
            json.endObject()
        }
        json.endArray()
        json.beginObject("feats")
        for (index, name) in (["EPIC_MONSTER_KILL", "FIRST_BLOOD", "FIRST_TURRET"] as [StaticString]).enumerated() {
            json.beginObject(name)
            json.member("featState", game.plan.kind.hasLanes ? totals.featState(team: team, feat: index) : 0)
            json.endObject()
        }
        json.endObject()
        json.beginObject("objectives")
        for objective in TeamTotals.Objective.allCases {
            json.beginObject(objective.name)
            json.member("first", totals.first[objective.rawValue] == team)
            json.member("kills", totals.kills[objective.rawValue][team])
            json.endObject()
        }
        json.endObject()
        // Arena has teams 100 and 0, whatever its participants say.
        json.member("teamId", team == 0 ? 100 : isArena ? 0 : 200)
        json.member("win", isArena ? team == 0 : game.winner == team)
        json.endObject()
    }
}

extension GameKind {
    var mode: StaticString {
        switch self {
        case .aram: "ARAM"
        case .arena: "CHERRY"
        case .aborted: ""
        default: "CLASSIC"
        }
    }

    var mapID: Int {
        switch self {
        case .aram: 12
        case .arena: 30
        case .aborted: 0
        default: 11
        }
    }
}
