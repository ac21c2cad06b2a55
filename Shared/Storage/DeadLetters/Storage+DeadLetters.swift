import Postgres
public import RiotModels

/// What of the queue was given up, as PostgreSQL knows it.
extension Storage {
    /// Tasks that `deadLetterTasks` names at most.
    static let deadLetterTaskLimit = 50

    /// Dead letters, the last seen first, at most `limit`, behind `cursor`.
    public func deadLetters(
        _ filter: DeadLetterFilter,
        limit: Int,
        after cursor: DeadLetterCursor? = nil
    ) async throws -> (letters: [DeadLetter], next: DeadLetterCursor?) {
        let rows = try await pool.query(
            Self.letterPageQuery,
            filter.parameters + [
                PostgresParameter(cursor?.lastSeen), PostgresParameter(cursor?.kind.rawValue),
                PostgresParameter(cursor?.subject), .int(Int64(limit) + 1),
            ]
        )
        let letters = try rows.map(Self.deadLetter)
        return (Array(letters.prefix(limit)), letters.count > limit ? letters[limit - 1].cursor : nil)
    }

    /// Dead letters by kind and cause, those seen last first, at most `limit`.
    public func deadLetterGroups(_ filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetterGroup] {
        try await pool.query(Self.letterGroupsQuery, filter.parameters + [.int(Int64(limit))]).map { row in
            DeadLetterGroup(
                fingerprint: try row.string("fingerprint"),
                kind: try Self.kind(row),
                status: try row.optionalInt("status"),
                count: try row.int("count"),
                asked: try row.int("asked"),
                firstSeenAt: try row.timestampMilliseconds("first_seen_at"),
                lastSeenAt: try row.timestampMilliseconds("last_seen_at"),
                reason: try row.string("reason")
            )
        }
    }

    /// How many dead letters there are, by kind and platform.
    public func deadLetterCounts(_ filter: DeadLetterFilter) async throws -> [DeadLetterKind: [Platform: Int]] {
        var counts: [DeadLetterKind: [Platform: Int]] = [:]
        for row in try await pool.query(Self.letterCountsQuery, filter.parameters) {
            guard let platform = Platform(rawValue: try row.string("platform")) else { continue }
            counts[try Self.kind(row), default: [:]][platform] = try row.int("count")
        }
        return counts
    }

    /// Tasks that count a letter as failed, the newest first, at most 50.
    public func deadLetterTasks(_ kind: DeadLetterKind, _ subject: String) async throws -> [DeadLetterTask] {
        try await pool.query(
            Self.letterTasksQuery,
            [.text(kind.rawValue), .text(subject), .int(Int64(Self.deadLetterTaskLimit))]
        ).compactMap { row in
            guard let id = TaskID(try row.string("id")), let state = SyncTask.State(rawValue: try row.string("state"))
            else { return nil }
            return DeadLetterTask(
                id: id,
                state: state,
                summoner: "\(try row.string("game_name"))#\(try row.string("tag_line"))",
                year: try row.int("year")
            )
        }
    }

    private static func kind(_ row: PostgresRow) throws -> DeadLetterKind {
        guard let kind = DeadLetterKind(rawValue: try row.string("kind")) else {
            throw PostgresError.unexpectedResult("a dead letter is of no known kind")
        }
        return kind
    }

    private static func deadLetter(_ row: PostgresRow) throws -> DeadLetter {
        let (kind, subject) = (try kind(row), try row.string("subject"))
        return DeadLetter(
            kind: kind,
            subject: subject,
            platform: Platform(rawValue: try row.string("platform")),
            status: try row.optionalInt("status"),
            attempts: try row.int("attempts"),
            nextTryAt: try row.optionalTimestampMilliseconds("next_try_at"),
            retryAskedAt: try row.optionalTimestampMilliseconds("retry_asked_at"),
            firstSeenAt: try row.timestampMilliseconds("first_seen_at"),
            lastSeenAt: try row.timestampMilliseconds("last_seen_at"),
            fingerprint: try row.string("fingerprint"),
            reason: try row.string("reason"),
            taskCount: try row.int("tasks"),
            cursor: DeadLetterCursor(lastSeen: try row.int64("last_seen"), kind: kind, subject: subject)
        )
    }

    // MARK: Statements

