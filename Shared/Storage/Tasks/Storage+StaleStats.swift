import Logging
import Postgres

extension Storage {
    /// How long the figures of a player whose year is being synced may lack what has come: the sync's end makes them
    /// complete anyway, but it may have to wait for a long time.
    private static let patienceDuringSync = "5 minutes"

    /// Finds figures that lack a match, and computes at most `limit` of them again, those that are due longest first.
    ///
    /// A match may come after the end of the task that wanted it (by a later try), or by the sync of somebody else who
    /// was in it. Figures are kept for players and years that were synced, and of those every one that lacks a match
    /// becomes stale. Each year is one transaction; cancellation between two of them leaves the others due. Safe to run
    /// in several processes at once, and cheap when there is nothing to do.
    /// - Returns: how many years were computed; `limit` means that there may be more.
    public func recomputeStaleStats(limit: Int) async throws -> Int {
        precondition(limit > 0, "the limit is \(limit); it must be positive")
        try await markStaleYears()
        var failed: Set<[Int64]> = []
        for count in 0..<limit {
            try Task.checkCancellation()
            switch try await computeNextStaleYear() {
            case .none: return count - failed.count
            case .computed: continue
            case .failed(let year, let error):
                guard failed.insert(year).inserted else { return count - failed.count }
                logger.error(
                    "the figures of a year cannot be computed",
                    metadata: ["summoner": "\(year[0])", "year": "\(year[1])", "error": "\(error)"]
                )
                // To the end of the line, so that it keeps nobody else from his turn.
                _ = try await pool.query(Self.postponeQuery, year.map(PostgresParameter.int))
            }
        }
        return limit - failed.count
    }

    private enum Computation {
        case none
        case computed
        case failed([Int64], PostgresError)
    }

    private func computeNextStaleYear() async throws -> Computation {
        var year: [Int64] = []
        do {
            return try await withRetriedTransaction { connection in
                guard let row = try await connection.query(Self.nextStaleYearQuery).first else { return .none }
                year = [try row.int64("summoner_id"), try row.int64("year")]
                try await Self.replaceFigures(connection, year.map(PostgresParameter.int))
                return .computed
            }
        } catch let error as PostgresError where error.code == .server && !error.isRetryable && !year.isEmpty {
            return .failed(year, error)
        }
    }

    /// Marks the years that lack a match which was stored since the last call.
    private func markStaleYears() async throws {
        try await withRetriedTransaction { connection in
            // The row is the lock: of two callers the second goes on from where the first has come.
            let sweep = try await connection.query(Self.sweepQuery)
            guard let row = sweep.first else { throw PostgresError.unexpectedResult("stats_sweep has no row") }
            if try row.bool("is_foreign") {
                // A restored dump: the numbers are those of the server that it came from.
                _ = try await connection.query("UPDATE player_year_stats SET stale_since = now()")
                _ = try await connection.query("UPDATE stats_sweep SET seen = pg_current_snapshot(), swept_at = now()")
            }
            _ = try await connection.query(Self.advanceQuery)
        }
    }

    // MARK: Statements

    private static let sweepQuery: SQL = """
        SELECT pg_snapshot_xmax(seen) > pg_snapshot_xmax(pg_current_snapshot()) AS is_foreign
        FROM stats_sweep FOR UPDATE
        """

    /// One statement, so that what is looked at and what is noted as looked at are one snapshot.
    ///
    /// The numbers of all new matches of a year stand in one row of `fresh`, because a row of figures that another
    /// transaction changes meanwhile is compared again with that row alone. For the same reason figures that are stale
    /// already are marked again: somebody may just be computing them, without what is new.
    private static let advanceQuery: SQL = """
        WITH fresh AS (
            SELECT p.summoner_id, extract(year FROM p.started_at AT TIME ZONE 'UTC')::integer AS year,
                array_agg(m.stored_in) AS stored_in
            FROM stats_sweep w
            JOIN match m ON m.stored_in >= pg_snapshot_xmin(w.seen) AND NOT pg_visible_in_snapshot(m.stored_in, w.seen)
            JOIN match_participant p ON p.match_id = m.id
            WHERE p.summoner_id IS NOT NULL AND p.started_at IS NOT NULL
            GROUP BY 1, 2
        ), marked AS (
            UPDATE player_year_stats s SET stale_since = coalesce(s.stale_since, now())
            FROM fresh f
            WHERE s.summoner_id = f.summoner_id AND s.year = f.year
                AND (s.computed_in IS NULL OR EXISTS (
                    SELECT 1 FROM unnest(f.stored_in) AS x WHERE NOT pg_visible_in_snapshot(x, s.computed_in)))
        )
        UPDATE stats_sweep SET seen = pg_current_snapshot(), swept_at = now() WHERE EXISTS (SELECT 1 FROM fresh)
        """

    private static let postponeQuery: SQL = """
        UPDATE player_year_stats SET stale_since = now() WHERE summoner_id = $1 AND year = $2
        """

    private static let nextStaleYearQuery = SQL(
        trusted: """
            UPDATE player_year_stats SET stale_since = NULL
            WHERE (summoner_id, year) = (
                SELECT s.summoner_id, s.year FROM player_year_stats s
                WHERE s.stale_since IS NOT NULL
                    AND (s.stale_since < now() - interval '\(patienceDuringSync)' OR NOT EXISTS (
                        SELECT 1 FROM sync_task t
                        WHERE t.summoner_id = s.summoner_id AND t.year = s.year
                            AND t.state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')))
                ORDER BY s.stale_since, s.summoner_id, s.year LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING summoner_id, year
            """
    )
}
