import Postgres

/// What is remembered of an entry of the schedule beside its runs.
public struct ScheduleEntryState: Sendable, Equatable {
    /// Name of the entry.
    public let entry: String
    /// Epoch milliseconds at which a beat first had it in its schedule.
    public let knownSince: Int64
    /// Since when it is paused, epoch milliseconds; nil when it is not.
    public let pausedAt: Int64?
    /// Why it is paused, in the operator's words.
    public let pauseReason: String?
    /// Epoch milliseconds at which it was resumed last.
    public let resumedAt: Int64?
    /// Its newest tick that was begun, epoch milliseconds; runs by hand do not count.
    public let lastTick: Int64?

    /// Ticks up to here, epoch milliseconds, were run or never due.
    public var settledUntil: Int64 { max(knownSince, resumedAt ?? .min, lastTick ?? .min) }
}

extension Storage {
    /// Remembers entries that are in the schedule from now on; those that were there keep what is known of them.
    public func noteScheduleEntries(_ names: [String], at milliseconds: Int64) async throws {
        _ = try await pool.query(
            """
            INSERT INTO schedule_entry (entry, known_since)
            SELECT n, to_timestamp($2::bigint / 1000.0) FROM unnest($1::text[]) n ON CONFLICT DO NOTHING
            """,
            [.textArray(names), .int(milliseconds)]
        )
    }

    /// What is remembered of all entries.
    public func scheduleEntries() async throws -> [ScheduleEntryState] {
        try await pool.query(
            """
            SELECT e.entry, e.pause_reason,
                (extract(epoch FROM e.known_since) * 1000)::bigint AS known_ms,
                (extract(epoch FROM e.paused_at) * 1000)::bigint AS paused_ms,
                (extract(epoch FROM e.resumed_at) * 1000)::bigint AS resumed_ms,
                (SELECT (extract(epoch FROM max(r.tick)) * 1000)::bigint FROM schedule_run r
                 WHERE r.entry = e.entry AND NOT r.by_hand) AS tick_ms
            FROM schedule_entry e ORDER BY e.entry
            """
        ).map { row in
            ScheduleEntryState(
                entry: try row.string("entry"),
                knownSince: try row.int64("known_ms"),
                pausedAt: try row.optionalInt64("paused_ms"),
                pauseReason: try row.optionalString("pause_reason"),
                resumedAt: try row.optionalInt64("resumed_ms"),
                lastTick: try row.optionalInt64("tick_ms")
            )
        }
    }

    /// Pauses an entry: its ticks pass by until it is resumed.
    ///
    /// False when it was paused already; the reason is renewed then.
    public func pauseScheduleEntry(_ name: String, reason: String?, at milliseconds: Int64) async throws -> Bool {
        let rows = try await pool.query(
            """
            WITH old AS (SELECT paused_at FROM schedule_entry WHERE entry = $1)
            INSERT INTO schedule_entry AS e (entry, known_since, paused_at, pause_reason)
            VALUES ($1, to_timestamp($3::bigint / 1000.0), to_timestamp($3::bigint / 1000.0), $2)
            ON CONFLICT (entry) DO UPDATE
                SET paused_at = coalesce(e.paused_at, excluded.paused_at),
                    pause_reason = coalesce(excluded.pause_reason, e.pause_reason)
            RETURNING (SELECT paused_at FROM old) IS NULL AS is_new
            """,
            [.text(name), PostgresParameter(reason), .int(milliseconds)]
        )
        return try rows.first?.bool("is_new") ?? false
    }

    /// Resumes an entry; false when it was not paused.
    ///
    /// Ticks that passed meanwhile are not made up for.
    public func resumeScheduleEntry(_ name: String, at milliseconds: Int64) async throws -> Bool {
        let rows = try await pool.query(
            """
            UPDATE schedule_entry
            SET paused_at = NULL, pause_reason = NULL, resumed_at = to_timestamp($2::bigint / 1000.0)
            WHERE entry = $1 AND paused_at IS NOT NULL
            """,
            [.text(name), .int(milliseconds)]
        )
        return rows.affectedRows == 1
    }
}
