import Postgres
public import RiotModels

/// When what Riot did not have is asked for again by itself.
///
/// A young game may be listed before its body is readable; an old one stays missing. A game is young when its number
/// is above that of every held match of its platform that ended more than `youngAge` ago.
public enum UnavailableRetry {
    /// From this age on a game that is not there will not come.
    static let youngAge: Duration = .seconds(6 * 3600)
    /// Pause before the first try; each further one is twice as long.
    static let firstPause: Duration = .seconds(3600)
    /// Tries after the first 404; then it is given up.
    static let maximumTries = 6
    /// No try is made later than this after the first failure.
    static let lifetime: Duration = .seconds(3 * 86_400)
    /// What is put back on the lists at a time.
    public static let batch = 500
}

extension Storage {
    /// Riot does not have the body (404): every waiting task counts the match, or its timeline, as unavailable.
    ///
    /// It is tried again later when the game is young, see `UnavailableRetry`. A schedule that has begun goes on
    /// whatever the game's age is by now; asking in between does not change it.
    public func markUnavailable(_ kind: FetchKind, _ id: MatchID, reason: String) async throws {
        try await settle(kind, id, state: "unavailable", status: 404, reason: reason)
    }

    /// The body could not be fetched or understood: every waiting task counts the match as failed.
    ///
    /// What is on the schedule of `UnavailableRetry` stays there.
    public func markFailed(_ kind: FetchKind, _ id: MatchID, reason: String) async throws {
        try await settle(kind, id, state: "failed", status: nil, reason: reason)
    }

    /// What is due to be tried again, longest due first: missing matches and timelines, and timelines of matches that
    /// came by such a try, by that of an operator, or were understood at last, after the task that wanted them had ended.
    ///
    /// A cancelled task wants nothing any more.
    /// - Parameter limit: how many of both together.
    public func dueRetries(limit: Int = UnavailableRetry.batch) async throws -> OpenItems {
        var due = OpenItems()
        for row in try await pool.query(Self.dueQuery, [.int(Int64(limit))]) {
            let id = try MatchID(try row.string("subject"))
            if try row.string("kind") == FetchKind.match.rawValue {
                due.matches.append(id)
            } else {
                due.timelines.append(id)
            }
        }
        return due
    }

    private func settle(_ kind: FetchKind, _ id: MatchID, state: String, status: Int?, reason: String) async throws {
        try await withRetriedTransaction { connection in
            _ = try await connection.query(
                kind == .match ? Self.settleMatchQuery : Self.settleTimelineQuery,
                [.text(id.text), .text(state), .text(reason)]
            )
            _ = try await connection.query(
                Self.failureQuery,
                [
                    .text(kind.rawValue), .text(id.text), PostgresParameter(status), .text(reason),
                    .text(id.platform.matchIDPrefix), .int(id.number),
                    .int(UnavailableRetry.youngAge.components.seconds),
                    .int(UnavailableRetry.firstPause.components.seconds), .int(Int64(UnavailableRetry.maximumTries)),
                    .int(UnavailableRetry.lifetime.components.seconds),
                ]
            )
        }
    }

    private static let settleMatchQuery: SQL = """
        UPDATE sync_item
        SET match_state = $2,
            timeline_state = CASE WHEN timeline_state IN ('open', 'unavailable') THEN 'none' ELSE timeline_state END,
            requests = requests + 1, reason = $3, settled_at = now()
        WHERE match_id = $1 AND match_state = 'open'
        """

    private static let settleTimelineQuery: SQL = """
        UPDATE sync_item SET timeline_state = $2, requests = requests + 1, reason = $3, settled_at = now()
        WHERE match_id = $1 AND timeline_state = 'open'
        """

    /// The order in the search for an old match is for the planner: it walks up from the number, and finds one at once.
    private static let failureQuery: SQL = """
        INSERT INTO fetch_failure AS f (kind, subject, status, reason, fingerprint, next_try_at)
        VALUES ($1, $2, $3, $4,
            md5(coalesce($3::integer::text, '-') || ' ' || regexp_replace($4, '[0-9]+', '#', 'g')),
            CASE WHEN $3::integer = 404 AND (
                SELECT k.id FROM match_key k JOIN match m ON m.id = k.id
                WHERE split_part(k.riot_id, '_', 1) = $5 AND split_part(k.riot_id, '_', 2)::bigint >= $6
                    AND coalesce(m.ended_at, m.started_at) < now() - make_interval(secs => $7::bigint)
                ORDER BY split_part(k.riot_id, '_', 2)::bigint LIMIT 1) IS NULL
                THEN now() + make_interval(secs => $8::bigint) END)
        ON CONFLICT (kind, subject) DO UPDATE SET
            status = excluded.status, reason = excluded.reason, fingerprint = excluded.fingerprint,
            last_seen_at = now(), attempts = f.attempts + 1, retry_asked_at = NULL,
            retries = f.retries + CASE WHEN f.next_try_at <= now() THEN 1 ELSE 0 END,
            next_try_at = CASE
                WHEN f.next_try_at > now() THEN f.next_try_at
                WHEN f.next_try_at IS NULL AND f.status = 404 THEN NULL
                WHEN f.next_try_at IS NULL THEN excluded.next_try_at
                WHEN f.retries + 1 < $9::integer
                    AND now() + make_interval(secs => $8::bigint * 2 ^ (f.retries + 1))
                        <= f.first_seen_at + make_interval(secs => $10::bigint)
                    THEN now() + make_interval(secs => $8::bigint * 2 ^ (f.retries + 1)) END
        """

    private static let dueQuery: SQL = """
        SELECT kind, subject FROM (
            SELECT f.kind, f.subject, f.next_try_at AS due_at FROM fetch_failure f
            WHERE f.next_try_at <= now() AND NOT EXISTS (
                SELECT 1 FROM match_key k WHERE k.riot_id = f.subject AND CASE f.kind
                    WHEN 'match' THEN EXISTS (SELECT 1 FROM match m WHERE m.id = k.id)
                    ELSE EXISTS (SELECT 1 FROM timeline l WHERE l.match_id = k.id) END)
            UNION ALL
            SELECT 'timeline', i.match_id, min(m.received_at)
            FROM (
                SELECT task_id, match_id FROM sync_item WHERE match_state = 'unavailable'
                UNION ALL
                SELECT task_id, match_id FROM sync_item WHERE match_state = 'failed'
                UNION ALL
                SELECT task_id, match_id FROM sync_item WHERE match_state = 'stored' AND timeline_state = 'none') i
            JOIN sync_task t ON t.id = i.task_id
            JOIN match_key k ON k.riot_id = i.match_id
            JOIN match m ON m.id = k.id
            WHERE t.summoner_id = ANY (m.summoner_ids) AND t.state <> 'REVOKED'
                AND extract(year FROM m.started_at AT TIME ZONE 'UTC') = t.year
                AND NOT EXISTS (SELECT 1 FROM timeline l WHERE l.match_id = m.id)
                AND NOT EXISTS (SELECT 1 FROM fetch_failure f WHERE f.kind = 'timeline' AND f.subject = i.match_id)
            GROUP BY i.match_id) due
        WHERE kind IN ('match', 'timeline')
        ORDER BY due_at, subject LIMIT $1
        """
}
