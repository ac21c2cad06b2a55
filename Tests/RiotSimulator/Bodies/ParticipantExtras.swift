/// The nested parts of a participant: missions, scores and runes.
extension ParticipantBody {
    private static let scoreNames: [StaticString] = [
        "playerScore0", "playerScore1", "playerScore2", "playerScore3", "playerScore4", "playerScore5", "playerScore6",
        "playerScore7", "playerScore8", "playerScore9", "playerScore10", "playerScore11",
    ]
    /// Rune trees with the runes of their rows.
    private static let trees: [(style: Int, rows: [[Int]])] = [
        (8000, [[8005, 8008, 8010], [9101, 9111], [9104, 9103], [8014, 8017, 8299]]),
        (8100, [[8112, 8128], [8126, 8143], [8137, 8140], [8135, 8106]]),
        (8200, [[8214, 8229, 8230], [8224, 8226], [8210, 8233], [8237, 8236]]),
        (8300, [[8351, 8360, 8369], [8306, 8304], [8321, 8313], [8347, 8410]]),
        (8400, [[8437, 8439, 8465], [8446, 8463], [8429, 8444], [8451, 8242]]),
    ]

    /// Scores of Arena; zero elsewhere.
    private var scores: [Double] {
        let result = game.results[contestant.index]
        guard game.plan.kind == .arena else { return Array(repeating: 0, count: 12) }
        return [
            Double(result.placement), Double(result.takedowns), Double(result.final.damage.taken.total) / 7.3, 0.25,
            Double(result.kills) + 0.35, Double(result.final.totalGold) / 4.7, Double(result.final.experience) / 5.9,
            414.25, 5.75, 0, 0, 0,
        ]
    }

    func writeMissions(to json: inout JSONBuffer) {
        json.beginObject("missions")
        for (name, score) in zip(Self.scoreNames, scores) { json.member(name, score) }
        json.endObject()
    }

    func writeScores(to json: inout JSONBuffer) {
        for (name, score) in zip(Self.scoreNames, scores) { json.member(name, score) }
    }

    func writePerks(to json: inout JSONBuffer) {
        var random = SeededRandom(seed: game.seed, stableHash("runes"), UInt64(contestant.index))
        let isArena = game.plan.kind == .arena
        let trees = random.shuffled(Self.trees)
        json.beginObject("perks")
        json.beginObject("statPerks")
        json.member("defense", isArena ? 0 : random.pick([5001, 5011, 5013]))
        json.member("flex", isArena ? 0 : random.pick([5008, 5010, 5001]))
        json.member("offense", isArena ? 0 : random.pick([5005, 5007, 5008]))
        json.endObject()
        json.beginArray("styles")
        let rows = trees[0].rows
        writeStyle("primaryStyle", isArena ? 0 : trees[0].style, rows, isArena, &random, to: &json)
        let two = Array(random.shuffled(Array(trees[1].rows.dropFirst())).prefix(2))
        writeStyle("subStyle", isArena ? 0 : trees[1].style, two, isArena, &random, to: &json)
        json.endArray()
        json.endObject()
    }

    private func writeStyle(
        _ description: StaticString,
        _ style: Int,
        _ rows: [[Int]],
        _ isEmpty: Bool,
        _ random: inout SeededRandom,
        to json: inout JSONBuffer
    ) {
        json.beginObject()
        json.member("description", description)
        json.beginArray("selections")
        for row in rows {
            json.beginObject()
            json.member("perk", isEmpty ? 0 : random.pick(row))
            json.member("var1", isEmpty ? 0 : random.int(0, 2400))
            json.member("var2", isEmpty ? 0 : random.chance(0.5) ? 0 : random.int(0, 900))
            json.member("var3", 0)
            json.endObject()
        }
        json.endArray()
        json.member("style", style)
        json.endObject()
    }
}
