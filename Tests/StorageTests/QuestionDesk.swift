import Postgres
import RiotModels
import Testing

@testable import Storage

/// Where questions about stored games are asked.
struct QuestionDesk {
    let storage: Storage
    let summonerID: Int

    /// The rows of an answer, `|` between values and `-` for NULL; of the year 2025 on na1, unless other is said.
    func ask(
        _ name: String,
        year: Int? = 2025,
        platform: Platform? = .na1,
        queues: QueueChoice = .ranked,
        minimum: Int? = nil
    ) async throws -> [String] {
        let question = try #require(Question(named: name))
        let filter = QuestionFilter(
            summonerID: summonerID,
            year: year,
            platform: platform,
            queues: queues,
            minimum: minimum
        )
        let answer = try await storage.answer(question, filter)
        return answer.rows.map { row in row.map { $0 ?? "-" }.joined(separator: "|") }
    }
}

/// Stores `games` and the traps, and lets questions be asked about the player who is in all of them.
func withQuestions(
    _ games: [QuestionGame],
    traps: [QuestionGame] = QuestionGame.traps,
    _ body: @escaping (QuestionDesk) async throws -> Void
) async throws {
    try await withStorage { storage in
        for game in games + traps { try await storage.store(game) }
        let id = try await storage.value("SELECT id FROM summoner WHERE puuid = $1", [.text(QuestionGame.player)])
        try await body(QuestionDesk(storage: storage, summonerID: try #require(id.flatMap { Int($0) })))
    }
}

extension Storage {
    func store(_ game: QuestionGame) async throws {
        try await storeMatch(game.matchBody, as: game.id)
        if game.hasTimeline { try await storeTimeline(game.timelineBody, as: game.id) }
    }
}

extension QuestionGame {
    /// Games of the player that no answer about ranked games of 2025 on na1 may hold: each would change every figure.
    static let traps: [QuestionGame] = {
        func trap(_ number: Int, _ change: (inout QuestionGame) -> Void) -> QuestionGame {
            var game = QuestionGame(number, as: "MIDDLE", wins: number % 2 == 0)
            game[game.me].figures = [
                "kills": 50, "deaths": 1, "assists": 50, "goldEarned": 90_000, "visionScore": 400, "wardsPlaced": 200,
                "totalDamageDealtToChampions": 200_000,
            ]
            game[game.me].legendary = [3157, 3089]
            game.firsts = [200: ["champion", "tower", "dragon", "riftHerald"]]
            game.gold = { participant, frame in participant == 3 ? frame * 3_000 : frame * 100 }
            game.add(3, "ITEM_PURCHASED", ["participantId": 3, "itemId": 1056])
            for point in 0..<3 {
                game.add(
                    Double(10 + point),
                    "SKILL_LEVEL_UP",
                    ["participantId": 3, "skillSlot": 3, "levelUpType": "NORMAL"]
                )
            }
            game.add(100, "ITEM_PURCHASED", ["participantId": 3, "itemId": 3157])
            game.add(110, "ITEM_PURCHASED", ["participantId": 3, "itemId": 3089])
            game.add(130, "CHAMPION_KILL", ["killerId": 8, "victimId": 3, "position": .members(["x": 300, "y": 300])])
            game.add(140, "ELITE_MONSTER_KILL", ["killerId": 7, "killerTeamId": 200, "monsterType": "DRAGON"])
            change(&game)
            return game
        }
        return [
            trap(901) {
                $0.isRemake = true
                $0.seconds = 200
            },
            trap(902) { $0.isAborted = true },
            trap(903) { game in
                game.queue = 1700
                game.mode = "CHERRY"
                game.map = 30
                for place in 0..<10 {
                    game.players[place].role = ""
                    game.players[place].figures["playerSubteamId"] = place / 2 + 1
                    game.players[place].figures["placement"] = place / 2 + 1
                }
            },
            trap(904) { game in
                game.queue = 450
                game.mode = "ARAM"
                game.map = 12
                for place in 0..<10 { game.players[place].role = "" }
            },
            trap(905) { game in
                game.queue = 870
                for place in 5..<10 { game.players[place].puuid = "BOT" }
            },
            // The last second of 2024 and the first of 2026.
            trap(906) { $0.start = 1_735_689_599_000 },
            trap(907) { $0.start = 1_767_225_600_000 },
            trap(908) { $0.platform = "EUW1" },
            trap(909) { $0.queue = 490 },
        ]
    }()
}
