import Postgres
public import RiotModels

/// A row of `sync_task`: one request to fetch a player's year.
public struct SyncTask: Sendable {
    /// Celery's words for the state of a task, as frontends know them.
    public enum State: String, Sendable, CaseIterable {
        case pending = "PENDING"
        case started = "STARTED"
        case progress = "PROGRESS"
        case retry = "RETRY"
        case success = "SUCCESS"
        case failure = "FAILURE"
        case revoked = "REVOKED"

        /// Nothing more will happen to the task.
        public var isFinal: Bool { self == .success || self == .failure || self == .revoked }
    }

    /// The steps of a sync, in their order.
    public enum Step: String, Sendable, CaseIterable {
        case fetchingSummoner = "fetching_summoner"
        case fetchingMatches = "fetching_matches"
        case processingMatches = "processing_matches"
        case updatingStats = "updating_stats"
        case completed
    }

    /// The task's id.
    public let id: TaskID
    /// The state in Celery's words.
    public let state: State
    /// The step that the task is at, or was at when it ended.
    public let step: Step
    /// The player's name as it was asked for, or as Riot spells it once it is known.
    public let gameName: String
    /// The tag, likewise.
    public let tagLine: String
    /// The platform asked for.
    public let platform: Platform
    /// The year asked for, in UTC.
    public let year: Int
    /// Failed and unavailable matches are tried again.
    public let recovery: Bool
    /// The integer id of the player's row, once it is known.
    public let summonerID: Int?
    /// The player's puuid, once it is known.
    public let puuid: String?
    /// Epoch milliseconds of the request.
    public let queuedAt: Int64
    /// Epoch milliseconds of the first work.
    public let startedAt: Int64?
    /// Epoch milliseconds at which the list of matches stood in the ledger.
    public let listedAt: Int64?
    /// Epoch milliseconds of the end.
    public let finishedAt: Int64?
    /// Failed attempts to get the player and the list.
    public let attempt: Int
    /// Epoch milliseconds of the next attempt, in state `RETRY`.
    public let retryAt: Int64?
    /// A sentence for people: why the task failed or is tried again.
    public let error: String?
    /// A short word for the kind of failure, for RFC 9457's `type`.
    public let problemType: String?
    /// A failed task might succeed if it were started again.
    public let retryable: Bool
    /// What the task waits for (`quota`, `key`, `riot`, `worker`, `queue`).
    public let waitingFor: String?
    /// Epoch milliseconds until which it waits, when that is known.
    public let waitingUntil: Int64?
    /// A sentence about the wait.
    public let waitingDetail: String?
    /// Epoch milliseconds at which it is expected to be complete, as of `forecastAt`.
    public let completeAt: Int64?
    /// Epoch milliseconds at which the forecast was made; nil when none was.
    public let forecastAt: Int64?
    /// Requests spent on account, summoner and id pages.
    public let listRequests: Int
    /// Riot's list was so long that older matches may be missing from it.
    public let isCapped: Bool
    /// Why the task was revoked.
    public let reason: String?
    /// Nobody waits for it: its jobs come after those of others.
    public var isBackground = false

    /// The player's Riot ID, `Name#TAG`.
    public var summonerName: String { "\(gameName)#\(tagLine)" }
}

extension SyncTask {
    /// The columns that `init(row:)` reads, for a query that names `sync_task t` and left-joins `summoner s`.
    static let columns = """
        t.id::text AS id, t.state, t.step, t.game_name, t.tag_line, t.platform, t.year, t.recovery, t.summoner_id,
        s.puuid, t.attempt, t.error, t.problem_type, t.retryable, t.waiting_for, t.waiting_detail, t.list_requests,
        t.capped, t.reason, t.is_background,
        (extract(epoch FROM t.queued_at) * 1000)::bigint AS queued_ms,
        (extract(epoch FROM t.started_at) * 1000)::bigint AS started_ms,
        (extract(epoch FROM t.listed_at) * 1000)::bigint AS listed_ms,
        (extract(epoch FROM t.finished_at) * 1000)::bigint AS finished_ms,
        (extract(epoch FROM t.retry_at) * 1000)::bigint AS retry_ms,
        (extract(epoch FROM t.waiting_until) * 1000)::bigint AS waiting_ms,
        (extract(epoch FROM t.eta_at) * 1000)::bigint AS eta_ms,
        (extract(epoch FROM t.forecast_at) * 1000)::bigint AS forecast_ms
        """

    init(row: PostgresRow) throws(PostgresError) {
        guard let id = TaskID(try row.string("id")), let state = State(rawValue: try row.string("state")),
            let step = Step(rawValue: try row.string("step")),
            let platform = Platform(rawValue: try row.string("platform"))
        else { throw PostgresError.unexpectedResult("a sync_task row that this version does not understand") }
        self.init(
            id: id,
            state: state,
            step: step,
            gameName: try row.string("game_name"),
            tagLine: try row.string("tag_line"),
            platform: platform,
            year: try row.int("year"),
            recovery: try row.bool("recovery"),
            summonerID: try row.optionalInt("summoner_id"),
            puuid: try row.optionalString("puuid"),
            queuedAt: try row.int64("queued_ms"),
            startedAt: try row.optionalInt64("started_ms"),
            listedAt: try row.optionalInt64("listed_ms"),
            finishedAt: try row.optionalInt64("finished_ms"),
            attempt: try row.int("attempt"),
            retryAt: try row.optionalInt64("retry_ms"),
            error: try row.optionalString("error"),
            problemType: try row.optionalString("problem_type"),
            retryable: try row.bool("retryable"),
            waitingFor: try row.optionalString("waiting_for"),
            waitingUntil: try row.optionalInt64("waiting_ms"),
            waitingDetail: try row.optionalString("waiting_detail"),
            completeAt: try row.optionalInt64("eta_ms"),
            forecastAt: try row.optionalInt64("forecast_ms"),
            listRequests: try row.int("list_requests"),
            isCapped: try row.bool("capped"),
            reason: try row.optionalString("reason"),
            isBackground: try row.bool("is_background")
        )
    }
}
