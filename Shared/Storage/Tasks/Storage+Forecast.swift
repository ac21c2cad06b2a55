import Postgres
public import RiotModels

/// What an active task still wants of Riot on one platform.
public struct OpenWork: Sendable, Equatable {
    /// The task.
    public let task: TaskID
    /// Its state: `PENDING`, `STARTED`, `PROGRESS` or `RETRY`.
    public let state: SyncTask.State
    /// Its step.
    public let step: SyncTask.Step
    /// The platform that the player was asked for on.
    public let platform: Platform
    /// Where the open items are; nil for a task that has none.
    public let route: RegionalRoute?
    /// Matches that are not settled.
    public let matches: Int
    /// Timelines of settled matches that are not settled themselves.
    public let timelines: Int

    /// Work by its figures.
    public init(
        task: TaskID,
        state: SyncTask.State,
        step: SyncTask.Step,
        platform: Platform,
        route: RegionalRoute?,
        matches: Int,
        timelines: Int
    ) {
        self.task = task
        self.state = state
        self.step = step
        self.platform = platform
        self.route = route
        self.matches = matches
        self.timelines = timelines
    }
}

/// What a task waits for and when it is expected to be complete.
public struct TaskForecast: Sendable, Equatable {
    /// The task.
    public let task: TaskID
    /// `quota`, `key`, `riot` or `queue`; nil when it does not wait.
    public var waitingFor: String?
    /// Epoch milliseconds until which it waits, when that is known.
    public var waitingUntil: Int64?
    /// A sentence about the wait.
    public var waitingDetail: String?
    /// Epoch milliseconds at which it is expected to be complete; nil when that cannot be said.
    public var completeAt: Int64?

    /// A forecast that says nothing yet.
    public init(task: TaskID) { self.task = task }
}

extension Storage {
    /// The open work of all active tasks: a row for each task and route, at least one for each task.
    public func openWork() async throws -> [OpenWork] {
        let rows = try await pool.query(
            """
            SELECT t.id::text AS id, t.state, t.step, t.platform, w.prefix, coalesce(w.matches, 0) AS matches,
                coalesce(w.timelines, 0) AS timelines
            FROM sync_task t
            LEFT JOIN (
                SELECT task_id, split_part(match_id, '_', 1) AS prefix,
                    count(*) FILTER (WHERE match_state = 'open') AS matches,
                    count(*) FILTER (WHERE timeline_state = 'open' AND match_state IN ('stored', 'existing'))
                        AS timelines
                FROM sync_item WHERE match_state = 'open' OR timeline_state = 'open'
                GROUP BY task_id, prefix) w ON w.task_id = t.id
            WHERE t.state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
            ORDER BY t.id, w.prefix
            """
        )
        return try rows.compactMap { row in
            guard let task = TaskID(try row.string("id")),
                let state = SyncTask.State(rawValue: try row.string("state")),
                let step = SyncTask.Step(rawValue: try row.string("step")),
                let platform = Platform(rawValue: try row.string("platform"))
            else { return nil }
            let prefix = try row.optionalString("prefix")
            return OpenWork(
                task: task,
                state: state,
                step: step,
                platform: platform,
                route: prefix.flatMap { Platform(matchIDPrefix: $0)?.matchRoute },
                matches: try row.int("matches"),
                timelines: try row.int("timelines")
            )
        }
    }

    /// Keeps forecasts of tasks that are still active, in one statement.
    public func keepForecasts(_ forecasts: [TaskForecast]) async throws {
        guard !forecasts.isEmpty else { return }
        func text(_ milliseconds: Int64?) -> String { milliseconds.map { "\($0)" } ?? "" }
        _ = try await pool.query(
            """
            UPDATE sync_task t
            SET waiting_for = nullif(f.waiting_for, ''),
                waiting_until = to_timestamp(nullif(f.until, '')::bigint / 1000.0),
                waiting_detail = nullif(f.detail, ''),
                eta_at = to_timestamp(nullif(f.eta, '')::bigint / 1000.0),
                forecast_at = now()
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
                f (id, waiting_for, until, detail, eta)
            WHERE t.id = f.id::uuid AND t.state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
            """,
            [
                .textArray(forecasts.map(\.task.text)), .textArray(forecasts.map { $0.waitingFor ?? "" }),
                .textArray(forecasts.map { text($0.waitingUntil) }),
                .textArray(forecasts.map { $0.waitingDetail ?? "" }),
                .textArray(forecasts.map { text($0.completeAt) }),
            ]
        )
    }
}
