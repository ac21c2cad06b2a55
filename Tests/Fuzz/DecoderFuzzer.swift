import CSimdjson
import Compression
import Foundation
import JSON
import Postgres
import RiotModels

@testable import Storage

/// What libFuzzer calls: bytes are decoded as a body and the rows are written as they would go to PostgreSQL.
///
/// The first byte says what the rest is: bit 0 a timeline instead of a match, bit 1 gzipped, bit 2 parsed in the memory
/// that the thread kept from the input before. A crash, a trap of Swift, a report of AddressSanitizer and a broken
/// promise about the rows all end the program and keep the input.
enum DecoderFuzzer {
    /// Bits of an input's first byte.
    static let timelineBit: UInt8 = 1
    static let gzipBit: UInt8 = 2
    static let keptMemoryBit: UInt8 = 4

    /// The match that every body is asked for unless it names another one.
    static let usualID = "NA1_5000000001"

    static func run(_ input: UnsafeBufferPointer<UInt8>) {
        guard let head = input.first else { return }
        // In memory of the right size AddressSanitizer sees a read beyond the text; in older memory it cannot.
        if head & keptMemoryBit == 0 { csimdjson_document_free(csimdjson_document_borrow()) }
        let bytes = Array(input.dropFirst())
        let body = Body(
            kind: head & timelineBit == 0 ? .match : .timeline,
            id: id(in: bytes),
            bytes: bytes,
            isGzip: head & gzipBit != 0
        )
        do {
            switch body.kind {
            case .match: check(try MatchDecoder.decode(body))
            case .timeline: check(try TimelineDecoder.decode(body))
            }
        } catch {
            precondition(!error.reason.isEmpty && !error.place.isEmpty, "a body is refused without a reason")
        }
    }

    /// The id that the body itself names, so that recorded bodies get past the check of it.
    private static func id(in bytes: [UInt8]) -> MatchID {
        let name = Array(#""matchId":""#.utf8)
        let text =
            bytes.prefix(512).firstRange(of: name).map { range in
                String(
                    decoding: bytes[range.upperBound...].prefix(24).prefix { $0 != UInt8(ascii: "\"") },
                    as: UTF8.self
                )
            } ?? usualID
        guard let id = (try? MatchID(text)) ?? (try? MatchID(usualID)) else { preconditionFailure("no match id") }
        return id
    }

    // MARK: Rows

    private static func check(_ match: DecodedMatch) {
        var writer = BinaryCopyWriter(capacity: 4096)
        for participant in match.participants {
            writer.beginRow(columns: ParticipantColumns.all.count + 2)
            writer.append(int16: participant.number)
            participant.row.append(to: &writer)
            writer.append(jsonb: participant.extra.json)
            check(participant.extra.json)
        }
        precondition(Set(match.participants.map(\.number)).count == match.participants.count, "a number is given twice")
        for team in match.teams {
            writer.beginRow(columns: TeamColumns.all.count + 3)
            team.row.append(to: &writer)
            writer.append(int32Array: team.bannedChampions)
            writer.append(int16Array: team.pickTurns)
            writer.append(jsonb: team.extra.json)
            check(team.extra.json)
        }
        precondition(writer.finish().count > 20)
        _ = match.info.cells.map(\.parameter)
        _ = (match.patch, match.startedAt, match.rowCounts)
        check(match.extra.json)
        check(match.challenges.json(participants: match.participants.count).map { Array($0.utf8) })
        check(match.missions.json(participants: match.participants.count).map { Array($0.utf8) })
    }

    private static func check(_ timeline: DecodedTimeline) {
        precondition(timeline.frameTimestamps.count == timeline.firstEvents.count)
        precondition(timeline.events.reduce(0) { $0 + $1.count } == timeline.eventCount, "an event has no row")
        var writer = BinaryCopyWriter(capacity: 4096)
        timeline.frames.append(to: &writer, matchID: 1)
        _ = writer.finish()
        timeline.appendEvents(to: &writer, matchID: 1)
        _ = writer.finish()
        timeline.appendDamage(to: &writer, matchID: 1)
        _ = writer.finish()
        _ = timeline.info.cells.map(\.parameter)
        _ = timeline.rowCounts
        check(timeline.extra.json)
    }

    /// What goes into a `jsonb` column is JSON, and holds no NUL character.
    private static func check(_ json: [UInt8]?) {
        guard let json else { return }
        precondition((try? JSONDocument(parsing: json, depthLimit: 512)) != nil, "an extra column is not JSON")
        precondition(!holdsNUL(json), "an extra column holds NUL")
    }

    /// Whether JSON holds an escaped NUL; behind an escaped backslash the same letters are only text.
    private static func holdsNUL(_ json: [UInt8]) -> Bool {
        let backslash = UInt8(ascii: "\\")
        var rest = json[...]
        while let place = rest.firstIndex(of: backslash) {
            rest = rest[(place + 1)...]
            if rest.starts(with: Array("u0000".utf8)) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    DecoderFuzzer.run(UnsafeBufferPointer(start: data, count: size))
    return 0
}

/// Before anything is read: writes the seeds into the folders that the environment names.
@_cdecl("LLVMFuzzerInitialize")
func initializeFuzzer(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    let environment = ProcessInfo.processInfo.environment
    do {
        if let folder = environment["FUZZ_SMALL_SEEDS"] { try FuzzSeeds.write(FuzzSeeds.small, to: folder) }
        if let folder = environment["FUZZ_LARGE_SEEDS"] { try FuzzSeeds.write(FuzzSeeds.large, to: folder) }
    } catch {
        print("The seeds cannot be written: \(error)")
        return 1
    }
    return 0
}
