import Postgres
import RiotModels

/// A body and the key that it is kept under.
struct KeyedBody: Sendable {
    let key: Int32
    let body: Body
    /// Epoch milliseconds.
    let receivedAt: Int64
}

/// Keeps bodies as they came, and forgets that they were missing or refused before.
enum RawBodies {
    static func write(
        _ bodies: [KeyedBody],
        of kind: FetchKind,
        on connection: PostgresConnection
    ) async throws(PostgresError) {
        if bodies.isEmpty { return }
        _ = try await connection.query(
            query,
            [
                .text(kind.rawValue), .intArray(bodies.map { Int64($0.key) }),
                .textArray(bodies.map(\.body.encoding)), .timestampArray(milliseconds: bodies.map(\.receivedAt)),
                .bytesArray(bodies.map(\.body.bytes)), .textArray(bodies.map(\.body.id.text)),
            ]
        )
    }

    private static let query: SQL = """
        WITH failure AS (
            DELETE FROM fetch_failure WHERE kind = $1 AND subject = ANY ($6::text[])
        ), rejection AS (
            DELETE FROM rejected_body WHERE kind = $1 AND riot_id = ANY ($6::text[])
        )
        INSERT INTO raw_body (match_id, kind, encoding, received_at, sha256, bytes)
        SELECT b.match_id, $1, b.encoding, b.received_at, sha256(b.bytes), b.bytes
        FROM unnest($2::integer[], $3::text[], $4::timestamptz[], $5::bytea[])
            AS b (match_id, encoding, received_at, bytes)
        """
}
