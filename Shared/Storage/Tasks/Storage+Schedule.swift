import Postgres

/// A run of a schedule entry: one tick, or one that an operator asked for.
public struct ScheduleRun: Sendable, Equatable {
    /// Name of the entry.
    public let entry: String
    /// The tick that was run, epoch milliseconds; the moment of asking when it was by hand.
    public let tick: Int64
    /// How many beats have begun it; what only its holder may do names it.
    public let attempt: Int
    /// An operator asked for it.
    public let isByHand: Bool
    /// The beat that runs it, or ran it last.
    public let runner: String?
    /// Epoch milliseconds of the end; nil while it runs, or when its runner died and nobody has noticed yet.
    public let finishedAt: Int64?
    /// `ok`, `failed`, or `lost`: its beat ended before it did, and it was not run again.
    public let outcome: String?
    /// What it did, or why it failed.
    public let detail: String?
}

/// The ticks of the schedule: a row for each that was begun, whoever inserts it runs it.
extension Storage {
    /// How long a beat is taken to live after it last said so.
    public static let tickLease = Duration.seconds(30)

    /// Claims a tick of a schedule entry; false when somebody has it already, or when the entry is paused and the run is
    /// not by hand.
    ///
    /// `tick` is in epoch milliseconds.
    public func claimTick(
        entry: String,
        tick: Int64,
        isByHand: Bool = false,
        runner: String? = nil
    ) async throws -> Bool {
        let rows = try await pool.query(
            """
            INSERT INTO schedule_run (entry, tick, by_hand, runner, lease_until)
            SELECT $1, to_timestamp($2::bigint / 1000.0), $3, $4, now() + make_interval(secs => $5::integer)
            WHERE $3::boolean
                OR NOT EXISTS (SELECT 1 FROM schedule_entry e WHERE e.entry = $1::text AND e.paused_at IS NOT NULL)
            ON CONFLICT DO NOTHING
            """,
            [.text(entry), .int(tick), .bool(isByHand), PostgresParameter(runner), Self.leaseSeconds]
        )
        return rows.affectedRows == 1
    }

    /// Says that the beat which runs a tick lives; false when it is not the caller's any more.
    public func renewTick(entry: String, tick: Int64, attempt: Int) async throws -> Bool {
        let rows = try await pool.query(
            """
            UPDATE schedule_run SET lease_until = now() + make_interval(secs => $4::integer)
            WHERE entry = $1 AND tick = to_timestamp($2::bigint / 1000.0) AND attempt = $3 AND finished_at IS NULL
            """,
            [.text(entry), .int(tick), .int(Int64(attempt)), Self.leaseSeconds]
        )
        return rows.affectedRows == 1
    }

    /// Gives a tick back whose beat has to end before the run does, so that the next leader need not wait for the lease.
    public func handBackTick(entry: String, tick: Int64, attempt: Int) async throws {
        _ = try await pool.query(
            """
            UPDATE schedule_run SET lease_until = now()
            WHERE entry = $1 AND tick = to_timestamp($2::bigint / 1000.0) AND attempt = $3 AND finished_at IS NULL
            """,
            [.text(entry), .int(tick), .int(Int64(attempt))]
        )
    }

    /// Writes down how a claimed tick ended; false when it was not the caller's any more.
    @discardableResult
    public func finishTick(
        entry: String,
        tick: Int64,
        attempt: Int = 1,
        succeeded: Bool,
        detail: String
    ) async throws -> Bool {
        let rows = try await pool.query(
            """
            UPDATE schedule_run SET finished_at = now(), outcome = $4, detail = $5
            WHERE entry = $1 AND tick = to_timestamp($2::bigint / 1000.0) AND attempt = $3 AND finished_at IS NULL
            """,
            [.text(entry), .int(tick), .int(Int64(attempt)), .text(succeeded ? "ok" : "failed"), .text(detail)]
        )
        return rows.affectedRows == 1
    }

    // MARK: Ticks whose beat died

    /// A run whose beat has not said for ``tickLease`` that it lives.
    public struct InterruptedRun: Sendable, Equatable {
        /// The run.
        public let run: ScheduleRun
        /// A later tick of the entry has been begun.
        public let isOutdated: Bool
        /// The entry is paused.
        public let isPaused: Bool
    }

