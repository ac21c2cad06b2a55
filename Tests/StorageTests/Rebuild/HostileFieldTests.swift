import Postgres
import RiotModels
import Testing

@testable import Storage

/// Every field of a match and a timeline, one at a time, missing, null and of a wrong type, through PostgreSQL: the rows
/// give the body back, or it is in `rejected_body` as it came.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct HostileFieldTests {
    /// Values of a wrong type, of which each field gets the next one.
    static let wrongTypes = [
        #"{"\u2603":1}"#, #"["\u2603"]"#, "98765432109876543210", "1e999", "-0.1234567890123", #""☃""#, "true", "{}",
        "[]",
        "[null]", #""""#, "2147483648", "1.00000000000000000001", "9007199254740993", "-0", "1e3", #""\u0000\ud800""#,
    ]

    /// Names that are in every row, so that a body without them gets them.
    static let invented: [String: String] = [
        "info.participants.#.participantId": "the key of the row, where Riot left it out",
        "info.frames.#.events": "an event that is not there makes no row: none is an empty list",
        "info.frames.#.participantFrames.#.participantId": "the name of the frame in its map, which Riot repeats",
    ]

    struct Change: Sendable {
        let name: String
        let body: TestBody
    }

    static func changes(of original: TestBody) -> [Change] {
        original.paths.enumerated().flatMap { number, path in
            let values: [TestBody?] = [
                nil, .raw("null"), .raw(wrongTypes[number % wrongTypes.count]),
            ]
            return values.map { value in
                var body = original
                body[path[...]] = value
                return Change(
                    name: "\(path.joined(separator: ".")) = \(value?.text ?? "nothing")",
                    body: body
                )
            }
        }
    }

    struct Counts {
        var rebuilt = 0, refused = 0, values = 0
        var invented: Set<String> = []
    }

    static func check(
        _ kind: FetchKind,
        _ original: (String) -> TestBody,
        in storage: Storage
    ) async throws -> Counts {
        var counts = Counts()
        let changes = changes(of: original("NA1_1"))
        for (number, change) in changes.enumerated() {
            let id = try MatchID("NA1_\(6_000_000_000 + number)")
            var body = change.body
            if body["metadata.matchId"]?.text == "\"NA1_1\"" { body["metadata.matchId"] = .raw("\"\(id)\"") }
            let bytes = body.bytes
            do {
                let outcome = try await RebuildTests.rebuild(kind, id, body: bytes, isGzip: false, in: storage)
                for difference in outcome.differences {
                    let isInvented = difference.expected == nil && invented[difference.pattern] != nil
                    #expect(isInvented, "\(change.name): \(difference)")
                    counts.invented.insert(difference.pattern)
                }
                counts.rebuilt += 1
                counts.values += outcome.values
            } catch let rejection as BodyRejection {
                #expect(try await storage.rejected(id, kind) == Rejected(rejection, bytes), "\(change.name)")
                counts.refused += 1
            }
        }
        return counts
    }

    @Test func everyFieldOfAMatchIsRebuiltOrRefused() async throws {
        try await withStorage(logger: RecordingLog().logger) { storage in
            let counts = try await Self.check(.match, { .match($0, players: 1) }, in: storage)
            print(
                "hostile match through PostgreSQL: \(counts.rebuilt) rebuilt with \(counts.values) values, "
                    + "\(counts.refused) refused and kept; beyond the body: \(counts.invented.sorted())"
            )
            #expect(counts.rebuilt > 900 && counts.refused > 10)
        }
    }

    @Test func everyFieldOfATimelineIsRebuiltOrRefused() async throws {
        try await withStorage(logger: RecordingLog().logger) { storage in
            let counts = try await Self.check(.timeline, { .timeline($0, players: 1, frames: 2) }, in: storage)
            print(
                "hostile timeline through PostgreSQL: \(counts.rebuilt) rebuilt with \(counts.values) values, "
                    + "\(counts.refused) refused and kept; beyond the body: \(counts.invented.sorted())"
            )
            #expect(counts.rebuilt > 600 && counts.refused > 10)
        }
    }
}

/// A row of `rejected_body`.
struct Rejected: Equatable {
    let reason: String
    let place: String
    let bytes: [UInt8]

    init(reason: String, place: String, bytes: [UInt8]) {
        (self.reason, self.place, self.bytes) = (reason, place, bytes)
    }

    init(_ rejection: BodyRejection, _ bytes: [UInt8]) {
        self.init(reason: rejection.reason, place: rejection.place, bytes: bytes)
    }
}

extension Storage {
    /// What is kept of a body that was refused; nil when it was not.
    func rejected(_ id: MatchID, _ kind: FetchKind) async throws -> Rejected? {
        let rows = try await pool.query(
            "SELECT reason, place, bytes FROM rejected_body WHERE riot_id = $1 AND kind = $2",
            [.text(id.text), .text(kind.rawValue)]
        )
        return try rows.first.map {
            Rejected(reason: try $0.string("reason"), place: try $0.string("place"), bytes: try $0.bytes("bytes"))
        }
    }
}
