import Compression
import RiotModels
import Testing

@testable import Storage

/// What the decoder makes of match bodies, without a database.
@Suite struct MatchDecoderTests {
    static let id = "NA1_5000000001"

    static func decode(_ body: TestBody, id: String = id) throws -> DecodedMatch {
        try MatchDecoder.decode(Body(kind: .match, id: try MatchID(id), bytes: body.bytes, isGzip: false))
    }

    /// Everything that went into an `extra`, as one text.
    static func extras(_ match: DecodedMatch) -> String {
        ([match.extra] + match.participants.map(\.extra) + match.teams.map(\.extra)).compactMap(\.string).joined(
            separator: "\n"
        )
    }

    @Test func aCompleteBodyFitsItsColumns() throws {
        let match = try Self.decode(.match())
        #expect(Self.extras(match) == "")
        #expect(match.novelties.isEmpty)
        #expect(match.participants.count == 10)
        #expect(match.participants.map(\.number) == Array(1...10))
        #expect(match.participants[2].player == .human(testPuuid(3)))
        for (place, column) in ParticipantColumns.all.enumerated() where column.name != "player_score_capital" {
            #expect(!match.participants[0].row[place].isNull, "\(column.name)")
        }
        #expect(match.startedAt == 1_750_000_000_000)
        #expect(match.durationSeconds == 1800)
        #expect(match.patch?.major == 15 && match.patch?.minor == 13)
        #expect(match.mutators == ["a", "b"])
        #expect(match.teams.map(\.bannedChampions) == [[101, 102, -1, 104, 105], [201, 202, -1, 204, 205]])
        #expect(match.teams[0].row.cells.filter(\.isNull).count == 1)
        #expect(!match.isAborted && !match.isRemake)
        #expect(match.challenges.json(participants: 2)?.contains(#""kda":[1.25,2.25]"#) == true)
        #expect(match.rowCounts["match_participant"] == 10)
    }

