import Postgres
import RiotModels
import Testing

@testable import Storage

/// A whole match and a whole timeline.
@Suite(.timeLimit(.minutes(2))) struct ReadingMatchTests {
    private static let id = MatchDecoderTests.id

    @Test func aMatchHasTeamsBansAndParticipants() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            let match = try #require(try await storage.fullMatch(try MatchID(Self.id)))
            #expect(match.id.text == Self.id && match.startedAt == 1_750_000_000_000)
            #expect(match.createdAt == 1_749_999_940_000 && match.endedAt == 1_750_001_800_000)
            #expect(match.durationSeconds == 1_800 && match.queueID == 420 && match.mapID == 11)
            #expect(match.gameMode == "CLASSIC" && match.gameType == "MATCHED_GAME")
            #expect(match.gameVersion == "15.13.693.4876" && match.endOfGameResult == "GameComplete")
            #expect(!match.isAborted && !match.isRemake && !match.hasTimeline)
            #expect(match.teams.map(\.teamID) == [100, 200] && match.teams.map(\.win) == [true, false])
            #expect(match.teams[1].bans.map(\.championID) == [201, 202, -1, 204, 205])
            #expect(match.teams[1].bans.map(\.pickTurn) == [1, 2, 3, 4, 5])
            #expect(match.teams[0].objectives.map(\.name) == TeamColumns.objectiveNames)
            #expect(match.teams[0].objectives.map(\.kills) == Array(0..<8))
            #expect(match.teams[0].objectives.allSatisfy { $0.first == true })
            #expect(match.participants.map(\.participantID) == Array(1...10))
        }
    }

    /// Every whole number and flag of a participant is in a member of its own, in `figures` or in `flags`.
    @Test func noFigureOfAParticipantIsLeftOut() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            let match = try #require(try await storage.fullMatch(try MatchID(Self.id)))
            let third = try #require(match.participants.first { $0.participantID == 3 })
            func value(_ field: String) -> Int? {
                ParticipantColumns.fields.firstIndex { $0.field == field }.map { $0 * 20 + 3 }
            }
            #expect(third.puuid == testPuuid(3) && !third.isBot && third.gameName == "riotIdGameName 3")
            #expect(third.tagLine == "riotIdTagline 3" && third.championName == "championName 3")
            #expect(third.role == "teamPosition 3" && third.championID == value("championId"))
            #expect(third.items == (0...6).map { value("item\($0)") })
            #expect(third.augments == (1...6).compactMap { value("playerAugment\($0)") })
            #expect(third.primaryRunes == [8_000, 8_001, 8_002, 8_003, 8_004])
            #expect(third.secondaryRunes == [8_100, 8_101, 8_102] && third.statRunes == [5_003, 5_002, 5_001])
            #expect(third.subteamID == value("playerSubteamId") && third.placement == value("placement"))
            let named = Set(FullMatch.Participant.named.map(\.name))
            for column in ParticipantColumns.fields where !named.contains(column.name) {
                switch column.kind {
                case .int16, .int32:
                    #expect(third.figures[column.name] == value(column.field), "\(column.name)")
                case .boolean:
                    let place = ParticipantColumns.fields.firstIndex { $0.name == column.name } ?? 0
                    let isSet = place % 2 == 0 && column.name != "game_ended_in_early_surrender"
                    #expect(third.flags.contains(column.name) == isSet, "\(column.name)")
                default: break
                }
            }
            #expect(third.figures.count == FullMatch.Participant.figures.count)
        }
    }

    @Test func aFigureThatRiotLeftOutIsNotZero() async throws {
        try await withStorage { storage in
            try await storage.store(GameSketch(number: 1))
            let match = try #require(try await storage.fullMatch(try MatchID(GameSketch(number: 1).id)))
            let first = try #require(match.participants.first)
            #expect(first.figures["kills"] == 1 && first.figures["total_heal"] == nil)
            #expect(first.flags == ["first_blood_kill"] && first.placement == nil && first.augments == [])
            #expect(first.items == [1_001, nil, nil, nil, nil, nil, 3_340])
        }
    }

    @Test func botsHaveNoPlayerAndArenaTeamsNeedNotMatch() async throws {
        try await withStorage { storage in
            let subteams = [1, 1, 2, 2]
            let game = GameSketch(number: 1, queue: 1_700, mode: "CHERRY", players: [1, 0, 0, 2], subteams: subteams)
            let body = game.body.changing("info.teams.1.teamId", to: 0)
            try await storage.storeMatch(body, as: game.id)
            let match = try #require(try await storage.fullMatch(try MatchID(game.id)))
            #expect(match.teams.map(\.teamID) == [100, 0])
            #expect(match.participants.map(\.teamID) == [100, 100, 200, 200])
            #expect(match.participants.map(\.subteamID) == subteams && match.participants.map(\.placement) == subteams)
            #expect(match.participants.map(\.isBot) == [false, true, true, false])
            #expect(match.participants.map(\.puuid) == [testPuuid(1), nil, nil, testPuuid(2)])
            #expect(match.participants.map { $0.summonerID == nil } == [false, true, true, false])
        }
    }

    @Test func anAbortedGameHasNobody() async throws {
        try await withStorage { storage in
            let body = TestBody.match().changing("info.participants", to: .array([]))
                .changing("info.teams", to: .array([]))
            try await storage.storeMatch(body)
            let match = try #require(try await storage.fullMatch(try MatchID(Self.id)))
            #expect(match.isAborted && match.participants == [] && match.teams == [])
        }
    }

    @Test func whatIsNotHeldIsNil() async throws {
        try await withStorage { storage in
            let id = try MatchID("NA1_1")
            #expect(try await storage.fullMatch(id) == nil)
            #expect(try await storage.fullTimeline(id) == nil)
            #expect(try await storage.rawBody(id, .match) == nil)
        }
    }

    // MARK: Timelines

    @Test func aMatchWithoutTimelineAndATimelineWithoutMatchAreReadForThemselves() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            try await storage.storeTimeline(.timeline("NA1_5000000002"), as: "NA1_5000000002")
            #expect(try await storage.fullTimeline(try MatchID(Self.id)) == nil)
            #expect(try await storage.fullMatch(try MatchID("NA1_5000000002")) == nil)
            let timeline = try #require(try await storage.fullTimeline(try MatchID("NA1_5000000002")))
            #expect(!timeline.hasMatch && timeline.events.count == 5 && timeline.participants.count == 10)
            try await storage.storeTimeline(.timeline())
            #expect(try await storage.fullMatch(try MatchID(Self.id))?.hasTimeline == true)
            #expect(try await storage.fullTimeline(try MatchID(Self.id))?.hasMatch == true)
        }
    }

    @Test func aTimelineHasEveryFigureOfEveryFrame() async throws {
        try await withStorage { storage in
            try await storage.storeTimeline(.timeline())
            let timeline = try #require(try await storage.fullTimeline(try MatchID(Self.id)))
            #expect(timeline.frameInterval == 60_000 && timeline.frameTimestamps == [0, 60_000, 120_000])
            #expect(timeline.participants.map(\.participantID) == Array(1...10))
            #expect(timeline.participants.map(\.puuid) == (1...10).map { testPuuid($0) })
            for track in timeline.participants {
                #expect(Set(track.figures.keys) == Set(FrameColumns.all.map(\.name)))
                let number = Int64(track.participantID)
                // As TestBody.participantFrame counts them.
                #expect(track.figures["level"] == [0, 100 + number, 200 + number])
                #expect(track.figures["total_gold"] == [0, 102 + number, 204 + number])
                #expect(track.figures["position_y"] == [0, 1_001 + number, 2_002 + number])
                #expect(track.figures["total_damage_done"] == [0, 306 + number, 612 + number])
            }
        }
    }

    @Test func aFigureThatWasAlwaysZeroIsThereAndAFrameWithoutTheParticipantIsNot() async throws {
        try await withStorage { storage in
            var body = TestBody.timeline(players: 2)
            for frame in 0..<3 { body["info.frames.\(frame).participantFrames.1.xp"] = 0 }
            body["info.frames.1.participantFrames.2"] = nil
            try await storage.storeTimeline(body)
            let timeline = try #require(try await storage.fullTimeline(try MatchID(Self.id)))
            #expect(timeline.participants[0].figures["xp"] == [0, 0, 0])
            #expect(timeline.participants[1].figures["xp"] == [0, nil, 204])
            #expect(timeline.participants[1].figures["level"] == [0, nil, 202])
        }
    }

    @Test func eventsComeInTheirOrderWithTheirMembers() async throws {
        try await withStorage { storage in
            try await storage.storeTimeline(.timeline())
            let events = try #require(try await storage.fullTimeline(try MatchID(Self.id))).events
            #expect(events.map(\.ordinal) == [1, 2, 3, 4, 5])
            #expect(events.map(\.type) == ["CHAMPION_KILL", "CHAMPION_KILL", "CHAMPION_KILL", "LEVEL_UP", "GAME_END"])
            #expect(events.map(\.timestamp) == [61_000, 62_000, 63_000, 64_000, 125_000])
            #expect(events.map(\.assistingParticipantIDs) == [[5, 6], nil, [9], nil, nil])
            #expect(events.map(\.killerID) == [3, 0, 8, nil, nil] && events.map(\.victimID) == [4, 7, 1, nil, nil])
            #expect(events[3].participantID == 0 && events[3].level == 2)
            let first = events[0]
            #expect(first.x == 100 && first.y == 200 && first.killerTeamID == 300 && first.winningTeam == 200)
            // Every number and text that the body has is in a member: TestBody gives each one.
            for (column, member) in TimelineEvent.numbers {
                #expect(first[keyPath: member] != nil, "\(column)")
            }
            for (column, member) in TimelineEvent.texts {
                let field = EventColumns.all.first { $0.name == column }?.field
                #expect(first[keyPath: member] == field, "\(column)")
            }
        }
    }

    /// What has no member is listed here with its reason.
    @Test func everyColumnOfEventsHasAMember() {
        let columns = Set((TimelineEvent.numbers.map(\.column) + TimelineEvent.texts.map(\.column)))
        // The game's number is the match id's.
        #expect(columns.union(["game_id"]) == Set(EventColumns.all.map(\.name)))
    }

    @Test func theTimelineOfAnAbortedGameIsEmpty() async throws {
        try await withStorage { storage in
            let frame: TestBody = .members(["events": .array([]), "participantFrames": .raw("null"), "timestamp": 0])
            let body = TestBody.timeline().changing("info.frames", to: .array([frame]))
                .changing("info.frameInterval", to: 0)
            try await storage.storeTimeline(body)
            let timeline = try #require(try await storage.fullTimeline(try MatchID(Self.id)))
            #expect(timeline.participants == [] && timeline.events == [] && timeline.frameTimestamps == [0])
            #expect(timeline.frameInterval == 0)
        }
    }

    @Test(
        arguments: [
            ("{}", []), ("{1}", [1]), ("{1,-2,NULL,9223372036854775807}", [1, -2, nil, .max]),
            ("{-9223372036854775808}", [.min]), ("{0,0}", [0, 0]),
        ] as [(String, [Int64?])]
    )
    func arraysOfIntegersAreRead(text: String, expected: [Int64?]) {
        #expect(IntegerArrayText.values(Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        "", "{", "}", "1", "{1", "{1,}", "{,1}", "{,}", "{a}", "{-}", "{null}", "{1.5}", "{{1}}",
        "{9223372036854775808}", "{ 1}",
    ])
    func whatIsNoArrayOfIntegersIsRefused(text: String) {
        #expect(IntegerArrayText.values(Array(text.utf8)) == nil)
    }
}
