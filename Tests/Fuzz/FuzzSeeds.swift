import Compression
import Foundation

@testable import Storage

/// Bodies that fuzzing begins with: those of the decoders' own tests, whole and in parts that fit a small input.
enum FuzzSeeds {
    /// Members of a participant or a frame in one small seed.
    private static let membersPerSeed = 24

    /// Each of at most about 4 KiB.
    static var small: [[UInt8]] {
        let match = TestBody.match(players: 1)
        let timeline = TestBody.timeline(players: 1, frames: 2)
        var matches = parts(of: match, at: "info.participants.0").map { $0.changing("info.teams", to: .array([])) }
        matches.append(match.changing("info.participants", to: .array([.members(["participantId": 0])])))
        let noEvents = timeline.changing("info.frames.1.events", to: .array([]))
        var timelines = ["", ".championStats", ".damageStats"].flatMap { part in
            parts(of: noEvents, at: "info.frames.1.participantFrames.1\(part)").map {
                $0.changing("info.frames.0", to: nil)
            }
        }
        timelines += TestBody.events.map { event in
            timeline.changing("info.frames", to: .array([.members(["timestamp": 1, "events": .array([event])])]))
        }
        return inputs(matches, timelines)
    }

    /// Of the size of real bodies, and those of Arena.
    static var large: [[UInt8]] {
        var timeline = TestBody.timeline(players: 10, frames: 36)
        for frame in 2..<36 {
            timeline["info.frames.\(frame).events"] = .array(Array(repeating: TestBody.events, count: 8).flatMap { $0 })
        }
        return inputs([.match(players: 10), .match(players: 18)], [timeline, .timeline(players: 18, frames: 20)])
    }

    static func write(_ inputs: [[UInt8]], to folder: String) throws {
        for (number, input) in inputs.enumerated() {
            try Data(input).write(to: URL(filePath: "\(folder)/seed-\(number)"))
        }
    }

    /// The body with only some members of the object at `path`, for each part of them.
    private static func parts(of body: TestBody, at path: String) -> [TestBody] {
        guard case .object(let members) = body[path] else { return [] }
        return stride(from: 0, to: members.count, by: membersPerSeed).map { first in
            body.changing(path, to: .object(Array(members[first..<min(first + membersPerSeed, members.count)])))
        }
    }

    /// Every body plain, and the first of each kind gzipped.
    private static func inputs(_ matches: [TestBody], _ timelines: [TestBody]) -> [[UInt8]] {
        let plain = matches.map { [0] + $0.bytes } + timelines.map { [DecoderFuzzer.timelineBit] + $0.bytes }
        let zipped = [plain[0], plain[matches.count]].map { input in
            [input[0] | DecoderFuzzer.gzipBit] + Gzip.deflate(Array(input.dropFirst()))
        }
        return plain + zipped
    }
}
