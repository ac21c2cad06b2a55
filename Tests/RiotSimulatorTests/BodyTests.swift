import Foundation
import RiotModels
import Testing

@testable import RiotSimulator

@Suite("Bodies of the drawn world")
struct BodyTests {
    private static let demo = TestWorlds.id("Demo#NA1")
    private let world: SimulatorWorld
    private let ids: [MatchID]

    init() throws {
        world = try TestWorlds.small(matches: 14)
        ids = try TestWorlds.games(of: Self.demo, in: world).map(\.id)
    }

    @Test("have the size of real ones")
    func sizes() throws {
        let world = try TestWorlds.small(seed: 3, matches: 150)
        for id in try TestWorlds.games(of: Self.demo, in: world).map(\.id) {
            #expect((60_000...75_000).contains(try TestWorlds.match(id, world).count), "\(id)")
            #expect((400_000...900_000).contains(try TestWorlds.timeline(id, world).count), "\(id)")
        }
    }

    @Test("have every field of Riot's schema, and no other")
    func schemaCoverage() throws {
        var seen: [String: Set<String>] = [:]
        for id in ids.prefix(6) {
            try Self.collect(TestWorlds.object(TestWorlds.match(id, world)), as: "MatchDto", into: &seen)
            try Self.collect(TestWorlds.object(TestWorlds.timeline(id, world)), as: "TimelineDto", into: &seen)
        }
        for type in SchemaFields.byType.keys {
            #expect(seen[type, default: []] == SchemaFields.fields(of: type), "\(type)")
        }
    }

