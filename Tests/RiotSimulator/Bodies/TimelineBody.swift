import RiotModels

/// Writes the body of a timeline.
struct TimelineBody {
    private static let capacity = 1 << 20

    private let game: GameRecord
    private var json = JSONBuffer(capacity: TimelineBody.capacity)

    static func make(_ game: GameRecord) -> [UInt8] {
        var body = TimelineBody(game: game)
        body.write()
        return body.json.bytes
    }

    private init(game: GameRecord) {
        self.game = game
    }

    private var isAborted: Bool { game.plan.kind == .aborted }

    private mutating func write() {
        json.beginObject()
        json.beginObject("metadata")
        json.member("dataVersion", "2" as StaticString)
        json.member("matchId", game.plan.matchIDText)
        json.beginArray("participants")
        for contestant in game.draft.contestants {
            if let player = contestant.player { json.element(player.puuid) }
        }
        json.endArray()
        json.endObject()
        json.beginObject("info")
        json.member("endOfGameResult", isAborted ? "Abort_Unexpected" as StaticString : "GameComplete")
        json.member("frameInterval", isAborted ? 0 : EconomyScript.frameInterval)
        json.beginArray("frames")
        if isAborted { writeAbortedFrame() } else { writeFrames() }
        json.endArray()
        json.member("gameId", isAborted ? 0 : game.plan.number)
        json.beginArray("participants")
        for contestant in game.draft.contestants where !isAborted {
            guard let player = contestant.player else { continue }
            json.beginObject()
            json.member("participantId", contestant.participantID)
            json.member("puuid", player.puuid)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endObject()
    }

    private mutating func writeAbortedFrame() {
        json.beginObject()
        json.beginArray("events")
        json.beginObject()
        json.member("gameId", game.plan.number)
        json.member("realTimestamp", game.plan.endedAt + 13)
        json.member("timestamp", 0)
        json.member("type", "GAME_END" as StaticString)
        json.member("winningTeam", 0)
        json.endObject()
        json.endArray()
        json.null("participantFrames")
        json.member("timestamp", 0)
        json.endObject()
    }

    private mutating func writeFrames() {
        var rest = game.events[...]
        for frame in game.frames {
            json.beginObject()
            json.beginArray("events")
            while let event = rest.first, event.timestamp <= frame.timestamp {
                EventBody(event: event, game: game).write(to: &json)
                rest.removeFirst()
            }
            json.endArray()
            json.beginObject("participantFrames")
            for contestant in game.draft.contestants {
                FrameBody(figures: frame.figures[contestant.index], contestant: contestant).write(to: &json)
            }
            json.endObject()
            json.member("timestamp", frame.timestamp)
            json.endObject()
        }
    }
}