    /// Failed tasks whose job was given up: not those about the player himself, who is unknown or erased, and not those
    /// that a later sync of the same player followed.
    static let failedTasks = """
        FROM sync_task t
        WHERE t.state = 'FAILURE' AND t.letter_closed_at IS NULL
            AND coalesce(t.problem_type, '') NOT IN ('unknown-player', 'erased-player')
            AND NOT EXISTS (
                SELECT 1 FROM sync_task n
                WHERE n.riot_id_key = t.riot_id_key AND n.platform = t.platform AND n.year = t.year
                    AND n.queued_at > t.queued_at)
        """

    /// All letters; the name of the player is no part of the cause.
    static let letters = """
        SELECT f.kind, f.subject, lower(split_part(f.subject, '_', 1)) AS platform, f.status, f.attempts,
            f.next_try_at, f.retry_asked_at, f.first_seen_at, f.last_seen_at, f.fingerprint, f.reason
        FROM fetch_failure f WHERE f.kind IN ('match', 'timeline')
        UNION ALL
        SELECT 'player' COLLATE "C", t.id::text COLLATE "C", t.platform, NULL::integer, t.attempt + 1,
            NULL::timestamptz, NULL::timestamptz, coalesce(t.finished_at, t.queued_at),
            coalesce(t.finished_at, t.queued_at),
            md5(coalesce(t.problem_type, '-') || ' '
                || regexp_replace(replace(coalesce(t.error, ''), t.game_name || '#' || t.tag_line, ''), '[0-9]+', '#', 'g')),
            coalesce(t.error, 'no reason is known')
        \(failedTasks)
        """

    private static let letterPageQuery = SQL(
        trusted: """
            SELECT p.*, CASE p.kind WHEN 'player' THEN 1 ELSE (
                SELECT count(*) FROM sync_item i
                WHERE i.match_id = p.subject AND (i.match_state = 'failed' OR i.timeline_state = 'failed')
                    AND CASE p.kind WHEN 'match' THEN i.match_state ELSE i.timeline_state END = 'failed') END AS tasks
            FROM (
                SELECT l.*, (extract(epoch FROM l.last_seen_at) * 1000000)::bigint AS last_seen
                FROM (\(letters)) l
                WHERE \(DeadLetterFilter.condition)
                    AND ($6::bigint IS NULL OR ((extract(epoch FROM l.last_seen_at) * 1000000)::bigint, l.kind, l.subject)
                        < ($6, $7::text COLLATE "C", $8::text COLLATE "C"))
                ORDER BY last_seen DESC, l.kind DESC, l.subject DESC LIMIT $9) p
            ORDER BY p.last_seen DESC, p.kind DESC, p.subject DESC
            """
    )

    private static let letterGroupsQuery = SQL(
        trusted: """
            SELECT l.fingerprint, l.kind, l.status, count(*) AS count,
                count(*) FILTER (WHERE l.retry_asked_at IS NOT NULL) AS asked, min(l.first_seen_at) AS first_seen_at,
                max(l.last_seen_at) AS last_seen_at, (array_agg(l.reason ORDER BY l.last_seen_at DESC))[1] AS reason
            FROM (\(letters)) l WHERE \(DeadLetterFilter.condition)
            GROUP BY l.fingerprint, l.kind, l.status ORDER BY max(l.last_seen_at) DESC, l.fingerprint, l.kind LIMIT $6
            """
    )

    private static let letterCountsQuery = SQL(
        trusted: """
            SELECT l.kind, l.platform, count(*) AS count FROM (\(letters)) l WHERE \(DeadLetterFilter.condition)
            GROUP BY l.kind, l.platform
            """
    )

    /// Two parts, each of which has an index.
    private static let letterTasksQuery: SQL = """
        SELECT t.id::text AS id, t.state, t.game_name, t.tag_line, t.year
        FROM sync_task t
        WHERE t.id IN (
            SELECT i.task_id FROM sync_item i
            WHERE i.match_id = $2 AND (i.match_state = 'failed' OR i.timeline_state = 'failed')
                AND CASE $1 WHEN 'match' THEN i.match_state WHEN 'timeline' THEN i.timeline_state END = 'failed'
            UNION ALL
            SELECT i.task_id FROM sync_item i
            WHERE $1 = 'match' AND i.match_id = $2 AND i.match_state = 'unavailable'
            UNION ALL
            SELECT p.id FROM sync_task p WHERE $1 = 'player' AND p.id::text = $2)
        ORDER BY t.queued_at DESC, t.id DESC LIMIT $3
        """
}