    @Test("one match has every field of a participant")
    func oneMatchIsComplete() throws {
        var seen: [String: Set<String>] = [:]
        try Self.collect(TestWorlds.object(TestWorlds.match(#require(ids.first), world)), as: "MatchDto", into: &seen)
        for type in ["ParticipantDto", "ChallengesDto", "MissionsDto", "PerksDto", "TeamDto", "FeatsDto"] {
            #expect(seen[type, default: []] == SchemaFields.fields(of: type), "\(type)")
        }
    }

    @Test(
        "the list of fields here is that of the schema beside the project",
        .enabled(if: FileManager.default.fileExists(atPath: TestWorlds.beside("riotapi-openapi.json").path))
    )
    func fieldsAreThoseOfTheSchema() throws {
        let file = try TestWorlds.object([UInt8](Data(contentsOf: TestWorlds.beside("riotapi-openapi.json"))))
        let components = try #require(file["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: Any])
        for type in SchemaFields.byType.keys {
            let schema = try #require(schemas["match-v5.\(type)"] as? [String: Any])
            let properties = try #require(schema["properties"] as? [String: Any])
            #expect(Set(properties.keys) == SchemaFields.fields(of: type), "\(type)")
        }
    }

    @Test("every rift timeline has events of all types")
    func eventTypes() throws {
        let all = Set([
            "BUILDING_KILL", "CHAMPION_KILL", "CHAMPION_SPECIAL_KILL", "CHAMPION_TRANSFORM", "DRAGON_SOUL_GIVEN",
            "ELITE_MONSTER_KILL", "FEAT_UPDATE", "GAME_END", "ITEM_DESTROYED", "ITEM_PURCHASED", "ITEM_SOLD",
            "ITEM_UNDO",
            "LEVEL_UP", "OBJECTIVE_BOUNTY_FINISH", "OBJECTIVE_BOUNTY_PRESTART", "PAUSE_END", "PAUSE_START",
            "SKILL_LEVEL_UP", "TURRET_PLATE_DESTROYED", "WARD_KILL", "WARD_PLACED",
        ])
        let rift = try TestWorlds.games(of: Self.demo, in: world).filter { $0.queue != 450 }
        for game in rift.prefix(5) {
            let events = try Game(game.id, world).events
            #expect(Set(events.compactMap { $0["type"] as? String }) == all, "\(game.id)")
        }
    }

    @Test("match and timeline tell the same game")
    func consistency() throws {
        for id in ids.prefix(4) {
            let game = try Game(id, world)
            #expect(game.metadata("participants") == game.timelineMetadata("participants"))
            let kills = game.count("CHAMPION_KILL", by: "killerId")
            let deaths = game.count("CHAMPION_KILL", by: "victimId")
            let last = try #require(game.frames.last?["participantFrames"] as? [String: [String: Any]])
            for participant in game.participants {
                let number = try #require(participant["participantId"] as? Int)
                #expect(participant["kills"] as? Int == kills[number, default: 0])
                #expect(participant["deaths"] as? Int == deaths[number, default: 0])
                let figures = try #require(last["\(number)"])
                #expect(participant["goldEarned"] as? Int == figures["totalGold"] as? Int)
                #expect(participant["champExperience"] as? Int == figures["xp"] as? Int)
                #expect(participant["champLevel"] as? Int == figures["level"] as? Int)
            }
            #expect(game.participants.filter { $0["win"] as? Bool == true }.count == 5)
        }
    }

    @Test("time, gold, experience and damage never fall within a timeline")
    func monotony() throws {
        for id in ids.prefix(2) {
            let game = try Game(id, world)
            let times = game.events.compactMap { $0["timestamp"] as? Int }
            #expect(times == times.sorted())
            for number in 1...10 {
                let rows = game.frames.compactMap {
                    ($0["participantFrames"] as? [String: [String: Any]])?["\(number)"]
                }
                #expect(rows.count == game.frames.count)
                for name in ["totalGold", "xp", "level", "minionsKilled"] {
                    let values = rows.compactMap { $0[name] as? Int }
                    #expect(values == values.sorted(), "\(id) \(number) \(name)")
                }
            }
        }
    }

    @Test("what a year amounts to is what the bodies say")
    func expectation() throws {
        let expected = try #require(world.expectation(of: Self.demo, platform: .na1, year: 2025))
        var own = WorldExpectation.ParticipantSums()
        var events = 0
        for id in ids {
            let game = try Game(id, world)
            events += game.events.count
            let me = try #require(game.participants.first { $0["puuid"] as? String == expected.puuid })
            own.participants += 1
            own.kills += me["kills"] as? Int ?? 0
            own.deaths += me["deaths"] as? Int ?? 0
            own.assists += me["assists"] as? Int ?? 0
            own.gold += me["goldEarned"] as? Int ?? 0
            own.damage += me["totalDamageDealtToChampions"] as? Int ?? 0
            own.experience += me["champExperience"] as? Int ?? 0
        }
        #expect(expected.matchIDs == ids.map(\.text))
        #expect(expected.own == own)
        #expect(expected.timelines.events == events)
        #expect(expected.timelines.eventsByType.values.reduce(0, +) == events)
    }

    @Test("rare games have the shapes that real ones have")
    func rareGames() throws {
        let world = try TestWorlds.small(matches: 40, unusualShare: 1)
        let games = try TestWorlds.games(of: Self.demo, in: world)
        let arena = try Game(#require(games.first { $0.queue == 1700 }).id, world)
        #expect(arena.participants.count == 16)
        #expect(Set(arena.participants.compactMap { $0["placement"] as? Int }) == Set(1...8))
        #expect(arena.events.contains { $0["type"] as? String == "LEVEL_UP" && $0["participantId"] as? Int == 0 })
        let bots = try Game(#require(games.first { $0.queue == 870 }).id, world)
        #expect(bots.participants.filter { $0["puuid"] as? String == "BOT" }.count == 5)
        #expect(bots.metadata("participants").count == 5)
        let empty = try Game(#require(games.first { $0.queue == 0 }).id, world)
        #expect(empty.participants.isEmpty)
        #expect(empty.metadata("participants").count == 10)
        #expect(empty.frames.first?["participantFrames"] is NSNull)
    }

    // MARK: walking a body

    /// The schema's type of a member, where the member is an object, a list of them or a map.
    private static let members: [String: [String: String]] = [
        "MatchDto": ["metadata": "MetadataDto", "info": "InfoDto"],
        "InfoDto": ["participants": "ParticipantDto", "teams": "TeamDto"],
        "ParticipantDto": [
            "challenges": "ChallengesDto", "missions": "MissionsDto", "perks": "PerksDto",
            "PlayerBehavior": "ParticipantPlayerBehaviorDto",
        ],
        "PerksDto": ["statPerks": "PerkStatsDto", "styles": "PerkStyleDto"],
        "PerkStyleDto": ["selections": "PerkStyleSelectionDto"],
        "TeamDto": ["bans": "BanDto", "objectives": "ObjectivesDto", "feats": "FeatsDto"],
        "TimelineDto": ["metadata": "MetadataTimeLineDto", "info": "InfoTimeLineDto"],
        "InfoTimeLineDto": ["participants": "ParticipantTimeLineDto", "frames": "FramesTimeLineDto"],
        "FramesTimeLineDto": ["events": "EventsTimeLineDto", "participantFrames": "map ParticipantFrameDto"],
        "ParticipantFrameDto": [
            "championStats": "ChampionStatsDto", "damageStats": "DamageStatsDto", "position": "PositionDto",
        ],
    ]

    private static func collect(_ value: Any, as type: String, into seen: inout [String: Set<String>]) throws {
        if let list = value as? [Any] {
            for element in list { try collect(element, as: type, into: &seen) }
            return
        }
        let object = try #require(value as? [String: Any])
        if type.hasPrefix("map ") {
            for element in object.values { try collect(element, as: String(type.dropFirst(4)), into: &seen) }
            return
        }
        seen[type, default: []].formUnion(object.keys)
        for (name, member) in object {
            if let inner = members[type]?[name] {
                try collect(member, as: inner, into: &seen)
            } else if type == "ObjectivesDto" || type == "FeatsDto" {
                try collect(member, as: type == "FeatsDto" ? "FeatDto" : "ObjectiveDto", into: &seen)
            } else if type == "EventsTimeLineDto", name == "position" || name.hasPrefix("victim") && member is [Any] {
                try collect(member, as: name == "position" ? "PositionDto" : "MatchTimelineVictimDamage", into: &seen)
            }
        }
    }
}

/// A match and its timeline as JSON trees.
struct Game {
    let match: [String: Any]
    let timeline: [String: Any]

    init(_ id: MatchID, _ world: any SimulatedWorld) throws {
        match = try TestWorlds.object(TestWorlds.match(id, world))
        timeline = try TestWorlds.object(TestWorlds.timeline(id, world))
    }

    func metadata(_ name: String) -> [String] { (match["metadata"] as? [String: Any])?[name] as? [String] ?? [] }

    func timelineMetadata(_ name: String) -> [String] {
        (timeline["metadata"] as? [String: Any])?[name] as? [String] ?? []
    }

    var participants: [[String: Any]] { (match["info"] as? [String: Any])?["participants"] as? [[String: Any]] ?? [] }

    var frames: [[String: Any]] { (timeline["info"] as? [String: Any])?["frames"] as? [[String: Any]] ?? [] }

    var events: [[String: Any]] { frames.flatMap { $0["events"] as? [[String: Any]] ?? [] } }

    func count(_ type: String, by name: String) -> [Int: Int] {
        events.filter { $0["type"] as? String == type }.reduce(into: [:]) { counts, event in
            if let number = event[name] as? Int { counts[number, default: 0] += 1 }
        }
    }
}
