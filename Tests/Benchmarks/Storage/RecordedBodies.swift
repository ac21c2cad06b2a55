import FoundationEssentials
import RiotModels
import Storage

/// Bodies in files, `matches/ID.json.gz` and `timelines/ID.json.gz`.
struct RecordedBodies: Sendable {
    /// When all of them were received, epoch milliseconds; the plain program has the same.
    static let receivedAt: Int64 = 1_760_000_000_123

    private let directory: String
    /// Matches that have a body of either kind, in the order of their ids.
    private let ids: [MatchID]
    private let present: [FetchKind: Set<MatchID>]

    init(directory: String) throws {
        self.directory = directory
        var present: [FetchKind: Set<MatchID>] = [:]
        for kind in FetchKind.allCases {
            let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder(directory, kind))
            present[kind] = Set(try names.map { try MatchID(String($0.prefix { $0 != "." })) })
        }
        self.present = present
        ids = present.values.reduce(into: Set()) { $0.formUnion($1) }.sorted { $0.text < $1.text }
    }

    /// Stores everything as workers do, `tasks` at a time, each a match and then its timeline; returns how many bodies.
    func store(matches: Storage, timelines: Storage, tasks: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, id) in ids.enumerated() {
                if place >= tasks { try await group.next() }
                group.addTask { try await store(id, matches, timelines) }
            }
            try await group.waitForAll()
        }
        return present.values.reduce(0) { $0 + $1.count }
    }

    private func store(_ id: MatchID, _ matches: Storage, _ timelines: Storage) async throws {
        if let body = try body(id, .match) {
            let stored = try await matches.storeMatch(id, body: body, isGzip: true, receivedAt: Self.receivedAt)
            guard stored.outcome == .stored else { throw BenchmarkFailed(message: "\(id) was there before") }
        }
        if let body = try body(id, .timeline) {
            let stored = try await timelines.storeTimeline(id, body: body, isGzip: true, receivedAt: Self.receivedAt)
            guard stored.outcome == .stored else { throw BenchmarkFailed(message: "\(id) was there before") }
        }
    }

    /// Only inflates and decodes everything; returns how many bodies there were and the CPU seconds of it.
    func decode() throws -> (count: Int, seconds: Double) {
        var count = 0
        var seconds = 0.0
        for id in ids {
            for kind in FetchKind.allCases {
                guard let body = try body(id, kind) else { continue }
                let before = processSeconds()
                _ = try Storage.rowCounts(of: kind, id, body: body, isGzip: true)
                seconds += processSeconds() - before
                count += 1
            }
        }
        return (count, seconds)
    }

    private func body(_ id: MatchID, _ kind: FetchKind) throws -> [UInt8]? {
        guard present[kind]?.contains(id) == true else { return nil }
        let path = "\(Self.folder(directory, kind))/\(id.text).json.gz"
        return Array(try Data(contentsOf: URL(filePath: path)))
    }

    private static func folder(_ directory: String, _ kind: FetchKind) -> String {
        "\(directory)/\(kind == .match ? "matches" : "timelines")"
    }
}