    /// Runs that were begun and whose beat is gone, the oldest first.
    public func interruptedRuns() async throws -> [InterruptedRun] {
        try await pool.query(Self.interruptedQuery).map { row in
            InterruptedRun(
                run: try ScheduleRun(row: row),
                isOutdated: try row.bool("is_outdated"),
                isPaused: try row.bool("is_paused")
            )
        }
    }

    /// Takes an interrupted run over, to do it again; the attempt's new number, nil when somebody else was faster.
    public func takeOverTick(_ run: ScheduleRun, runner: String) async throws -> Int? {
        let rows = try await pool.query(
            Self.takeOverQuery,
            [.text(run.entry), .int(run.tick), .int(Int64(run.attempt)), .text(runner), Self.leaseSeconds]
        )
        return try rows.first?.int("attempt")
    }

    /// Writes down that an interrupted run is not done again; false when somebody else was faster.
    public func loseTick(_ run: ScheduleRun, detail: String) async throws -> Bool {
        let rows = try await pool.query(
            Self.loseQuery,
            [.text(run.entry), .int(run.tick), .int(Int64(run.attempt)), .text(detail)]
        )
        return rows.affectedRows == 1
    }

    /// The newest run of each entry, by hand or not.
    public func lastScheduleRuns() async throws -> [ScheduleRun] {
        try await pool.query(Self.lastRunsQuery).map { try ScheduleRun(row: $0) }
    }

    // MARK: Statements

    private static let leaseSeconds = PostgresParameter.int(tickLease.components.seconds)

    /// Programs that know no lease are given the longest time that their runs can take.
    private static let isOver = """
        r.finished_at IS NULL AND coalesce(r.lease_until, r.started_at + interval '1 hour') <= now()
        """
    private static let interruptedQuery = SQL(
        trusted: """
            SELECT \(ScheduleRun.columns),
                EXISTS (SELECT 1 FROM schedule_run n WHERE n.entry = r.entry AND n.tick > r.tick AND NOT n.by_hand)
                    AS is_outdated,
                EXISTS (SELECT 1 FROM schedule_entry e WHERE e.entry = r.entry AND e.paused_at IS NOT NULL) AS is_paused
            FROM schedule_run r WHERE \(isOver) ORDER BY r.started_at, r.tick LIMIT 100
            """
    )
    private static let takeOverQuery = SQL(
        trusted: """
            UPDATE schedule_run r
            SET attempt = r.attempt + 1, runner = $4, lease_until = now() + make_interval(secs => $5::integer)
            WHERE r.entry = $1 AND r.tick = to_timestamp($2::bigint / 1000.0) AND r.attempt = $3 AND \(isOver)
            RETURNING r.attempt
            """
    )
    private static let loseQuery = SQL(
        trusted: """
            UPDATE schedule_run r SET finished_at = now(), outcome = 'lost', detail = $4
            WHERE r.entry = $1 AND r.tick = to_timestamp($2::bigint / 1000.0) AND r.attempt = $3 AND \(isOver)
            """
    )
    private static let lastRunsQuery = SQL(
        trusted: """
            SELECT DISTINCT ON (r.entry) \(ScheduleRun.columns) FROM schedule_run r ORDER BY r.entry, r.tick DESC
            """
    )
}

extension ScheduleRun {
    /// The columns that `init(row:)` reads, for a query that names `schedule_run r`.
    fileprivate static let columns = """
        r.entry, r.attempt, r.by_hand, r.runner, r.outcome, r.detail,
        (extract(epoch FROM r.tick) * 1000)::bigint AS tick_ms,
        (extract(epoch FROM r.finished_at) * 1000)::bigint AS finished_ms
        """

    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(
            entry: try row.string("entry"),
            tick: try row.int64("tick_ms"),
            attempt: try row.int("attempt"),
            isByHand: try row.bool("by_hand"),
            runner: try row.optionalString("runner"),
            finishedAt: try row.optionalInt64("finished_ms"),
            outcome: try row.optionalString("outcome"),
            detail: try row.optionalString("detail")
        )
    }
}
