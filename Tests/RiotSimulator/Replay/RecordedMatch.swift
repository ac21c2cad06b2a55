import Compression
import FoundationEssentials
import RiotModels

/// What the simulator has to know of a recorded match.
struct RecordedMatch: Sendable {
    let id: MatchID
    /// Of people, bots left out; of an empty game from its metadata.
    let puuids: [String]
    let startedAt: Int64
    let queue: Int
    let participants: [Participant]

    struct Participant: Sendable, Decodable {
        var puuid: String
        var riotIdGameName: String?
        var riotIdTagline: String?
        var summonerName: String?
        var profileIcon: Int?
        var summonerLevel: Int?
        var kills: Int
        var deaths: Int
        var assists: Int
        var goldEarned: Int
        var totalDamageDealtToChampions: Int
        var champExperience: Int
    }

    private struct Body: Decodable {
        struct Metadata: Decodable {
            var participants: [String]
        }

        struct Info: Decodable {
            var gameStartTimestamp: Int64?
            var gameCreation: Int64?
            var gameEndTimestamp: Int64?
            var queueId: Int
            var participants: [Participant]
        }

        var metadata: Metadata
        var info: Info
    }

    init(id: MatchID, gzip: [UInt8]) throws(SimulatorError) {
        let body: Body
        do {
            let bytes = try Gzip.inflate(gzip, limit: RecordedWorld.bodyLimit)
            body = try JSONDecoder().decode(Body.self, from: Data(bytes))
        } catch {
            throw SimulatorError(message: "matches/\(id).json.gz is not a match body: \(error)")
        }
        self.id = id
        puuids = body.metadata.participants
        participants = body.info.participants
        queue = body.info.queueId
        // The empty aborted game has only its end.
        let times = [body.info.gameStartTimestamp, body.info.gameCreation, body.info.gameEndTimestamp]
        startedAt = times.compactMap(\.self).first { $0 > 0 } ?? 0
    }

    var listed: ListedGame {
        let type: String? =
            switch queue {
            case 0: nil
            case 420, 440: "ranked"
            case 700, 720: "tourney"
            default: "normal"
            }
        return ListedGame(id: id, startedAt: startedAt, queue: queue, listType: type)
    }

    /// All participants together, bots too.
    var everybody: WorldExpectation.ParticipantSums { sums(of: participants) }

    func sums(of puuid: String) -> WorldExpectation.ParticipantSums {
        sums(of: participants.filter { $0.puuid == puuid })
    }

    private func sums(of participants: [Participant]) -> WorldExpectation.ParticipantSums {
        participants.reduce(into: WorldExpectation.ParticipantSums()) { sums, participant in
            sums.participants += 1
            sums.kills += participant.kills
            sums.deaths += participant.deaths
            sums.assists += participant.assists
            sums.gold += participant.goldEarned
            sums.damage += participant.totalDamageDealtToChampions
            sums.experience += participant.champExperience
        }
    }
}

/// The sums of a recorded timeline.
struct RecordedTimeline {
    private struct Body: Decodable {
        struct Info: Decodable { var frames: [Frame] }
        struct Frame: Decodable {
            var participantFrames: [String: Figures]?
            var events: [Event]
        }
        struct Event: Decodable { var type: String }
        struct Figures: Decodable {
            struct Damage: Decodable { var totalDamageDoneToChampions: Int }
            var totalGold: Int
            var xp: Int
            var damageStats: Damage
        }

        var info: Info
    }

    private let body: Body

    init(id: MatchID, gzip: [UInt8]) throws(SimulatorError) {
        do {
            let bytes = try Gzip.inflate(gzip, limit: RecordedWorld.bodyLimit)
            body = try JSONDecoder().decode(Body.self, from: Data(bytes))
        } catch {
            throw SimulatorError(message: "timelines/\(id).json.gz is not a timeline: \(error)")
        }
    }

    func add(to sums: inout WorldExpectation.TimelineSums) {
        for frame in body.info.frames {
            sums.frames += 1
            sums.events += frame.events.count
            for event in frame.events { sums.eventsByType[event.type, default: 0] += 1 }
            for figures in (frame.participantFrames ?? [:]).values {
                sums.participantFrames += 1
                sums.gold += figures.totalGold
                sums.experience += figures.xp
                sums.damage += figures.damageStats.totalDamageDoneToChampions
            }
        }
    }
}
