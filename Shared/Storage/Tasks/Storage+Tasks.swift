import Postgres
public import RiotModels

/// What `Storage.startTask` did.
public struct StartedTask: Sendable {
    /// The task that now stands for the request.
    public let task: SyncTask
    /// It was there already, for the same player, platform and year.
    public let isDeduplicated: Bool
}

extension Storage {
    /// Creates a task, or finds the active one of the same platform, Riot ID and year.
    ///
    /// A recovery makes a recovery of the active one too, as long as that has not listed its matches yet.
    /// For the name of somebody who was erased there is a task that has failed already, without the name.
    /// - Parameter isBackground: nobody waits for it; one that is found stays what it is.
    /// - Throws: `PostgresError`; nothing was created then, or the same call finds it.
    public func startTask(
        _ player: RiotID,
        platform: Platform,
        year: Int,
        recovery: Bool,
        isBackground: Bool = false,
        at milliseconds: Int64
    ) async throws -> StartedTask {
        let id = TaskID(at: milliseconds)
        let parameters: [PostgresParameter] = [
            .text(id.text), .text(player.gameName), .text(player.tagLine), .text(player.foldedKey),
            .text(platform.rawValue), .int(Int64(year)), .bool(recovery),
            .bool(isBackground),
        ]
        return try await pool.withTransaction { connection in
            if let refused = try await refuseErased(id, player, platform, year, connection) {
                return StartedTask(task: refused, isDeduplicated: false)
            }
            // The active task can end between the two statements; then the insert has room.
            for _ in 0..<3 {
                let created = try await connection.query(
                    """
                    INSERT INTO sync_task (id, game_name, tag_line, riot_id_key, platform, year, recovery, is_background)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (platform, riot_id_key, year)
                        WHERE state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY') DO NOTHING
                    """,
                    parameters
                )
                if recovery, created.affectedRows == 0 {
                    _ = try await connection.query(
                        """
                        UPDATE sync_task SET recovery = true
                        WHERE platform = $1 AND riot_id_key = $2 AND year = $3 AND listed_at IS NULL
                            AND state IN ('PENDING', 'STARTED', 'RETRY')
                        """,
                        [.text(platform.rawValue), .text(player.foldedKey), .int(Int64(year))]
                    )
                }
                let rows = try await connection.query(
                    Self.activeTaskQuery,
                    [.text(platform.rawValue), .text(player.foldedKey), .int(Int64(year))]
                )
                if let row = rows.first {
                    return StartedTask(task: try SyncTask(row: row), isDeduplicated: created.affectedRows == 0)
                }
            }
            throw PostgresError.unexpectedResult("the active task of \(platform) changes too fast")
        }
    }

    private func refuseErased(
        _ id: TaskID,
        _ player: RiotID,
        _ platform: Platform,
        _ year: Int,
        _ connection: PostgresConnection
    ) async throws -> SyncTask? {
        let refused = try await connection.query(
            Self.refuseQuery,
            [
                .text(keyScope), .text(player.foldedKey), .text(id.text), .text(PlayerIsErased.placeholder),
                .text(platform.rawValue), .int(Int64(year)), .text(PlayerIsErased().description),
            ]
        )
        guard refused.affectedRows == 1 else { return nil }
        return try await connection.query(Self.taskQuery, [.text(id.text)]).first.map { try SyncTask(row: $0) }
    }

    /// Reads a task; nil when there is none with this id.
    public func task(_ id: TaskID) async throws -> SyncTask? {
        let rows = try await pool.query(Self.taskQuery, [.text(id.text)])
        return try rows.first.map { try SyncTask(row: $0) }
    }

    /// Tasks that have not ended, oldest first, at most `limit`.
    public func activeTasks(limit: Int) async throws -> [SyncTask] {
        try await pool.query(Self.activeTasksQuery, [.int(Int64(limit))]).map { try SyncTask(row: $0) }
    }

    /// Reads a task with its counts and the state of the key in one snapshot; nil when there is none with this id.
    public func taskStatus(_ id: TaskID) async throws -> TaskStatus? {
        try await pool.withTransaction { connection -> TaskStatus? in
            _ = try await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            guard let row = try await connection.query(Self.taskQuery, [.text(id.text)]).first else { return nil }
            let task = try SyncTask(row: row)
            let counts: TaskCounts? =
                if task.listedAt != nil { try await Self.counts(connection, of: id) } else { nil }
            let (keyRejectedAt, readAt) = try await keyState(connection)
            return TaskStatus(task: task, counts: counts, keyRejectedAt: keyRejectedAt, readAt: readAt)
        }
    }

    /// Since when Riot refuses the key, and what time it is, in epoch milliseconds of the database's clock.
    func keyState(_ connection: PostgresConnection) async throws -> (rejectedAt: Int64?, now: Int64) {
        let rows = try await connection.query(
            """
            SELECT (extract(epoch FROM now()) * 1000)::bigint AS read_ms,
                (SELECT (extract(epoch FROM rejected_at) * 1000)::bigint
                 FROM riot_key_state WHERE key_scope = $1) AS rejected_ms
            """,
            [.text(keyScope)]
        )
        guard let clock = rows.first else { throw PostgresError.unexpectedResult("no clock") }
        return (try clock.optionalInt64("rejected_ms"), try clock.int64("read_ms"))
    }

    /// Counts of a task from its ledger.
    static func counts(_ connection: PostgresConnection, of id: TaskID) async throws -> TaskCounts {
        guard let row = try await connection.query(TaskCounts.query, [.text(id.text)]).first else {
            throw PostgresError.unexpectedResult("no counts")
        }
        return try TaskCounts(row: row)
    }

    private static let from = "FROM sync_task t LEFT JOIN summoner s ON s.id = t.summoner_id"
    private static let active = "t.state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')"
    private static let refuseQuery = SQL(
        trusted: """
            INSERT INTO sync_task (id, state, game_name, tag_line, riot_id_key, platform, year, finished_at, error,
                problem_type)
            SELECT $3, 'FAILURE', $4, $4, '', $5, $6, now(), $7, 'erased-player' FROM (SELECT $2::text AS name) w
            WHERE \(erasureCondition(scope: "$1", kind: "'riot_id'", value: "w.name"))
            """
    )
    private static let taskQuery = SQL(trusted: "SELECT \(SyncTask.columns) \(from) WHERE t.id = $1")
    private static let activeTaskQuery = SQL(
        trusted: """
            SELECT \(SyncTask.columns) \(from)
            WHERE t.platform = $1 AND t.riot_id_key = $2 AND t.year = $3 AND \(active)
            """
    )
    private static let activeTasksQuery = SQL(
        trusted: "SELECT \(SyncTask.columns) \(from) WHERE \(active) ORDER BY t.queued_at, t.id LIMIT $1"
    )
}