    @Test func gzipAndPlainBodiesGiveTheSame() throws {
        let plain = TestBody.match().bytes
        let id = try MatchID(Self.id)
        let counts = try Storage.rowCounts(of: .match, id, body: plain, isGzip: false)
        #expect(try Storage.rowCounts(of: .match, id, body: Gzip.deflate(plain), isGzip: true) == counts)
        #expect(throws: BodyRejection.self) {
            try Storage.rowCounts(of: .match, id, body: Array(Gzip.deflate(plain).dropLast(9)), isGzip: true)
        }
        #expect(throws: BodyRejection.self) { try Storage.rowCounts(of: .match, id, body: plain, isGzip: true) }
    }

    @Test func anAbortedGameHasNoParticipantsAndOnlyAnEnd() throws {
        var body = TestBody.match()
        body["info.participants"] = .array([])
        body["info.teams"] = .array([])
        for name in ["gameCreation", "gameStartTimestamp", "gameDuration", "gameId"] { body["info.\(name)"] = 0 }
        for name in ["gameMode", "gameVersion", "platformId"] { body["info.\(name)"] = "" }
        let match = try Self.decode(body)
        #expect(match.isAborted && !match.isRemake)
        #expect(match.startedAt == 1_750_001_800_000)
        #expect(match.patch == nil)
        #expect(match.extra.string == #"{"info":{"gameCreation":0,"gameStartTimestamp":0,"teams":[]}}"#)
        #expect(match.listed.count == 10)
    }

    @Test func botsShareAPuuidAndHaveNoSummoner() throws {
        var body = TestBody.match()
        for place in [3, 4] { body["info.participants.\(place).puuid"] = "BOT" }
        let match = try Self.decode(body)
        #expect(
            match.participants.map { $0.player == .bot } == [
                false, false, false, true, true, false, false, false, false, false,
            ]
        )
        #expect(Self.extras(match) == "")
    }

    @Test(arguments: [1, 2, 8, 16, 18]) func anyNumberOfParticipants(count: Int) throws {
        let match = try Self.decode(.match(players: count))
        #expect(match.participants.count == count)
        #expect(match.challenges.json(participants: count) != nil)
    }

    @Test func durationsBeforePatch1120AreMilliseconds() throws {
        var body = TestBody.match()
        body["info.gameEndTimestamp"] = nil
        body["info.gameDuration"] = 1_003_369
        let match = try Self.decode(body)
        #expect(match.durationSeconds == 1003)
        #expect(match.extra.string == #"{"info":{"gameDuration":1003369}}"#)
    }

    @Test func absurdDurationsAreKeptBeside() throws {
        let match = try Self.decode(.match().changing("info.gameDuration", to: 1_618_919_109_695))
        #expect(match.durationSeconds == nil)
        #expect(match.extra.string == #"{"info":{"gameDuration":1618919109695}}"#)
    }

    @Test(arguments: [
        (235, true, true), (299, true, true), (300, true, false), (1800, true, false), (200, false, false),
    ])
    func aRemakeIsShortAndFlaggedOnEveryone(seconds: Int, flag: Bool, isRemake: Bool) throws {
        var body = TestBody.match().changing("info.gameDuration", to: .raw("\(seconds)"))
        for place in 0..<10 { body["info.participants.\(place).gameEndedInEarlySurrender"] = .raw("\(flag)") }
        #expect(try Self.decode(body).isRemake == isRemake)
        body["info.participants.7.gameEndedInEarlySurrender"] = false
        #expect(try !Self.decode(body).isRemake)
    }

    @Test func participantNumbersThatCannotBeAKeyAreReplacedAndKept() throws {
        var body = TestBody.match(players: 4)
        body["info.participants.1.participantId"] = 1
        body["info.participants.2.participantId"] = 1_000_000
        body["info.participants.3.participantId"] = 0
        let match = try Self.decode(body)
        #expect(match.participants.map(\.number) == [1, 2, 3, 0])
        #expect(match.participants[1].extra.string == #"{"participantId":1}"#)
        #expect(match.participants[2].extra.string == #"{"participantId":1000000}"#)
        #expect(match.participants[3].extra.string == nil)
    }

    @Test func scoresHaveTwoSpellings() throws {
        var body = TestBody.match(players: 2)
        for score in 0...11 {
            body["info.participants.0.playerScore\(score)"] = nil
            body["info.participants.0.PlayerScore\(score)"] = .raw("\(score).5")
        }
        body["info.participants.1.PlayerScore3"] = 9
        let match = try Self.decode(body)
        #expect(match.participants[0].extra.string == nil)
        #expect(match.participants[0].row[ParticipantColumns.scoresAreCapital].boolean == true)
        #expect(match.participants[1].row[ParticipantColumns.scoresAreCapital].boolean == false)
        #expect(match.participants[1].extra.string == #"{"PlayerScore3":9}"#)
        #expect(match.novelties.isEmpty)
    }

    @Test func unknownFieldsAreKeptAndNamed() throws {
        var body = TestBody.match(players: 1)
        body["future"] = 1
        body["metadata.future"] = 2
        body["info.future"] = .members(["deep": .array([true])])
        body["info.participants.0.future"] = "x"
        body["info.teams.0.future"] = 4
        body["info.teams.0.objectives.future"] = .members(["first": true, "kills": 1])
        let match = try Self.decode(body)
        #expect(match.extra.string == #"{"metadata":{"future":2},"future":1,"info":{"future":{"deep":[true]}}}"#)
        #expect(match.participants[0].extra.string == #"{"future":"x"}"#)
        #expect(match.teams[0].extra.string == #"{"objectives":{"future":{"first":true,"kills":1}},"future":4}"#)
        #expect(
            match.novelties == [
                "future", "metadata.future", "info.future", "info.participants.future", "info.teams.future",
                "info.teams.objectives.future",
            ]
        )
    }

    @Test func otherShapesOfRunesAreKeptWhole() throws {
        let body = TestBody.match(players: 1).changing("info.participants.0.perks.styles.1.selections.1", to: nil)
        let match = try Self.decode(body)
        #expect(match.participants[0].extra.string?.hasPrefix(#"{"perks":{"statPerks""#) == true)
        #expect(match.participants[0].row[ParticipantColumns.firstPerk].integer == 5001)
    }

    @Test func aSecondMemberOfTheSameNameIsKeptBeside() throws {
        var body = TestBody.match(players: 1)
        body.duplicate("kills", in: "info.participants.0", 99)
        body.duplicate("gameMode", in: "info", "SECOND")
        body.duplicate("kda", in: "info.participants.0.challenges", 5)
        body.duplicate("participants", in: "info", .array([]))
        let match = try Self.decode(body)
        #expect(match.participants[0].extra.string == #"{"challenges":{"kda":5},"kills":99}"#)
        #expect(match.extra.string == #"{"info":{"gameMode":"SECOND","participants":[]}}"#)
    }

    @Test(arguments: [
        ("", "byte"), ("[]", "/"), ("{}", "metadata"), (#"{"metadata":{},"info":{}}"#, "metadata.matchId"),
        (#"{"metadata":{"matchId":"EUW1_1","participants":[]},"info":{"participants":[]}}"#, "metadata.matchId"),
        (#"{"metadata":{"matchId":"NA1_5000000001"},"info":{"participants":[]}}"#, "metadata.participants"),
        (#"{"metadata":{"matchId":"NA1_5000000001","participants":[]}}"#, "info"),
        (#"{"metadata":{"matchId":"NA1_5000000001","participants":[]},"info":{}}"#, "info.participants"),
        (
            #"{"metadata":{"matchId":"NA1_5000000001","participants":[]},"info":{"participants":[1]}}"#,
            "info.participants[0]"
        ),
        (#"{"metadata":"#, "byte"), ("<html>", "byte"), ("{}{}", "byte"),
        (#"{"status":{"status_code":404}}"#, "metadata"),
    ])
    func bodiesWithoutShapeAreRefusedWithAPlace(text: String, place: String) throws {
        let error = #expect(throws: BodyRejection.self) { try Self.decode(.raw(text)) }
        #expect(error?.place.hasPrefix(place) == true, "\(String(describing: error))")
        #expect(error?.description.contains(Self.id) == true)
    }

    @Test func tooManyParticipantsAreRefused() throws {
        #expect(
            try Self.decode(.match(players: StorageLimits.participants)).participants.count
                == StorageLimits.participants
        )
        #expect(throws: BodyRejection.self) { try Self.decode(.match(players: StorageLimits.participants + 1)) }
    }

    @Test func deepNestingIsRefused() throws {
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(throws: BodyRejection.self) { try Self.decode(.match().changing("info.deep", to: .raw(deep))) }
    }
}
