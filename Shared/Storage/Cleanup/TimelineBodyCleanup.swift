import Postgres

/// Timelines as received, where the present decoder has made the rows and the match began so many days ago.
///
/// The rows stay. They cannot be derived again then, which `timeline.body_gone` tells.
struct TimelineBodyCleanup: CleanupStep {
    /// Bodies in one transaction.
    static let batch = 200

    let days: Int
    private var last: Int64 = 0

    init(days: Int) { self.days = days }

    func found(_ connection: PostgresConnection) async throws -> CleanupAmount {
        try CleanupAmount(
            try await connection.query(
                Self.count,
                [.int(Int64(days)), .int(Int64(Storage.parserVersion))],
                timeout: CleanupRun.timeout
            )
        )
    }

    mutating func removeBatch(_ connection: PostgresConnection) async throws -> CleanupAmount? {
        let rows = try await connection.query(
            Self.remove,
            [.int(Int64(days)), .int(Int64(Storage.parserVersion)), .int(last), .int(Int64(Self.batch))],
            timeout: CleanupRun.timeout
        )
        guard let next = try rows.first?.optionalInt64("last") else { return nil }
        last = next
        return try CleanupAmount(rows)
    }

    private static let due = """
        FROM raw_body b JOIN timeline t ON t.match_id = b.match_id LEFT JOIN match m ON m.id = b.match_id
        WHERE b.kind = 'timeline' AND t.parser_version = $2
            AND ($1::integer = 0 OR m.started_at < now() - make_interval(days => $1::integer))
        """

    private static let count = SQL(
        trusted: "SELECT count(*) AS things, 0 AS rows, coalesce(sum(octet_length(b.bytes)), 0)::bigint AS bytes \(due)"
    )

    private static let remove = SQL(
        trusted: """
            WITH due AS (SELECT b.match_id \(due) AND b.match_id > $3 ORDER BY b.match_id LIMIT $4 FOR UPDATE OF b),
            gone AS (
                DELETE FROM raw_body b USING due WHERE b.match_id = due.match_id AND b.kind = 'timeline'
                RETURNING octet_length(b.bytes) AS bytes),
            marked AS (UPDATE timeline t SET body_gone = 'cleanup' FROM due WHERE t.match_id = due.match_id)
            SELECT count(*) AS things, 0 AS rows, coalesce(sum(bytes), 0)::bigint AS bytes,
                (SELECT max(match_id) FROM due) AS last
            FROM gone
            """
    )
}
