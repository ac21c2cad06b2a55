import Glibc
import Postgres
import RiotModels
import Testing

@testable import Storage

/// Every field of a match and a timeline, one at a time, missing or of a kind that no column holds.
@Suite struct HostileBodyTests {
    /// Values that fit no column, as they are kept.
    static let misfits: [(value: String, kept: String)] = [
        ("null", "null"), (#"{"\u2603":1}"#, "☃"), (#"["\u2603"]"#, "☃"),
        ("98765432109876543210", "98765432109876543210"),
        ("1e999", #""1e999""#), ("-0.123456789012", "-0.123456789012"),
    ]

    /// Where a misfit makes the body unintelligible.
    static let refusedInMatches: Set<String> = [
        "metadata", "metadata.matchId", "metadata.participants", "info", "info.participants", "info.participants.#",
    ]
    static let refusedInTimelines: Set<String> = [
        "metadata", "metadata.matchId", "metadata.participants", "info", "info.frames", "info.frames.#",
    ]

    /// Lists of texts, where a text is no misfit.
    static let textLists: Set<String> = ["metadata.participants", "info.gameModeMutators"]

    static func decodeMatch(_ body: TestBody) throws -> [UInt8] {
        let match = try MatchDecoderTests.decode(body)
        let details = [match.challenges, match.missions].compactMap { $0.json(participants: match.participants.count) }
        return Array((MatchDecoderTests.extras(match) + details.joined()).utf8)
    }

    /// What would be written, as bytes: `jsonb` goes out as text.
    static func decodeTimeline(_ body: TestBody) throws -> [UInt8] {
        let timeline = try TimelineDecoderTests.decode(body)
        var writer = BinaryCopyWriter()
        timeline.frames.append(to: &writer, matchID: 1)
        timeline.appendEvents(to: &writer, matchID: 1)
        timeline.appendDamage(to: &writer, matchID: 1)
        return (timeline.extra.json ?? []) + writer.finish()
    }

    static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let text = Array(text.utf8)
        return bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, bytes.count >= text.count else { return false }
            var place = 0
            while let found = memchr(base + place, Int32(text[0]), bytes.count - place) {
                place = base.distance(to: found)
                if place + text.count > bytes.count { return false }
                if memcmp(base + place, text, text.count) == 0 { return true }
                place += 1
            }
            return false
        }
    }

    /// What came of all the bodies in which one field is not as it should be.
    struct Counts {
        var fields = 0, missing = 0, null = 0, wrongType = 0, refused = 0

        func report(_ kind: String) {
            print(
                "hostile \(kind): \(fields) fields; decoded without one \(missing), with null \(null), "
                    + "with another type \(wrongType); refused with a reason \(refused)"
            )
        }
    }

    static func check(
        _ original: TestBody,
        refusable: Set<String>,
        decode: (TestBody) throws -> [UInt8]
    ) -> Counts {
        var counts = Counts()
        for path in original.paths {
            let pattern = path.map { Int($0) == nil ? $0 : "#" }.joined(separator: ".")
            counts.fields += 1
            var body = original
            body[path[...]] = nil
            do {
                _ = try decode(body)
                counts.missing += 1
            } catch {
                #expect(refusable.contains(pattern), "without \(pattern): \(error)")
                counts.refused += 1
            }
            for misfit in misfits {
                body = original
                body[path[...]] = .raw(misfit.value)
                do {
                    let kept = try decode(body)
                    let isText = misfit.value.hasPrefix("[") && textLists.contains(pattern)
                    #expect(isText || contains(kept, misfit.kept), "\(pattern) = \(misfit.value) is lost")
                    if misfit.value == "null" { counts.null += 1 } else { counts.wrongType += 1 }
                } catch {
                    #expect(refusable.contains(pattern), "\(pattern) = \(misfit.value): \(error)")
                    counts.refused += 1
                }
            }
        }
        return counts
    }

    @Test func everyFieldOfAMatch() {
        let counts = Self.check(.match(players: 1), refusable: Self.refusedInMatches, decode: Self.decodeMatch)
        counts.report("match")
        #expect(counts.wrongType > 1500)
        #expect(counts.null > 300 && counts.missing > 300)
    }

    @Test func everyFieldOfATimeline() {
        let counts = Self.check(
            .timeline(players: 1, frames: 2),
            refusable: Self.refusedInTimelines,
            decode: Self.decodeTimeline
        )
        counts.report("timeline")
        #expect(counts.wrongType > 900)
        #expect(counts.null > 150 && counts.missing > 150)
    }

    @Test func textThatPostgreSQLCannotHoldIsMended() throws {
        var body = TestBody.match(players: 1)
        body["info.participants.0.riotIdGameName"] = .raw(#""a\u0000b""#)
        body["info.participants.0.summonerName"] = .raw(#""c\ud800d""#)
        body["info.participants.0.new\\u0000name"] = .raw(#"["x\u0000","\udc00\u0001\"\\"]"#)
        let match = try MatchDecoderTests.decode(body)
        let participant = match.participants[0]
        #expect(participant.row[ParticipantColumns.gameName].text == "a\u{FFFD}b")
        #expect(participant.extra.string == #"{"new\#u{FFFD}name":["x\#u{FFFD}","\#u{FFFD}\u0001\"\\"]}"#)
    }

    @Test func puuidsThatNoIndexHoldsAreKeptBeside() throws {
        let long = TestBody.raw("\"" + String(repeating: "z", count: 5000) + "\"")
        var body = TestBody.match(players: 2)
        body["info.participants.0.puuid"] = long
        body["info.participants.1.puuid"] = ""
        body["metadata.participants.1"] = long
        let match = try MatchDecoderTests.decode(body)
        #expect(match.participants.allSatisfy { $0.player == nil })
        #expect(match.participants[0].extra.string?.contains("zzz") == true)
        #expect(match.participants[1].extra.string == #"{"puuid":""}"#)
        #expect(match.listed == [.human(testPuuid(1)), nil])
        #expect(match.extra.string?.contains(#"{"metadata":{"participants":["xxx"#) == true)
    }
}
