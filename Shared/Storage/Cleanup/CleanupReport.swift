import Postgres

/// How much old data there is, or has gone.
public struct CleanupAmount: Sendable, Equatable {
    /// Tasks, bodies, names, games or accounts.
    public var things = 0
    /// Rows that hang on them: lines of ledgers and old records, former names, participants.
    public var rows = 0
    /// Bytes of raw bodies.
    public var bytes: Int64 = 0

    static func += (sum: inout CleanupAmount, more: CleanupAmount) {
        sum.things += more.things
        sum.rows += more.rows
        sum.bytes += more.bytes
    }
}

/// What one rule of a run found and removed.
public struct CleanupTally: Sendable, Equatable {
    /// The rule, `tasks:30`.
    public let rule: String
    /// What there was when the run began.
    public internal(set) var found = CleanupAmount()
    /// What has gone so far; nothing in a dry run.
    public internal(set) var removed = CleanupAmount()
}

/// A run of the clean-up.
public struct CleanupReport: Sendable, Equatable {
    /// How a run stands.
    public enum State: String, Sendable {
        /// It goes on.
        case running
        /// Nothing was left, or everything counted.
        case done
        /// It was told to stop, its time was over, or its process died; the next run goes on with the rest.
        case stopped
        /// The database refused something.
        case failed
    }

    /// The run's number.
    public let run: Int
    /// It only counted.
    public let isDryRun: Bool
    /// How it stands.
    public internal(set) var state: State
    /// Epoch milliseconds.
    public let startedAt: Int64
    /// Epoch milliseconds of the end; nil while it runs, and when its process died.
    public let finishedAt: Int64?
    /// Why it failed or stopped.
    public let error: String?
    /// One entry per rule, in the order of the work.
    public internal(set) var tallies: [CleanupTally]
}

/// A clean-up runs already; there is one at a time, whatever process runs it.
public struct CleanupIsRunning: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for people.
    public let description = "A clean-up runs already; there is one at a time."
}

extension Storage {
    /// The newest run of the clean-up, which may go on now; nil before the first.
    public func lastCleanup() async throws -> CleanupReport? {
        let rows = try await pool.query(Self.lastCleanupQuery, [.int(CleanupRun.lockKey)])
        guard let first = rows.first else { return nil }
        guard let state = CleanupReport.State(rawValue: try first.string("state")) else {
            throw PostgresError.unexpectedResult("a cleanup_run row that this version does not understand")
        }
        return CleanupReport(
            run: try first.int("id"),
            isDryRun: try first.bool("dry_run"),
            state: try state == .running && !first.bool("is_alive") ? .stopped : state,
            startedAt: try first.timestampMilliseconds("started_at"),
            finishedAt: try first.optionalTimestampMilliseconds("finished_at"),
            error: try first.optionalString("error"),
            tallies: try rows.compactMap { row in
                try row.optionalString("rule").map { rule in
                    CleanupTally(
                        rule: rule,
                        found: try CleanupAmount(row, "found"),
                        removed: try CleanupAmount(row, "removed")
                    )
                }
            }
        )
    }

    /// A process that died leaves its row as running; the lock of its session is gone with it.
    private static let lastCleanupQuery: SQL = """
        SELECT r.*, t.*, EXISTS (
            SELECT 1 FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND l.classid::bigint = ($1::bigint >> 32) AND l.objid::bigint = ($1::bigint & 4294967295)) AS is_alive
        FROM (SELECT * FROM cleanup_run ORDER BY id DESC LIMIT 1) r
        LEFT JOIN cleanup_tally t ON t.run_id = r.id ORDER BY t.place
        """
}

extension CleanupAmount {
    /// Reads the three columns with a prefix.
    init(_ row: PostgresRow, _ prefix: String) throws(PostgresError) {
        things = try row.int("\(prefix)_things")
        rows = try row.int("\(prefix)_rows")
        bytes = try row.int64("\(prefix)_bytes")
    }

    /// Reads `things`, `rows` and `bytes` of the only row.
    init(_ rows: PostgresRows) throws(PostgresError) {
        guard let row = rows.first else { throw PostgresError.unexpectedResult("no counts") }
        things = try row.int("things")
        self.rows = try row.int("rows")
        bytes = try row.int64("bytes")
    }
}
