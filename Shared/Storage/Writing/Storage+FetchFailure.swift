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
    /// Keeps that something could not be fetched; a second time counts up.
    ///
    /// It is forgotten when the thing is stored.
    /// - Parameter nextTryAt: epoch milliseconds; nil when it will not be tried again.
    public func recordFetchFailure(
        kind: String,
        subject: String,
        status: Int?,
        reason: String,
        nextTryAt: Int64?
    ) async throws {
        _ = try await pool.query(
            """
            INSERT INTO fetch_failure (kind, subject, status, reason, next_try_at, fingerprint)
            VALUES ($1, $2, $3, $4, $5,
                md5(coalesce($3::integer::text, '-') || ' ' || regexp_replace($4, '[0-9]+', '#', 'g')))
            ON CONFLICT (kind, subject) DO UPDATE SET
                status = excluded.status, reason = excluded.reason, next_try_at = excluded.next_try_at,
                fingerprint = excluded.fingerprint, last_seen_at = now(), attempts = fetch_failure.attempts + 1
            """,
            [
                .text(kind), .text(subject), PostgresParameter(status), .text(reason),
                PostgresParameter(timestampMilliseconds: nextTryAt),
            ]
        )
    }

    /// Failures, the last seen first, at most `limit`.
    public func fetchFailures(limit: Int) async throws -> [FetchFailure] {
        let rows = try await pool.query(
            "SELECT * FROM fetch_failure ORDER BY last_seen_at DESC, kind, subject LIMIT $1",
            [.int(Int64(limit))]
        )
        return try rows.map { row in
            FetchFailure(
                kind: try row.string("kind"),
                subject: try row.string("subject"),
                status: try row.optionalInt("status"),
                attempts: try row.int("attempts"),
                nextTryAt: try row.optionalTimestampMilliseconds("next_try_at"),
                firstSeenAt: try row.timestampMilliseconds("first_seen_at"),
                lastSeenAt: try row.timestampMilliseconds("last_seen_at"),
                fingerprint: try row.string("fingerprint"),
                reason: try row.string("reason")
            )
        }
    }
}
