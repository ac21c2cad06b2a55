import Postgres

/// Something that could not be fetched.
public struct FetchFailure: Sendable, Equatable {
    /// The kind of job: `match`, `timeline` or another word.
    public let kind: String
    /// The match id, or what else was to be fetched.
    public let subject: String
    /// HTTP status of the last answer.
    public let status: Int?
    /// How often it was tried.
    public let attempts: Int
    /// How often of that because its time for another try had come.
    public let retries: Int
    /// When it will be tried again, epoch milliseconds; nil when it will not.
    public let nextTryAt: Int64?
    /// When it failed first, epoch milliseconds.
    public let firstSeenAt: Int64
    /// When it failed last, epoch milliseconds.
    public let lastSeenAt: Int64
    /// Equal for failures of the same cause.
    public let fingerprint: String
    /// Why, in a sentence.
    public let reason: String
}

extension Storage {
    /// Failures, the last seen first, at most `limit`.
    public func fetchFailures(limit: Int) async throws -> [FetchFailure] {
        let rows = try await pool.query(
            """
            SELECT kind, subject, status, attempts, retries, next_try_at, first_seen_at, last_seen_at, fingerprint, reason
            FROM fetch_failure ORDER BY last_seen_at DESC, kind, subject LIMIT $1
            """,
            [.int(Int64(limit))]
        )
        return try rows.map { row in
            FetchFailure(
                kind: try row.string("kind"),
                subject: try row.string("subject"),
                status: try row.optionalInt("status"),
                attempts: try row.int("attempts"),
                retries: try row.int("retries"),
                nextTryAt: try row.optionalTimestampMilliseconds("next_try_at"),
                firstSeenAt: try row.timestampMilliseconds("first_seen_at"),
                lastSeenAt: try row.timestampMilliseconds("last_seen_at"),
                fingerprint: try row.string("fingerprint"),
                reason: try row.string("reason")
            )
        }
    }
}
