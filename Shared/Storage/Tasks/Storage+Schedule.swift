import Postgres

/// The last run of a schedule entry.
public struct ScheduleRun: Sendable {
    /// Name of the entry.
    public let entry: String
    /// The tick that was run, epoch milliseconds.
    public let tick: Int64
    /// Epoch milliseconds of the end; nil while it runs, or when its runner died.
    public let finishedAt: Int64?
    /// `ok` or `failed`.
    public let outcome: String?
    /// What it did, or why it failed.
    public let detail: String?
}

extension Storage {
    /// Claims a tick of a schedule entry; false when somebody has it already.
    ///
    /// `tick` is in epoch milliseconds.
    public func claimTick(entry: String, tick: Int64) async throws -> Bool {
        let rows = try await pool.query(
            """
            INSERT INTO schedule_run (entry, tick) VALUES ($1, to_timestamp($2::bigint / 1000.0))
            ON CONFLICT DO NOTHING
            """,
            [.text(entry), .int(tick)]
        )
        return rows.affectedRows == 1
    }

    /// Writes down how a claimed tick ended.
    public func finishTick(entry: String, tick: Int64, succeeded: Bool, detail: String) async throws {
        _ = try await pool.query(
            """
            UPDATE schedule_run SET finished_at = now(), outcome = $3, detail = $4
            WHERE entry = $1 AND tick = to_timestamp($2::bigint / 1000.0)
            """,
            [.text(entry), .int(tick), .text(succeeded ? "ok" : "failed"), .text(detail)]
        )
    }

    /// The newest run of each entry.
    public func lastScheduleRuns() async throws -> [ScheduleRun] {
        try await pool.query(
            """
            SELECT DISTINCT ON (entry) entry, outcome, detail,
                (extract(epoch FROM tick) * 1000)::bigint AS tick_ms,
                (extract(epoch FROM finished_at) * 1000)::bigint AS finished_ms
            FROM schedule_run ORDER BY entry, tick DESC
            """
        ).map { row in
            ScheduleRun(
                entry: try row.string("entry"),
                tick: try row.int64("tick_ms"),
                finishedAt: try row.optionalInt64("finished_ms"),
                outcome: try row.optionalString("outcome"),
                detail: try row.optionalString("detail")
            )
        }
    }
}
