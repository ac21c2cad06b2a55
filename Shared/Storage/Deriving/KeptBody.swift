import Postgres
import RiotModels

/// A body of `raw_body`, locked until the end of the transaction together with its match's key.
///
/// So it cannot be removed meanwhile, and whoever stores or derives the same match waits or passes by.
struct KeptBody: Sendable {
    /// How long it may take to find the next bodies: those that are up to date are walked over.
    static let timeout: Duration = .seconds(600)

    let key: Int32
    let body: Body
    /// Epoch milliseconds.
    let receivedAt: Int64
    /// Its hash is the one that it was received with.
    let isWhole: Bool

    /// The next bodies whose rows an older parser made, or nobody; without those that the parser has refused before.
    ///
    /// Bodies that somebody else has locked are left out.
    /// - Parameter last: the key after which to look.
    static func outdated(
        _ kind: FetchKind,
        version: Int16,
        after last: Int32,
        limit: Int,
        on connection: PostgresConnection
    ) async throws -> [KeptBody] {
        try await connection.query(
            kind == .match ? outdatedMatches : outdatedTimelines,
            [.int(Int64(last)), .int(Int64(limit)), .int(Int64(version))],
            timeout: timeout
        ).map { try KeptBody($0, kind) }
    }

    /// The next bodies, whatever parser made their rows; waits for those that somebody else has locked.
    static func any(
        _ kind: FetchKind,
        after last: Int32,
        limit: Int,
        on connection: PostgresConnection
    ) async throws -> [KeptBody] {
        try await connection.query(
            anyQuery,
            [.int(Int64(last)), .int(Int64(limit)), .text(kind.rawValue)],
            timeout: timeout
        ).map { try KeptBody($0, kind) }
    }

    /// The body of one match, if it is there.
    static func lock(_ kind: FetchKind, _ key: Int32, on connection: PostgresConnection) async throws -> [KeptBody] {
        try await any(kind, after: key - 1, limit: 1, on: connection).filter { $0.key == key }
    }

    private init(_ row: PostgresRow, _ kind: FetchKind) throws {
        key = Int32(clamping: try row.int("match_id"))
        body = Body(
            kind: kind,
            id: try MatchID(try row.string("riot_id")),
            bytes: try row.bytes("bytes"),
            isGzip: try row.string("encoding") == "gzip"
        )
        receivedAt = try row.timestampMilliseconds("received_at")
        isWhole = try row.bool("is_whole")
    }

    private static let columns = """
        b.match_id, k.riot_id, b.encoding, b.received_at, b.bytes, sha256(b.bytes) = b.sha256 AS is_whole
        """

    private static let outdatedMatches = outdatedQuery(
        kind: .match,
        rows: "match",
        key: "id"
    )
    private static let outdatedTimelines = outdatedQuery(
        kind: .timeline,
        rows: "timeline",
        key: "match_id"
    )

    private static func outdatedQuery(kind: FetchKind, rows: String, key: String) -> SQL {
        SQL(
            trusted: """
                SELECT \(columns)
                FROM raw_body b
                JOIN match_key k ON k.id = b.match_id
                LEFT JOIN \(rows) r ON r.\(key) = b.match_id
                WHERE b.kind = '\(kind.rawValue)' AND b.match_id > $1
                    AND (r.parser_version IS NULL OR r.parser_version < $3)
                    AND NOT EXISTS (
                        SELECT 1 FROM rejected_body x
                        WHERE x.riot_id = k.riot_id AND x.kind = b.kind AND x.parser_version >= $3)
                ORDER BY b.match_id LIMIT $2
                FOR NO KEY UPDATE OF k, b SKIP LOCKED
                """
        )
    }

    private static let anyQuery = SQL(
        trusted: """
            SELECT \(columns)
            FROM raw_body b JOIN match_key k ON k.id = b.match_id
            WHERE b.kind = $3 AND b.match_id > $1
            ORDER BY b.match_id LIMIT $2
            FOR NO KEY UPDATE OF k, b
            """
    )
}
