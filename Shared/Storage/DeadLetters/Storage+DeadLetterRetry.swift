import Postgres
import RiotModels

/// What became of dead letters that an operator wants tried again.
public struct AskedRetries: Sendable, Equatable {
    /// What is to be put on the lists.
    public var items = OpenItems()
    /// Letters that were none any more, because the body is held; they are forgotten.
    public var held = 0
    /// Letters of the same filter that nobody asked for yet.
    public var left = 0
}

/// Trying dead letters again, and forgetting them.
///
/// Rows that somebody else works on at this moment are passed over: they change without us.
extension Storage {
    /// Writes down that dead letters of matches and timelines are to be tried again, at most `limit` of them: first those
    /// that nobody asked for yet, the last seen first.
    ///
    /// Safe to repeat. The wish stays until the try was made, whatever becomes of the job: `askedRetries` names it.
    public func askForRetry(_ filter: DeadLetterFilter, limit: Int) async throws -> AskedRetries {
        guard filter.kind != .player else { return AskedRetries() }
        return try await withRetriedTransaction { connection in
            var asked = AskedRetries()
            for row in try await connection.query(Self.askQuery, filter.parameters + [.int(Int64(limit))]) {
                if try row.bool("is_held") { asked.held += 1 } else { try asked.items.add(row) }
            }
            let left = try await connection.query(Self.unaskedQuery, filter.parameters)
            asked.left = try left.first?.int("count") ?? 0
            return asked
        }
    }

    /// Matches and timelines whose retry an operator asked for and that was not made yet, longest asked for first.
    public func askedRetries(limit: Int) async throws -> OpenItems {
        var items = OpenItems()
        for row in try await pool.query(Self.askedQuery, [.int(Int64(limit))]) { try items.add(row) }
        return items
    }

    /// Failed tasks whose sync may be started again, the last failed first, at most `limit`.
    public func deadTasks(_ filter: DeadLetterFilter, limit: Int) async throws -> [SyncTask] {
        guard filter.kind == nil || filter.kind == .player else { return [] }
        var filter = filter
        filter.kind = .player
        return try await pool.query(Self.deadTasksQuery, filter.parameters + [.int(Int64(limit))]).map {
            try SyncTask(row: $0)
        }
    }

    /// Takes a failed task out of the dead letters; false when it was not there.
    ///
    /// It stays in the history of tasks.
    @discardableResult
    public func closeDeadTask(_ id: TaskID) async throws -> Bool {
        try await pool.query(
            """
            UPDATE sync_task SET letter_closed_at = now()
            WHERE id = $1 AND state = 'FAILURE' AND letter_closed_at IS NULL
            """,
            [.text(id.text)]
        ).affectedRows == 1
    }

    /// Forgets dead letters of matches and timelines, at most `limit`, the last seen first; returns what they were.
    ///
    /// The ledgers of tasks stay as they are. What Riot did not have is asked for by the next sync that lists it.
    public func dropDeadLetters(_ filter: DeadLetterFilter, limit: Int) async throws -> OpenItems {
        guard filter.kind != .player else { return OpenItems() }
        return try await withRetriedTransaction { connection in
            var dropped = OpenItems()
            for row in try await connection.query(Self.dropQuery, filter.parameters + [.int(Int64(limit))]) {
                try dropped.add(row)
            }
            return dropped
        }
    }

    // MARK: Statements

    private static let failures = """
        (SELECT f.*, lower(split_part(f.subject, '_', 1)) AS platform FROM fetch_failure f
         WHERE f.kind IN ('match', 'timeline'))
        """

    /// On a row `c` with kind and subject.
    private static let isHeld = """
        EXISTS (
            SELECT 1 FROM match_key k WHERE k.riot_id = c.subject AND CASE c.kind
                WHEN 'match' THEN EXISTS (SELECT 1 FROM match m WHERE m.id = k.id)
                ELSE EXISTS (SELECT 1 FROM timeline t WHERE t.match_id = k.id) END)
        """

    private static func chosen(orderedBy order: String) -> String {
        """
        chosen AS (
            SELECT c.kind, c.subject FROM fetch_failure c
            WHERE (c.kind, c.subject) IN (
                SELECT l.kind, l.subject FROM \(failures) l WHERE \(DeadLetterFilter.condition)
                ORDER BY \(order) LIMIT $6)
            FOR UPDATE SKIP LOCKED)
        """
    }

    private static let askQuery = SQL(
        trusted: """
            WITH \(chosen(orderedBy: "l.retry_asked_at IS NOT NULL, l.last_seen_at DESC, l.kind, l.subject")),
            judged AS MATERIALIZED (SELECT c.kind, c.subject, \(isHeld) AS is_held FROM chosen c),
            forgotten AS (
                DELETE FROM fetch_failure f USING judged j
                WHERE f.kind = j.kind AND f.subject = j.subject AND j.is_held),
            asked AS (
                UPDATE fetch_failure f SET retry_asked_at = coalesce(f.retry_asked_at, now()) FROM judged j
                WHERE f.kind = j.kind AND f.subject = j.subject AND NOT j.is_held)
            SELECT kind, subject, is_held FROM judged ORDER BY kind, subject
            """
    )

    private static let unaskedQuery = SQL(
        trusted: """
            SELECT count(*) AS count FROM \(failures) l
            WHERE l.retry_asked_at IS NULL AND \(DeadLetterFilter.condition)
            """
    )

    private static let askedQuery = SQL(
        trusted: """
            SELECT c.kind, c.subject FROM fetch_failure c
            WHERE c.retry_asked_at IS NOT NULL AND c.kind IN ('match', 'timeline') AND NOT \(isHeld)
            ORDER BY c.retry_asked_at, c.kind, c.subject LIMIT $1
            """
    )

    private static let deadTasksQuery = SQL(
        trusted: """
            SELECT \(SyncTask.columns) FROM sync_task t LEFT JOIN summoner s ON s.id = t.summoner_id
            WHERE t.id::text IN (
                SELECT l.subject FROM (\(letters)) l WHERE \(DeadLetterFilter.condition)
                ORDER BY l.last_seen_at DESC, l.subject LIMIT $6)
            ORDER BY t.finished_at DESC, t.id
            """
    )

    private static let dropQuery = SQL(
        trusted: """
            WITH \(chosen(orderedBy: "l.last_seen_at DESC, l.kind, l.subject"))
            DELETE FROM fetch_failure f USING chosen c WHERE f.kind = c.kind AND f.subject = c.subject
            RETURNING f.kind, f.subject
            """
    )
}

extension OpenItems {
    /// Adds what a row with `kind` and `subject` names.
    fileprivate mutating func add(_ row: PostgresRow) throws {
        let id = try MatchID(try row.string("subject"))
        if try row.string("kind") == FetchKind.match.rawValue { matches.append(id) } else { timelines.append(id) }
    }
}
