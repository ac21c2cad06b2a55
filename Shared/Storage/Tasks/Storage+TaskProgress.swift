import Postgres
public import RiotModels

/// Changes of a task's state. Each is conditional on the task being active, so a late one changes nothing.
extension Storage {
    /// The task's work has begun: `STARTED`, at the step that fetches the player.
    public func taskDidStart(_ id: TaskID) async throws {
        _ = try await pool.query(
            """
            UPDATE sync_task SET state = 'STARTED', started_at = coalesce(started_at, now()), retry_at = NULL
            WHERE id = $1 AND state IN ('PENDING', 'STARTED', 'RETRY')
            """,
            [.text(id.text)]
        )
    }

    /// The player is known: his row is kept and the task goes on to the list of matches.
    ///
    /// Riot's spelling of the name replaces the one that was asked for; what it folds to stays the task's identity.
    public func taskDidFindPlayer(
        _ id: TaskID,
        account: RiotAccount,
        summoner: RiotSummoner,
        requests: Int
    ) async throws {
        try await pool.withTransaction { connection in
            let rows = try await connection.query(
                "SELECT game_name, tag_line, platform FROM sync_task WHERE id = $1 FOR UPDATE",
                [.text(id.text)]
            )
            guard let row = rows.first else { return }
            let gameName = try account.gameName ?? row.string("game_name")
            let tagLine = try account.tagLine ?? row.string("tag_line")
            let summonerID = try await Self.upsertSummoner(
                connection,
                puuid: account.puuid,
                keyScope: keyScope,
                gameName: gameName,
                tagLine: tagLine,
                platform: try row.string("platform"),
                summoner: summoner
            )
            _ = try await connection.query(
                """
                UPDATE sync_task
                SET summoner_id = $2, game_name = $3, tag_line = $4, step = 'fetching_matches',
                    list_requests = list_requests + $5,
                    waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL
                WHERE id = $1 AND state = 'STARTED'
                """,
                [.text(id.text), .int(Int64(summonerID)), .text(gameName), .text(tagLine), .int(Int64(requests))]
            )
        }
    }

    /// The task waits and says for what; nil clears it.
    ///
    /// `until` is in epoch milliseconds.
    public func taskWaits(_ id: TaskID, for reason: String?, until: Int64?, detail: String?) async throws {
        _ = try await pool.query(
            """
            UPDATE sync_task
            SET waiting_for = $2, waiting_until = to_timestamp($3::bigint / 1000.0), waiting_detail = $4
            WHERE id = $1 AND state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
            """,
            [
                .text(id.text), reason.map(PostgresParameter.text) ?? .null, until.map(PostgresParameter.int) ?? .null,
                detail.map(PostgresParameter.text) ?? .null,
            ]
        )
    }

    /// An attempt to get the player or the list failed and another will be made at `retryAt` (epoch milliseconds).
    public func taskWillRetry(_ id: TaskID, error: String, retryAt: Int64) async throws {
        _ = try await pool.query(
            """
            UPDATE sync_task
            SET state = 'RETRY', attempt = attempt + 1, error = $2, retry_at = to_timestamp($3::bigint / 1000.0)
            WHERE id = $1 AND state IN ('PENDING', 'STARTED', 'RETRY')
            """,
            [.text(id.text), .text(error), .int(retryAt)]
        )
    }

    /// The player or his list could not be had; a task that has its list goes on, whoever says so late.
    ///
    /// `error` is a sentence for people.
    public func taskDidFail(_ id: TaskID, error: String, problemType: String, retryable: Bool) async throws {
        _ = try await pool.query(
            """
            UPDATE sync_task
            SET state = 'FAILURE', error = $2, problem_type = $3, retryable = $4, finished_at = now(), retry_at = NULL,
                waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL
            WHERE id = $1 AND state IN ('PENDING', 'STARTED', 'RETRY')
            """,
            [.text(id.text), .text(error), .text(problemType), .bool(retryable)]
        )
    }

    /// Ends a task whose ledger has nothing open: figures of the year, then `SUCCESS`, exactly once.
    ///
    /// - Returns: whether the task is over now; false means that the ledger still wants something.
    public func completeTaskIfSettled(_ id: TaskID) async throws -> Bool {
        // Two transactions, so that the step is seen; a crash between them is finished by the reconciler.
        let isOver = try await pool.withTransaction { connection -> Bool? in
            let rows = try await connection.query(
                "SELECT state FROM sync_task WHERE id = $1 FOR UPDATE",
                [.text(id.text)]
            )
            guard let row = rows.first, let state = SyncTask.State(rawValue: try row.string("state")) else {
                return true
            }
            if state.isFinal { return true }
            guard state == .progress, try await Self.counts(connection, of: id).isComplete else { return false }
            _ = try await connection.query(
                "UPDATE sync_task SET step = 'updating_stats' WHERE id = $1",
                [.text(id.text)]
            )
            return nil
        }
        if let isOver { return isOver }
        try await pool.withTransaction { connection in
            let rows = try await connection.query(
                """
                UPDATE sync_task
                SET state = 'SUCCESS', step = 'completed', finished_at = now(), error = NULL,
                    waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL
                WHERE id = $1 AND state = 'PROGRESS'
                RETURNING summoner_id, year
                """,
                [.text(id.text)]
            )
            guard let row = rows.first else { return }
            try await Self.recomputeYear(
                connection,
                summonerID: try row.int("summoner_id"),
                year: try row.int("year")
            )
        }
        return true
    }
}
