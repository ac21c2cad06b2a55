import Foundation
import RiotModels
import Testing

@testable import Storage

/// Recorded bodies, which are not part of the project: `RIFTSYNC_SAMPLES`, or a folder beside the package.
struct Samples: Sendable {
    struct Sample: Sendable {
        let kind: FetchKind
        let id: MatchID
        let bytes: [UInt8]
    }

    let folder: String
    let all: [Sample]

    /// Nil when they are not here.
    static let folder: String? = {
        let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/riot/samples").path
        let candidates = [ProcessInfo.processInfo.environment["RIFTSYNC_SAMPLES"], beside].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/matches") }
    }()

    init() throws {
        let folder = try #require(Self.folder)
        self.folder = folder
        all = try FetchKind.allCases.flatMap { kind in
            let path = "\(folder)/\(kind == .match ? "matches" : "timelines")"
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { name in
                Sample(
                    kind: kind,
                    id: try MatchID(String(name.prefix { $0 != "." })),
                    bytes: Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
                )
            }
        }
    }

    /// Those whose match and timeline are both there.
    var complete: [Sample] {
        let ids = { (kind: FetchKind) in Set(all.filter { $0.kind == kind }.map(\.id)) }
        let both = ids(.match).intersection(ids(.timeline))
        return all.filter { both.contains($0.id) }
    }

    /// What an independent program counts and sums in the same files.
    func expectations() async throws -> Expectations {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Expectations/sums.py").path
        let output = FileManager.default.temporaryDirectory.appending(path: "riftsync-sums-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: output) }
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, folder]
        process.standardOutput = try FileHandle(forWritingTo: output)
        let status = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(status == 0, "\(script) failed")
        return try JSONDecoder().decode(Expectations.self, from: Data(contentsOf: output))
    }
}

/// The answer of `sums.py`.
struct Expectations: Decodable, Sendable {
    struct Sum: Decodable, Sendable, Equatable {
        var n: Int
        var sum: Double

        static func + (one: Sum, other: Sum) -> Sum { Sum(n: one.n + other.n, sum: one.sum + other.sum) }
        static let nothing = Sum(n: 0, sum: 0)

        /// Sums of fractions differ in the last digits by the order of the addition.
        func isAbout(_ other: Sum) -> Bool { n == other.n && abs(sum - other.sum) <= 1e-9 * max(1, abs(sum)) }
    }

    struct Match: Decodable, Sendable, Equatable {
        var participants, bots, listed, teams, gold, kills, damage, experience, started: Int
    }

    struct Timeline: Decodable, Sendable, Equatable {
        var frames, participantFrames, gold, experience: Int
        var events: [String: Int]

        enum CodingKeys: String, CodingKey {
            case frames, gold, experience, events
            case participantFrames = "participant frames"
        }
    }

    struct Matches: Decodable, Sendable {
        let each: [String: Match]
        let participants, teams, perks, challenges: [String: Sum]
    }

    struct Timelines: Decodable, Sendable {
        let each: [String: Timeline]
        let frames, events, damage: [String: Sum]
    }

    let matches: Matches
    let timelines: Timelines
}
