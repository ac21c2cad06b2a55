import Postgres
public import RiotModels

/// Which of some matches are held.
public struct Holdings: Sendable, Equatable {
    /// Matches whose body is held.
    public var matches: Set<MatchID> = []
    /// Matches whose timeline is held; the match itself may be missing.
    public var timelines: Set<MatchID> = []
}

/// A body as it was received.
public struct RawBody: Sendable, Equatable {
    /// The bytes of the wire.
    public let bytes: [UInt8]
    /// They are gzip.
    public let isGzip: Bool
    /// SHA-256 of the bytes.
    public let sha256: [UInt8]
    /// When they came, epoch milliseconds.
    public let receivedAt: Int64
}

extension Storage {
    /// Which of `ids` are held.
    public func holdings(of ids: [MatchID]) async throws -> Holdings {
        let rows = try await pool.query(
            """
            SELECT k.riot_id, EXISTS (SELECT 1 FROM match m WHERE m.id = k.id) AS has_match,
                EXISTS (SELECT 1 FROM timeline t WHERE t.match_id = k.id) AS has_timeline
            FROM match_key k WHERE k.riot_id = ANY ($1::text[])
            """,
            [.textArray(ids.map(\.text))]
        )
        var holdings = Holdings()
        for row in rows {
            let id = try MatchID(try row.string("riot_id"))
            if try row.bool("has_match") { holdings.matches.insert(id) }
            if try row.bool("has_timeline") { holdings.timelines.insert(id) }
        }
        return holdings
    }

    /// Riot's body of a match or timeline, byte for byte; nil when it is not held.
    public func rawBody(_ id: MatchID, _ kind: FetchKind) async throws -> RawBody? {
        let rows = try await pool.query(
            """
            SELECT b.bytes, b.encoding, b.sha256, b.received_at
            FROM raw_body b JOIN match_key k ON k.id = b.match_id WHERE k.riot_id = $1 AND b.kind = $2
            """,
            [.text(id.text), .text(kind.rawValue)]
        )
        return try rows.first.map { row in
            RawBody(
                bytes: try row.bytes("bytes"),
                isGzip: try row.string("encoding") == "gzip",
                sha256: try row.bytes("sha256"),
                receivedAt: try row.timestampMilliseconds("received_at")
            )
        }
    }
}
