import Compression
import Postgres
import RiotModels

/// Bodies that could not be understood and hold a person: nobody knows their players, so they are searched.
///
/// One that cannot even be inflated goes too: nobody could say that he is not in it, and it can be fetched again.
struct RejectedBodies: Sendable {
    /// A body's key.
    struct Key: Sendable {
        let riotID: String
        let kind: String
    }

    /// Bodies read at a time.
    static let page = 4

    private let needles: [[UInt8]]

    init(puuid: String?, names: [String]) {
        needles = (puuid.map { [Array($0.utf8)] } ?? []) + names.map { Array("\"\($0)\"".utf8) }
    }

    /// Those that hold him.
    func find(_ storage: Storage) async throws -> [Key] {
        var found: [Key] = []
        var last = ("", "")
        while true {
            let rows = try await storage.pool.query(
                """
                SELECT riot_id, kind, bytes FROM rejected_body WHERE (riot_id, kind) > ($1, $2)
                ORDER BY riot_id, kind LIMIT $3
                """,
                [.text(last.0), .text(last.1), .int(Int64(Self.page))]
            )
            if rows.isEmpty { return found }
            for row in rows {
                last = (try row.string("riot_id"), try row.string("kind"))
                if Self.text(try row.bytes("bytes")).map(holdsHim) ?? true {
                    found.append(Key(riotID: last.0, kind: last.1))
                }
            }
        }
    }

    /// Removes those that hold him.
    func remove(_ storage: Storage) async throws -> Int {
        let found = try await find(storage)
        for key in found {
            _ = try await storage.pool.query(
                "DELETE FROM rejected_body WHERE riot_id = $1 AND kind = $2",
                [.text(key.riotID), .text(key.kind)]
            )
        }
        return found.count
    }

    private func holdsHim(_ text: [UInt8]) -> Bool { needles.contains { text.contains($0) } }

    /// The text of a body; nil when it cannot be inflated.
    static func text(_ bytes: [UInt8]) -> [UInt8]? {
        guard Gzip.isGzip(bytes) else { return bytes }
        return try? Gzip.inflate(bytes, limit: StorageLimits.bodyBytes)
    }
}

extension Storage {
    /// Bytes of a puuid as Riot writes it: letters, digits, `-` and `_`.
    private static let puuidLengths = 40...StorageLimits.puuidBytes
    /// Different words of one body that are looked at.
    private static let wordsLimit = 1_000

    /// Empties a refused body that was just written down if somebody who was erased is in it, or might be.
    ///
    /// After the writing: an erasure that begins later finds the body itself.
    func withholdRejected(_ body: Body) async throws {
        let erasures = try await pool.query("SELECT EXISTS (SELECT 1 FROM erasure WHERE kind = 'puuid') AS are_there")
        guard try erasures.first?.bool("are_there") == true else { return }
        if let text = body.text ?? RejectedBodies.text(body.bytes) {
            let rows = try await pool.query(
                """
                SELECT EXISTS (
                    SELECT 1 FROM unnest($2::text[]) AS w (word) JOIN erasure e ON e.hash = erasure_hash($1, 'puuid', w.word)
                    WHERE e.key_scope = $1 AND e.kind = 'puuid') AS is_in
                """,
                [.text(keyScope), .textArray(Array(Self.words(in: text)))]
            )
            guard try rows.first?.bool("is_in") == true else { return }
        }
        _ = try await pool.query(
            """
            UPDATE rejected_body SET bytes = '', reason = reason || ' (withheld: an erased player is in it)'
            WHERE riot_id = $1 AND kind = $2
            """,
            [.text(body.id.text), .text(body.kind.rawValue)]
        )
    }

    /// What could be a puuid.
    private static func words(in text: [UInt8]) -> Set<String> {
        var words: Set<String> = []
        var start: Int?
        for (place, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                if start == nil { start = place }
            default:
                if let first = start, puuidLengths.contains(place - first), words.count < wordsLimit {
                    words.insert(String(decoding: text[first..<place], as: UTF8.self))
                }
                start = nil
            }
        }
        return words
    }
}
