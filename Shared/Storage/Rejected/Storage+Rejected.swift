import Postgres
public import RiotModels

extension Storage {
    /// Rejected bodies in the order of their kind and id, at most `limit`, after one of them.
    public func rejectedBodies(limit: Int, after last: RejectedBody? = nil) async throws -> [RejectedBody] {
        try await pool.query(
            Self.rejectedQuery,
            [
                .int(Int64(limit)), PostgresParameter(last?.kind.rawValue), PostgresParameter(last?.id.text), .null,
            ]
        ).map(Self.rejectedBody)
    }

    /// What is rejected of one match: nothing, its body, its timeline or both.
    public func rejectedBodies(of id: MatchID) async throws -> [RejectedBody] {
        try await pool.query(Self.rejectedQuery, [.int(2), .null, .null, .text(id.text)]).map(Self.rejectedBody)
    }

    /// How many bodies of each kind are rejected.
    public func rejectedCounts() async throws -> [FetchKind: Int] {
        var counts = Dictionary(uniqueKeysWithValues: FetchKind.allCases.map { ($0, 0) })
        for row in try await pool.query("SELECT kind, count(*) AS n FROM rejected_body GROUP BY kind") {
            if let kind = FetchKind(rawValue: try row.string("kind")) { counts[kind] = try row.int("n") }
        }
        return counts
    }

    /// The bytes of a rejected body as they were received, wherever they are kept; nil when there are none.
    public func rejectedBytes(_ kind: FetchKind, _ id: MatchID) async throws -> RawBody? {
        let rows = try await pool.query(
            "SELECT encoding, sha256, bytes, last_seen_at FROM rejected_body WHERE kind = $1 AND riot_id = $2",
            [.text(kind.rawValue), .text(id.text)]
        )
        guard let row = rows.first else { return nil }
        guard let bytes = try row.optionalBytes("bytes") else { return try await rawBody(id, kind) }
        return RawBody(
            bytes: bytes,
            isGzip: try row.string("encoding") == "gzip",
            sha256: try row.bytes("sha256"),
            receivedAt: try row.timestampMilliseconds("last_seen_at")
        )
    }

    private static func rejectedBody(_ row: PostgresRow) throws -> RejectedBody {
        guard let kind = FetchKind(rawValue: try row.string("kind")) else {
            throw PostgresError.unexpectedResult("a rejected body is of no known kind")
        }
        return RejectedBody(
            kind: kind,
            id: try MatchID(try row.string("riot_id")),
            parserVersion: try row.int("parser_version"),
            attempts: try row.int("attempts"),
            firstSeenAt: try row.timestampMilliseconds("first_seen_at"),
            lastSeenAt: try row.timestampMilliseconds("last_seen_at"),
            reason: try row.string("reason"),
            place: try row.string("place"),
            isHeld: try row.bool("is_held"),
            byteCount: try row.int("byte_count"),
            tasks: try row.int("tasks")
        )
    }

    private static let rejectedQuery: SQL = """
        SELECT r.kind, r.riot_id, r.parser_version, r.attempts, r.first_seen_at, r.last_seen_at, r.reason, r.place,
            r.bytes IS NULL AS is_held,
            coalesce(length(r.bytes), (
                SELECT length(b.bytes) FROM raw_body b JOIN match_key k ON k.id = b.match_id
                WHERE k.riot_id = r.riot_id AND b.kind = r.kind), 0) AS byte_count,
            (SELECT count(*) FROM sync_item i
             WHERE i.match_id = r.riot_id AND (i.match_state = 'failed' OR i.timeline_state = 'failed')
                AND CASE r.kind WHEN 'match' THEN i.match_state ELSE i.timeline_state END = 'failed') AS tasks
        FROM rejected_body r
        WHERE ($2::text IS NULL OR (r.kind, r.riot_id) > ($2 COLLATE "C", $3 COLLATE "C"))
            AND ($4::text IS NULL OR r.riot_id = $4)
        ORDER BY r.kind, r.riot_id LIMIT $1
        """
}
