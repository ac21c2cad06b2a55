import RiotModels
import Testing

@testable import Storage

/// What the decoder makes of timelines, without a database.
@Suite struct TimelineDecoderTests {
    static func decode(_ body: TestBody) throws -> DecodedTimeline {
        try TimelineDecoder.decode(
            Body(kind: .timeline, id: try MatchID(MatchDecoderTests.id), bytes: body.bytes, isGzip: false)
        )
    }

    @Test func aCompleteBodyFitsItsColumns() throws {
        let timeline = try Self.decode(.timeline())
        #expect(timeline.extra.string == nil)
        #expect(timeline.novelties.isEmpty)
        #expect(timeline.frameTimestamps == [0, 60_000, 120_000])
        #expect(timeline.firstEvents == [1, 1, 5])
        #expect(timeline.eventCount == 5)
        #expect(timeline.events.map(\.type) == ["CHAMPION_KILL", "LEVEL_UP", "GAME_END"])
        #expect(timeline.events.map(\.count) == [3, 1, 1])
        #expect(timeline.damage.map(\.count) == [2, 1, 0, 1])
        #expect(timeline.frames.participantCount == 10)
        #expect(timeline.rowCounts["damage entries"] == 4)
    }

    @Test func anAbortedGameHasAFrameWithoutParticipants() throws {
        var body = TestBody.timeline(frames: 1)
        body["info.frames.0.participantFrames"] = .raw("null")
        body["info.frameInterval"] = 0
        let timeline = try Self.decode(body)
        #expect(timeline.frames.participantCount == 0)
        #expect(timeline.extra.string == #"{"info":{"frames":{"0":{"participantFrames":null}}}}"#)
    }

    @Test func unknownTypesAndFieldsAreKeptAndNamed() throws {
        var body = TestBody.timeline()
        body["info.frames.1.events.4"] = .members(["type": "DRAGON_DANCE", "timestamp": 70_000, "tempo": 3])
        body["info.frames.1.events.5"] = .members(["timestamp": 71_000])
        body["info.frames.1.events.6"] = .members([
            "type": .raw("\"\(String(repeating: "T", count: 65))\""), "timestamp": 1,
        ])
        body["info.frames.1.participantFrames.3.mood"] = 1
        body["info.frames.1.participantFrames.3.damageStats.mood"] = 2
        body["info.frames.1.events.0.victimDamageReceived.1.mood"] = 3
        let timeline = try Self.decode(body)
        #expect(timeline.events.map(\.type).sorted() == ["", "CHAMPION_KILL", "DRAGON_DANCE", "GAME_END", "LEVEL_UP"])
        #expect(
            timeline.novelties.sorted() == [
                "event DRAGON_DANCE", "event without a type", "info.frames.events.tempo",
                "info.frames.events.victimDamageReceived.mood",
                "info.frames.participantFrames.damageStats.mood", "info.frames.participantFrames.mood",
            ]
        )
    }

    @Test func framesThatLackAParticipantLeaveAGap() throws {
        let body = TestBody.timeline().changing("info.frames.1.participantFrames.4", to: nil)
        #expect(try Self.decode(body).frames.participantCount == 10)
    }

    @Test(arguments: [
        (#"{"metadata":{"matchId":"NA1_5000000001","participants":[]},"info":{}}"#, "info.frames"),
        (#"{"metadata":{"matchId":"NA1_5000000001","participants":[]},"info":{"frames":{}}}"#, "info.frames"),
        (#"{"metadata":{"matchId":"NA1_5000000001","participants":[]},"info":{"frames":[7]}}"#, "info.frames[0]"),
    ])
    func bodiesWithoutShapeAreRefusedWithAPlace(text: String, place: String) throws {
        let error = #expect(throws: BodyRejection.self) { try Self.decode(.raw(text)) }
        #expect(error?.place == place)
    }

    @Test func countsBeyondTheirLimitsAreRefused() throws {
        let event = #"{"timestamp":1,"type":"LEVEL_UP"}"#
        func body(events: Int, frames: Int) -> TestBody {
            .timeline(frames: 1).changing(
                "info.frames",
                to: .array(
                    (0..<frames).map { _ in
                        .members([
                            "events": .raw("[" + Array(repeating: event, count: events).joined(separator: ",") + "]")
                        ])
                    }
                )
            )
        }
        #expect(try Self.decode(body(events: StorageLimits.events, frames: 1)).eventCount == StorageLimits.events)
        #expect(throws: BodyRejection.self) { try Self.decode(body(events: StorageLimits.events + 1, frames: 1)) }
        #expect(throws: BodyRejection.self) { try Self.decode(body(events: 100_000, frames: 1)) }
        #expect(
            try Self.decode(body(events: 0, frames: StorageLimits.frames)).frameTimestamps.count == StorageLimits.frames
        )
        #expect(throws: BodyRejection.self) { try Self.decode(body(events: 0, frames: StorageLimits.frames + 1)) }
    }

    @Test func participantsBeyondTheLimitAreKeptBeside() throws {
        var body = TestBody.timeline(frames: 1)
        body["info.frames.0.participantFrames"] = .object(
            (1...StorageLimits.participants + 2).map { ("\($0)", TestBody.participantFrame($0, 1)) } + [
                ("x", 1), ("01", 2),
            ]
        )
        let timeline = try Self.decode(body)
        #expect(timeline.frames.participantCount == StorageLimits.participants)
        let extra = try #require(timeline.extra.string)
        #expect(extra.contains(#""66":{"#) && extra.contains(#""x":1"#) && extra.contains(#""01":2"#))
    }
}
