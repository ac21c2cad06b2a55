import Compression
import Postgres
import RiotModels
import Testing

@testable import Storage

/// Bodies as nobody should send them, through PostgreSQL: rebuilt from their rows, or refused with a clear reason and
/// kept byte for byte.
@Suite(.timeLimit(.minutes(5)))
struct HostileStoreTests {
    static let id = MatchDecoderTests.id

    /// A body that is accepted, and the paths that its rows hold beyond it.
    struct Accepted: Sendable {
        let name: String
        let kind: FetchKind
        let body: [UInt8]
        var isGzip = false
        var beyond: Set<String> = []
    }

    /// A body that is refused, with parts of the reason and of the place.
    struct Refused: Sendable {
        let name: String
        var kind = FetchKind.match
        let body: [UInt8]
        var isGzip = false
        let reason: String
        let place: String
    }

    static func match(players: Int = 2, _ change: (inout TestBody) -> Void) -> [UInt8] {
        var body = TestBody.match(players: players)
        change(&body)
        return body.bytes
    }

    static func timeline(players: Int = 2, _ change: (inout TestBody) -> Void) -> [UInt8] {
        var body = TestBody.timeline(players: players)
        change(&body)
        return body.bytes
    }

    static func nested(_ depth: Int) -> TestBody {
        .raw(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    }

    /// `count` events of one type in a timeline of one frame.
    static func timeline(events count: Int) -> [UInt8] {
        let event = #"{"timestamp":1,"type":"LEVEL_UP","participantId":1,"level":2}"#
        return timeline { body in
            body["info.frames"] = .array([
                .members([
                    "timestamp": 0,
                    "events": .raw("[" + repeatElement(event, count: count).joined(separator: ",") + "]"),
                ]), .members(["timestamp": 1, "events": .array([])]),
            ])
        }
    }

    static let hugeNumbers = [
        "9223372036854775808", "-9223372036854775809", "98765432109876543210987654321098765432109876543210", "1e999",
        "-1e-999", "1.7976931348623157e308", "0.1000000000000000055511151231257827", "5e-324",
        String(repeating: "7", count: 400), "9007199254740993", "9007199254740993.0", "16777217", "0e17", "1E+2",
    ]

    static let accepted: [Accepted] = [
        Accepted(name: "18 participants", kind: .match, body: match(players: 18) { _ in }),
        Accepted(name: "frames of 18 participants", kind: .timeline, body: timeline(players: 18) { _ in }),
        Accepted(
            name: "participantId 0, once and twice, and far away",
            kind: .match,
            body: match(players: 4) { body in
                body["info.participants.0.participantId"] = 0
                body["info.participants.1.participantId"] = 0
                body["info.participants.2.participantId"] = 32_767
                body["info.participants.3.participantId"] = -5
            }
        ),
        Accepted(
            name: "participants against the order of their numbers, without challenges",
            kind: .match,
            body: match(players: 3) { body in
                for place in 0..<3 {
                    body["info.participants.\(place).participantId"] = .raw("\(9 - place)")
                    body["info.participants.\(place).challenges"] = nil
                    body["info.participants.\(place).missions"] = nil
                }
            }
        ),
        Accepted(
            name: "events and frames of participant 0",
            kind: .timeline,
            body: timeline { body in
                body["info.frames.1.participantFrames.0"] = TestBody.participantFrame(0, 1)
                body["info.frames.2.participantFrames.3"] = TestBody.participantFrame(3, 1)
                body["info.frames.2.participantFrames.01"] = TestBody.participantFrame(1, 1)
                body["info.frames.1.events.0.participantId"] = 0
                body["info.frames.1.events.0.assistingParticipantIds"] = .array([0, 0, 99])
            }
        ),
        Accepted(
            name: "bots with one puuid",
            kind: .match,
            body: match(players: 5) { body in
                for place in 2..<5 { body["info.participants.\(place).puuid"] = "BOT" }
                body["metadata.participants"] = .array([
                    .raw("\"\(testPuuid(1))\""), .raw("\"\(testPuuid(2))\""), "BOT",
                ])
            }
        ),
        Accepted(
            name: "two people with one puuid",
            kind: .match,
            body: match(players: 2) { $0["info.participants.1.puuid"] = .raw("\"\(testPuuid(1))\"") }
        ),
        Accepted(
            name: "NUL and lone surrogates in names and texts",
            kind: .match,
            body: match { body in
                body["info.participants.0.riotIdGameName"] = .raw(#""a\u0000b""#)
                body["info.participants.0.riotIdTagline"] = .raw(#""\ud800""#)
                body["info.participants.1.summonerName"] = .raw(#""\udc00\u0000\ud83d\ude00""#)
                body["info.participants.1.ne\\u0000w"] = .raw(#"["\u0000\ud800x",{"\u0000":"\u0001"}]"#)
                body["info.gameName"] = .raw(#""\u0000""#)
                body["info.gameModeMutators"] = .array([.raw(#""\u0000""#), .raw(#""""#)])
            }
        ),
        Accepted(
            name: "NUL and lone surrogates in events",
            kind: .timeline,
            body: timeline { body in
                body["info.frames.1.events.3.type"] = .raw(#""LEVEL\u0000UP""#)
                body["info.frames.1.events.2.name"] = .raw(#""\udfff""#)
                body["info.frames.1.events.0.victimDamageReceived.0.spellName"] = .raw(#""\u0000\u0000""#)
            }
        ),
        Accepted(
            name: "a member of each kind twice",
            kind: .match,
            body: match { body in
                body.duplicate("kills", in: "info.participants.0", 99)
                body.duplicate("kills", in: "info.participants.0", 100)
                body.duplicate("kda", in: "info.participants.0.challenges", 5)
                body.duplicate("futureMember", in: "info.participants.1", 1)
                body.duplicate("futureMember", in: "info.participants.1", 2)
                body.duplicate("gameMode", in: "info", "SECOND")
                body.duplicate("gameCreation", in: "info", 5)
                body.duplicate("baron", in: "info.teams.0.objectives", .members(["first": true, "kills": 7]))
                body.duplicate("win", in: "info.teams.1", true)
                body.duplicate("bans", in: "info.teams.1", .array([]))
                body.duplicate("perks", in: "info.participants.1", TestBody.perks)
                body.duplicate("dataVersion", in: "metadata", "3")
            }
        ),
        Accepted(
            name: "a member of an event and of a frame twice",
            kind: .timeline,
            body: timeline { body in
                body.duplicate("level", in: "info.frames.1.events.3", 9)
                body.duplicate("type", in: "info.frames.1.events.3", "OTHER")
                body.duplicate("position", in: "info.frames.1.events.0", .members(["x": 1, "y": 2]))
                body.duplicate("victimDamageDealt", in: "info.frames.1.events.0", .array([]))
                body.duplicate("timestamp", in: "info.frames.1", 7)
                body.duplicate("xp", in: "info.frames.1.participantFrames.1", 8)
                body.duplicate("armor", in: "info.frames.1.participantFrames.1.championStats", 8)
                body.duplicate("1", in: "info.frames.1.participantFrames", TestBody.participantFrame(1, 5))
            }
        ),
        Accepted(
            name: "numbers beyond 64 bits and beyond a double",
            kind: .match,
            body: match(players: hugeNumbers.count) { body in
                for (place, number) in hugeNumbers.enumerated() {
                    for field in ["kills", "goldEarned", "playerScore3", "championName", "futureMember"] {
                        body["info.participants.\(place).\(field)"] = .raw(number)
                    }
                    body["info.participants.\(place).challenges.kda"] = .raw(number)
                    body["info.participants.\(place).perks.styles.0.style"] = .raw(number)
                }
                body["info.gameId"] = .raw(hugeNumbers[0])
                body["info.gameCreation"] = .raw(hugeNumbers[1])
                body["info.gameDuration"] = .raw(hugeNumbers[2])
                body["info.gameEndTimestamp"] = .raw("253402300800000")
            }
        ),
        Accepted(
            name: "numbers beyond their columns in a timeline",
            kind: .timeline,
            body: timeline(players: hugeNumbers.count) { body in
                for (place, number) in hugeNumbers.enumerated() {
                    let frame = "info.frames.1.participantFrames.\(place + 1)"
                    for field in ["xp", "level", "participantId", "position.x", "championStats.health"] {
                        body["\(frame).\(field)"] = .raw(number)
                    }
                    body["info.frames.1.events.\(4 + place)"] = .members([
                        "type": "ITEM_UNDO", "timestamp": .raw(number), "gameId": .raw(number), "level": .raw(number),
                        "assistingParticipantIds": .array([.raw(number)]),
                    ])
                }
            }
        ),
        Accepted(
            name: "durations in milliseconds and in years",
            kind: .match,
            body: match { body in
                body["info.gameEndTimestamp"] = nil
                body["info.gameDuration"] = 1_003_369
            }
        ),
        Accepted(
            name: "a duration of years",
            kind: .match,
            body: match { $0["info.gameDuration"] = 1_618_919_109_695 }
        ),
        Accepted(name: "as deep as is allowed", kind: .match, body: match { $0["info.futureMember"] = nested(62) }),
        Accepted(
            name: "as many events as can be numbered",
            kind: .timeline,
            body: timeline(events: StorageLimits.events)
        ),
        Accepted(
            name: "a body of 10 MB",
            kind: .match,
            body: match { $0["info.futureMember"] = .raw("\"\(String(repeating: "é", count: 5_000_000))\"") }
        ),
        Accepted(
            name: "a gzip of two members, which inflates to 10 MB",
            kind: .timeline,
            body: {
                let body = timeline { $0["info.futureMember"] = nested(1) }
                let space = [UInt8](repeating: UInt8(ascii: " "), count: 10_000_000)
                return Gzip.deflate(body) + Gzip.deflate(space)
            }(),
            isGzip: true
        ),
        Accepted(
            name: "lists of everything but objects, and empty ones",
            kind: .timeline,
            body: timeline { body in
                body["info.frames.1.events"] = .array([
                    5, .raw("null"), .array([]), .members([:]), "LEVEL_UP", .members(["type": ""]),
                    .members(["type": .raw("\"\(String(repeating: "T", count: 65))\"")]),
                ])
                body["info.frames.2.participantFrames"] = .members([:])
                body["info.participants"] = .array([1, .raw("null"), .members([:])])
            }
        ),
    ]

    static let refused: [Refused] = [
        Refused(
            name: "a depth of 1,000",
            body: match { $0["info.futureMember"] = nested(1_000) },
            reason: "nested too deeply",
            place: "byte "
        ),
        Refused(
            name: "100,000 events",
            kind: .timeline,
            body: timeline(events: 100_000),
            reason: "more than \(StorageLimits.events) events",
            place: "info.frames[0].events"
        ),
        Refused(
            name: "100 participants",
            body: match(players: 100) { $0["metadata.participants"] = .array([]) },
            reason: "it has 100 participants",
            place: "info.participants"
        ),
        Refused(
            name: "info twice",
            body: Array(#"{"info":{},"#.utf8) + match { _ in }.dropFirst(),
            reason: "it has info twice",
            place: "info"
        ),
        Refused(name: "nothing", body: [], reason: "there is no value", place: "byte 0"),
        Refused(name: "a gzip of nothing", body: Gzip.deflate([]), isGzip: true, reason: "no value", place: "byte 0"),
        Refused(
            name: "HTML",
            body: Array("<html><body><h1>504 Gateway Time-out</h1></body></html>".utf8),
            reason: "a character stands where none of its kind may",
            place: "byte 0"
        ),
        Refused(
            name: "HTML that is called gzip",
            body: Array("<html></html>".utf8),
            isGzip: true,
            reason: "gzip",
            place: "byte 0"
        ),
        Refused(
            name: "a gzip that was cut off",
            body: Array(Gzip.deflate(match { _ in }).dropLast(100)),
            isGzip: true,
            reason: "damaged",
            place: "byte 0"
        ),
        Refused(
            name: "a body that was cut off",
            body: Array(match { _ in }.dropLast(500)),
            reason: "",
            place: "byte "
        ),
        Refused(
            name: "a gzip bomb",
            body: Gzip.deflate([UInt8](repeating: UInt8(ascii: " "), count: 100_000_000), level: 9),
            isGzip: true,
            reason: "more bytes than",
            place: "byte 0"
        ),
        Refused(
            name: "more bytes than a body may have",
            body: [UInt8](repeating: UInt8(ascii: " "), count: StorageLimits.bodyBytes + 1),
            reason: "more than \(StorageLimits.bodyBytes) bytes",
            place: "byte \(StorageLimits.bodyBytes)"
        ),
        Refused(
            name: "another match",
            body: match { $0["metadata.matchId"] = "NA1_5000000002" },
            reason: "the body of another match",
            place: "metadata.matchId"
        ),
        Refused(
            name: "bytes that are not UTF-8",
            body: match { $0["info.gameName"] = "☃" }.replacing([0xE2, 0x98, 0x83], with: [0xE2, 0x28, 0x83]),
            reason: "not UTF-8",
            place: "byte "
        ),
        Refused(
            name: "UTF-16",
            body: [0xFF, 0xFE] + match { _ in }.flatMap { [$0, 0] },
            reason: "not UTF-8",
            place: "byte 0"
        ),
        Refused(
            name: "a byte order mark",
            body: [0xEF, 0xBB, 0xBF] + match { _ in },
            reason: "a character stands where none of its kind may",
            place: "byte 0"
        ),
        Refused(name: "null", body: Array("null".utf8), reason: "not an object", place: "/"),
        Refused(
            name: "what Riot says for errors",
            body: Array(#"{"status":{"message":"Forbidden","status_code":403}}"#.utf8),
            reason: "metadata is not an object",
            place: "metadata"
        ),
    ]

    @Test func whatIsAcceptedCanBeRebuilt() async throws {
        for hostile in Self.accepted {
            try await withStorage { storage in
                let outcome = try await RebuildTests.rebuild(
                    hostile.kind,
                    try MatchID(Self.id),
                    body: hostile.body,
                    isGzip: hostile.isGzip,
                    in: storage
                )
                for difference in outcome.differences {
                    let isBeyond = difference.expected == nil && hostile.beyond.contains(difference.pattern)
                    #expect(isBeyond, "\(hostile.name): \(difference)")
                }
            }
        }
        print("hostile bodies: \(Self.accepted.count) rebuilt from rows")
    }

    @Test func whatIsRefusedIsKeptWithAReason() async throws {
        try await withStorage { storage in
            for (number, hostile) in Self.refused.enumerated() {
                let id = try MatchID(Self.id)
                let rejection = await #expect(throws: BodyRejection.self, "\(hostile.name)") {
                    try await RebuildTests.rebuild(
                        hostile.kind,
                        id,
                        body: hostile.body,
                        isGzip: hostile.isGzip,
                        in: storage
                    )
                }
                guard let rejection else { continue }
                #expect(rejection.reason.contains(hostile.reason), "\(hostile.name): \(rejection.reason)")
                #expect(rejection.place.hasPrefix(hostile.place), "\(hostile.name): \(rejection.place)")
                let kept = try await storage.rejected(id, hostile.kind)
                #expect(kept == Rejected(rejection, hostile.body), "\(hostile.name)")
                print("hostile body \(number + 1), \(hostile.name): \(rejection.reason) (\(rejection.place))")
            }
            #expect(try await storage.value("SELECT count(*) FROM match") == "0")
            #expect(try await storage.value("SELECT count(*) FROM timeline") == "0")
        }
    }
}
