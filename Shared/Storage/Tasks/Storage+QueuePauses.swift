import Postgres

/// The lists of one kind in one lane.
public struct QueuePlace: Sendable, Hashable {
    /// `player`, `match` or `timeline`.
    public let kind: String
    /// A route of match-v5.
    public let lane: String

    /// Names the lists.
    public init(kind: String, lane: String) {
        self.kind = kind
        self.lane = lane
    }
}

/// Pauses of the queue: PostgreSQL is their truth, because Redis may be emptied at any time.
extension Storage {
    /// What is paused, and since when in epoch milliseconds.
    public func queuePauses() async throws -> [QueuePlace: Int64] {
        try Self.pauses(try await pool.query(Self.pausesQuery))
    }

    /// Pauses places; returns how many were not paused before.
    public func pauseQueue(_ places: Set<QueuePlace>) async throws -> Int {
        try await pool.query(
            """
            INSERT INTO queue_pause (kind, lane) SELECT p.kind, p.lane FROM unnest($1::text[], $2::text[]) p (kind, lane)
            ORDER BY p.kind, p.lane ON CONFLICT DO NOTHING
            """,
            Self.parameters(places)
        ).affectedRows
    }

    /// Ends pauses; returns how many there were.
    public func resumeQueue(_ places: Set<QueuePlace>) async throws -> Int {
        try await pool.query(
            """
            DELETE FROM queue_pause q USING unnest($1::text[], $2::text[]) p (kind, lane)
            WHERE q.kind = p.kind AND q.lane = p.lane
            """,
            Self.parameters(places)
        ).affectedRows
    }

    /// Hands the pauses to `body`, one caller at a time in all processes: what it writes elsewhere is never older than
    /// what somebody wrote there before.
    ///
    /// - Throws: `PostgresError` when another caller keeps it waiting for more than ten seconds; what `body` throws.
    public func withSettledPauses(_ body: (Set<QueuePlace>) async throws -> Void) async throws {
        try await pool.withTransaction { connection in
            _ = try await connection.query("SELECT pg_advisory_xact_lock($1)", [.int(AdvisoryLock.pauses.rawValue)])
            try await body(Set(try Self.pauses(try await connection.query(Self.pausesQuery)).keys))
        }
    }

    private static let pausesQuery: SQL = "SELECT kind, lane, paused_at FROM queue_pause"

    private static func pauses(_ rows: PostgresRows) throws(PostgresError) -> [QueuePlace: Int64] {
        var pauses: [QueuePlace: Int64] = [:]
        for row in rows {
            let place = QueuePlace(kind: try row.string("kind"), lane: try row.string("lane"))
            pauses[place] = try row.timestampMilliseconds("paused_at")
        }
        return pauses
    }

    private static func parameters(_ places: Set<QueuePlace>) -> [PostgresParameter] {
        let places = places.sorted { ($0.kind, $0.lane) < ($1.kind, $1.lane) }
        return [.textArray(places.map(\.kind)), .textArray(places.map(\.lane))]
    }
}
