import Postgres
import RiotModels
import Testing

@testable import Storage

/// What the views show of a stored timeline.
@Suite(.timeLimit(.minutes(2))) struct StoreTimelineTests {
    @Test func everyFigureOfAFrameComesBack() async throws {
        try await withStorage { storage in
            try await storage.storeTimeline(.timeline())
            let rows = try await storage.pool.query(
                "SELECT * FROM participant_frame WHERE participant_id = 4 ORDER BY frame"
            )
            #expect(rows.count == 3)
            let groups: [(columns: [Column], factor: Int)] = [
                (FrameColumns.top, 100), (FrameColumns.position, 1000), (FrameColumns.championStats, 200),
                (FrameColumns.damageStats, 300),
            ]
            for (index, row) in rows.enumerated() {
                #expect(try row.int("frame") == index && row.int("timestamp_ms") == index * 60_000)
                for (columns, factor) in groups {
                    for (place, column) in columns.enumerated() {
                        let expected = index * (factor + place) + (index > 0 ? 4 : 0)
                        #expect(try row.int(column.name) == expected, "\(column.name) in frame \(index)")
                    }
                }
            }
        }
    }

    @Test func figuresThatAreZeroMissingOrUnfitAreToldApart() async throws {
        try await withStorage { storage in
            var body = TestBody.timeline(players: 2)
            for frame in 0..<3 {
                body["info.frames.\(frame).participantFrames.1.xp"] = 0
                body["info.frames.\(frame).participantFrames.1.level"] = nil
                body["info.frames.\(frame).timestamp"] = .raw("\(frame * 60_000)")
            }
            body["info.frames.1.participantFrames.1.position.x"] = 100_000
            body["info.frames.1.participantFrames.2"] = nil
            try await storage.storeTimeline(body)
            let one = try await storage.pool.query(
                "SELECT * FROM participant_frame WHERE participant_id = 1 ORDER BY frame"
            )
            #expect(try one.map { try $0.optionalInt("xp") } == [0, 0, 0])
            #expect(try one.map { try $0.optionalInt("level") } == [nil, nil, nil])
            #expect(try one.map { try $0.optionalInt("position_x") } == [0, nil, 2001])
            #expect(try await storage.value("SELECT xp IS NULL FROM timeline_frames WHERE participant_id = 1") == "t")
            #expect(
                try await storage.value(
                    "SELECT extra #>> '{1,position,x}' FROM timeline_frames WHERE participant_id = 1"
                ) == "100000"
            )
            #expect(
                try await storage.value(
                    "SELECT string_agg(frame::text, ',') FROM participant_frame WHERE participant_id = 2"
                ) == "0,2"
            )
        }
    }

    @Test func killsComeWithAssistsAndDamage() async throws {
        try await withStorage { storage in
            try await storage.storeTimeline(.timeline())
            let kills = try await storage.pool.query("SELECT * FROM champion_kill ORDER BY ordinal")
            #expect(try kills.map { try $0.int("ordinal") } == [1, 2, 3])
            #expect(try kills.map { try $0.int("frame") } == [1, 1, 1])
            #expect(try kills.map { try $0.int("killer_id") } == [3, 0, 8])
            #expect(try kills.map { try $0.int("victim_id") } == [4, 7, 1])
            #expect(try kills.map { try $0.optionalString("assist_id") } == ["{5,6}", nil, "{9}"])
            #expect(try kills[0].int("position_x") == 100)
            let damage = try await storage.pool.query("SELECT * FROM kill_damage ORDER BY list DESC, place")
            #expect(try damage.map { try $0.string("name") } == ["Ashe", "Garen", "Vi", "Lux"])
            #expect(try damage.map { try $0.string("list") } == ["teamfight_dealt", "received", "received", "dealt"])
            #expect(try damage.allSatisfy { try $0.int("kill_ordinal") == 1 && $0.int("spell_slot") == -807_529_473 })
            #expect(
                try await storage.value(
                    "SELECT array_agg(teamfight_damage_received_count) FROM timeline_events WHERE type = 'CHAMPION_KILL'"
                )
                    == "{{0,NULL,NULL}}"
            )
        }
    }

    @Test func everyFieldOfAnEventComesBack() async throws {
        try await withStorage { storage in
            try await storage.storeTimeline(.timeline())
            let row = try #require(try await storage.pool.query("SELECT * FROM event WHERE ordinal = 1").first)
            for (place, column) in EventColumns.fields.enumerated() {
                if column.kind == .text {
                    #expect(try row.string(column.name) == column.field)
                } else if column.kind != .int16 {
                    #expect(try row.int(column.name) == place + 61_000, "\(column.name)")
                } else {
                    #expect(try row.optionalInt(column.name) != nil, "\(column.name)")
                }
            }
            #expect(try row.optionalString("extra") == nil)
            let last = try #require(try await storage.pool.query("SELECT * FROM event WHERE type = 'GAME_END'").first)
            #expect(try last.int("ordinal") == 5 && last.int("frame") == 2)
        }
    }

    @Test func theViewsByTypeShowTheirEvents() async throws {
        try await withStorage { storage in
            var body = TestBody.timeline(players: 1, frames: 2)
            body["info.frames.1.events"] = .raw(
                """
                [{"type":"ITEM_PURCHASED","timestamp":1,"participantId":1,"itemId":447118},
                 {"type":"ITEM_UNDO","timestamp":2,"participantId":1,"beforeId":3,"afterId":0,"goldGain":-2380},
                 {"type":"SKILL_LEVEL_UP","timestamp":3,"participantId":1,"skillSlot":4,"levelUpType":"NORMAL"},
                 {"type":"WARD_PLACED","timestamp":4,"creatorId":1,"wardType":"UNDEFINED"},
                 {"type":"WARD_KILL","timestamp":5,"killerId":2,"wardType":"SIGHT_WARD"},
                 {"type":"ELITE_MONSTER_KILL","timestamp":6,"killerId":0,"killerTeamId":300,"monsterType":"DRAGON",
                  "monsterSubType":"FIRE_DRAGON","position":{"x":1,"y":2},"assistingParticipantIds":[3]},
                 {"type":"BUILDING_KILL","timestamp":7,"teamId":100,"laneType":"TOP_LANE","buildingType":"TOWER_BUILDING",
                  "towerType":"OUTER_TURRET","killerId":1,"position":{"x":1,"y":2}},
                 {"type":"TURRET_PLATE_DESTROYED","timestamp":8,"teamId":200,"laneType":"MID_LANE","killerId":0},
                 {"type":"CHAMPION_SPECIAL_KILL","timestamp":9,"killType":"KILL_MULTI","killerId":1,"multiKillLength":2}]
                """
            )
            try await storage.storeTimeline(body)
            #expect(
                try await storage.value("SELECT sum(item_id) || ' ' || sum(gold_gain) FROM item_event")
                    == "447118 -2380"
            )
            #expect(try await storage.value("SELECT skill_slot || level_up_type FROM skill_event") == "4NORMAL")
            #expect(
                try await storage.value(
                    "SELECT string_agg(participant_id || ward_type, ' ' ORDER BY ordinal) FROM ward_event"
                ) == "1UNDEFINED 2SIGHT_WARD"
            )
            #expect(
                try await storage.value(
                    "SELECT monster_sub_type || killer_team_id || assist_id::text FROM objective_kill"
                ) == "FIRE_DRAGON300{3}"
            )
            #expect(
                try await storage.value("SELECT string_agg(lane_type, ' ' ORDER BY ordinal) FROM building_kill")
                    == "TOP_LANE MID_LANE"
            )
            #expect(try await storage.value("SELECT kill_type || multi_kill_length FROM special_kill") == "KILL_MULTI2")
            #expect(try await storage.value("SELECT count(*) FROM event") == "9")
        }
    }

    @Test func unfitValuesOfEventsStandInExtra() async throws {
        try await withStorage { storage in
            var body = TestBody.timeline(players: 1, frames: 2)
            body["info.frames.1.events"] = .raw(
                """
                [{"type":"NEW_ONE","timestamp":5000000000,"itemId":"x","position":{"x":1,"y":2,"z":3}}, 7,
                 {"type":"CHAMPION_KILL","timestamp":1,"victimDamageDealt":[1,{"name":"Vi","magicDamage":null}],
                  "assistingParticipantIds":["x"]}]
                """
            )
            try await storage.storeTimeline(body)
            #expect(
                try await storage.value("SELECT extra FROM event WHERE type = 'NEW_ONE'")
                    == #"{"itemId": "x", "position": {"x": 1, "y": 2, "z": 3}, "timestamp": 5000000000}"#
            )
            #expect(try await storage.value("SELECT extra FROM event WHERE type = ''") == "7")
            #expect(
                try await storage.value("SELECT extra FROM event WHERE type = 'CHAMPION_KILL'")
                    == #"{"assistingParticipantIds": ["x"]}"#
            )
            #expect(
                try await storage.value("SELECT extra FROM timeline_kill_damage")
                    == #"{"1": 1, "2": {"magicDamage": null}}"#
            )
        }
    }
}
