import Postgres
public import RiotModels

/// What one job fetches.
public enum FetchKind: String, Sendable, CaseIterable, Codable {
    /// A match body.
    case match
    /// A match's timeline.
    case timeline
}

/// What a task still wants, newest first.
public struct OpenItems: Sendable, Equatable {
    /// Matches whose body is wanted; their timelines follow when they are stored.
    public var matches: [MatchID] = []
    /// Matches that are held or settled and whose timeline is wanted.
    public var timelines: [MatchID] = []
    /// Nothing is wanted.
    public var isEmpty: Bool { matches.isEmpty && timelines.isEmpty }
}

extension Storage {
    /// Writes the list of wanted matches and settles at once what needs no request; the task goes on to
    /// `processing_matches`.
    ///
    /// No request is needed for what is held, for matches whose number alone tells that they are of another year, and
    /// for what Riot is known not to have, unless the task is a recovery. A second call changes nothing.
    /// - Parameter ids: Riot's list in its order, without duplicates.
    public func taskDidList(_ id: TaskID, matches ids: [MatchID], requests: Int, isCapped: Bool) async throws {
        try await pool.withTransaction { connection in
            let updated = try await connection.query(
                """
                UPDATE sync_task
                SET state = 'PROGRESS', step = 'processing_matches', listed_at = now(), capped = $2,
                    list_requests = list_requests + $3, error = NULL,
                    waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL
                WHERE id = $1 AND state = 'STARTED' AND step = 'fetching_matches'
                """,
                [.text(id.text), .bool(isCapped), .int(Int64(requests))]
            )
            guard updated.affectedRows == 1 else { return }
            _ = try await connection.query(
                """
                INSERT INTO sync_item (task_id, match_id, position)
                SELECT $1, u.match_id, u.position FROM unnest($2::text[]) WITH ORDINALITY u (match_id, position)
                ON CONFLICT DO NOTHING
                """,
                [.text(id.text), .textArray(ids.map(\.text))]
            )
            _ = try await connection.query(Self.settleHeldOfTaskQuery, [.text(id.text)])
            try await Ledger.settleOtherYears(connection, task: id)
            try await Ledger.settleKnownMissing(connection, task: id)
        }
    }

    /// Settles what is held of one match for every task that waits for it.
    ///
    /// - Returns: whether the match is held, and whether some task still waits for its timeline.
    public func settleHeldMatch(_ id: MatchID) async throws -> (isHeld: Bool, timelineWanted: Bool) {
        try await pool.withTransaction { connection in
            let held = try await connection.query(
                """
                SELECT EXISTS (SELECT 1 FROM match m JOIN match_key k ON k.id = m.id WHERE k.riot_id = $1) AS held
                """,
                [.text(id.text)]
            )
            guard let row = held.first, try row.bool("held") else { return (false, false) }
            _ = try await connection.query(Self.settleHeldMatchQuery, [.text(id.text)])
            return (true, try await !Ledger.timelinesWanted(connection, of: [id]).isEmpty)
        }
    }

    /// Settles a timeline that is held for every task that waits for it; false when it is not held.
    public func settleHeldTimeline(_ id: MatchID) async throws -> Bool {
        try await pool.withTransaction { connection in
            let held = try await connection.query(
                """
                SELECT EXISTS (SELECT 1 FROM timeline l JOIN match_key k ON k.id = l.match_id WHERE k.riot_id = $1)
                    AS held
                """,
                [.text(id.text)]
            )
            guard let row = held.first, try row.bool("held") else { return false }
            try await Ledger.settleTimelines(connection, [id], stored: [])
            return true
        }
    }

    /// What a task still wants, newest first.
    public func openItems(of id: TaskID) async throws -> OpenItems {
        let rows = try await pool.query(
            """
            SELECT match_id, match_state = 'open' AS wants_match FROM sync_item
            WHERE task_id = $1 AND (match_state = 'open'
                OR (timeline_state = 'open' AND match_state IN ('stored', 'existing')))
            ORDER BY position
            """,
            [.text(id.text)]
        )
        var open = OpenItems()
        for row in rows {
            let match = try MatchID(try row.string("match_id"))
            if try row.bool("wants_match") { open.matches.append(match) } else { open.timelines.append(match) }
        }
        return open
    }

    private static let settleHeldOfTaskQuery = settleHeldQuery(of: "o.task_id = $1::uuid")
    private static let settleHeldMatchQuery = settleHeldQuery(of: "o.match_id = $1::text")

    /// Settles held matches: `existing` when it is the player's and of his year.
    ///
    /// What is known of the timeline is the row's, which may have been marked while the update waited for it.
    private static func settleHeldQuery(of items: String) -> SQL {
        SQL(
            trusted: """
                UPDATE sync_item i
                SET match_state = v.match_state,
                    timeline_state = CASE
                        WHEN v.match_state <> 'existing' THEN 'none'
                        WHEN i.timeline_state = 'open' AND v.has_timeline THEN 'existing'
                        ELSE i.timeline_state END,
                    settled_at = now()
                FROM (
                    SELECT o.task_id, o.match_id,
                        EXISTS (SELECT 1 FROM timeline l WHERE l.match_id = k.id) AS has_timeline,
                        CASE WHEN (t.summoner_id = ANY (m.summoner_ids)) IS NOT TRUE THEN 'not_his'
                             WHEN extract(year FROM m.started_at AT TIME ZONE 'UTC') <> t.year THEN 'outside_year'
                             ELSE 'existing' END AS match_state
                    FROM sync_item o
                    JOIN sync_task t ON t.id = o.task_id
                    JOIN match_key k ON k.riot_id = o.match_id
                    JOIN match m ON m.id = k.id
                    WHERE o.match_state = 'open' AND \(items)) v
                WHERE i.task_id = v.task_id AND i.match_id = v.match_id AND i.match_state = 'open'
                """
        )
    }
}
