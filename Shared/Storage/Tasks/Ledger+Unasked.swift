import Postgres

/// Marks for what needs no request to Riot, written when a task's list stands.
extension Ledger {
    /// How far a held match must lie outside the year before its number speaks for others.
    ///
    /// Numbers are given when a game is made, not when it begins, so neighbours can begin in another order.
    private static let numberMargin = "1 day"

    /// Settles matches that are not held and whose number lies beyond that of a held match of another year.
    ///
    /// At times Riot ignores `startTime` for days and lists a thousand games of all years; without this each player's
    /// games of other years would be fetched. Nothing is concluded on a platform whose held numbers do not rise with
    /// time.
    static func settleOtherYears(_ connection: PostgresConnection, task: TaskID) async throws(PostgresError) {
        _ = try await connection.query(otherYearsQuery, [.text(task.text)])
    }

    /// Settles what Riot is known not to have, now and later; a recovery asks again.
    ///
    /// What is to be tried again by itself is asked for: whoever starts a sync wants it now.
    static func settleKnownMissing(_ connection: PostgresConnection, task: TaskID) async throws(PostgresError) {
        _ = try await connection.query(
            """
            UPDATE sync_item i
            SET match_state = 'unavailable', timeline_state = 'none', reason = f.reason, settled_at = now()
            FROM fetch_failure f, sync_task t
            WHERE t.id = $1 AND NOT t.recovery AND i.task_id = $1 AND i.match_state = 'open'
                AND f.kind = 'match' AND f.subject = i.match_id AND f.status = 404 AND f.next_try_at IS NULL
            """,
            [.text(task.text)]
        )
        _ = try await connection.query(
            """
            UPDATE sync_item i SET timeline_state = 'unavailable', reason = f.reason, settled_at = now()
            FROM fetch_failure f, sync_task t
            WHERE t.id = $1 AND NOT t.recovery AND i.task_id = $1 AND i.timeline_state = 'open'
                AND f.kind = 'timeline' AND f.subject = i.match_id AND f.status = 404 AND f.next_try_at IS NULL
            """,
            [.text(task.text)]
        )
    }

    private static let otherYearsQuery = SQL(
        trusted: """
            WITH b AS MATERIALIZED (
                SELECT p.prefix,
                    (SELECT split_part(k.riot_id, '_', 2)::bigint FROM match m JOIN match_key k ON k.id = m.id
                     WHERE m.platform = lower(p.prefix) AND NOT m.is_aborted
                         AND m.started_at < make_timestamptz(p.year, 1, 1, 0, 0, 0, 'UTC') - interval '\(numberMargin)'
                     ORDER BY m.started_at DESC LIMIT 1) AS before,
                    (SELECT split_part(k.riot_id, '_', 2)::bigint FROM match m JOIN match_key k ON k.id = m.id
                     WHERE m.platform = lower(p.prefix) AND NOT m.is_aborted
                         AND m.started_at > make_timestamptz(p.year + 1, 1, 1, 0, 0, 0, 'UTC') + interval '\(numberMargin)'
                     ORDER BY m.started_at LIMIT 1) AS after
                FROM (
                    SELECT DISTINCT split_part(o.match_id, '_', 1) AS prefix, t.year
                    FROM sync_item o JOIN sync_task t ON t.id = o.task_id
                    WHERE o.task_id = $1 AND o.match_state = 'open') p)
            UPDATE sync_item i
            SET match_state = 'outside_year', timeline_state = 'none', settled_at = now(),
                reason = 'its number lies beyond that of a match of another year'
            FROM b
            WHERE i.task_id = $1 AND i.match_state = 'open' AND split_part(i.match_id, '_', 1) = b.prefix
                AND coalesce(b.before < b.after, true)
                AND (split_part(i.match_id, '_', 2)::bigint < b.before OR split_part(i.match_id, '_', 2)::bigint > b.after)
            """
    )
}
