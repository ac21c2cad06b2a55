import Postgres

/// What the ledger says of a task: every wanted match is in exactly one of the five groups, or still open.
public struct TaskCounts: Sendable, Equatable, Codable {
    /// Matches that count: all listed ones but those of another year and those the player was not in.
    public var total = 0
    /// Matches accounted for, each with its timeline.
    public var processed = 0
    /// Matches that were held before the task.
    public var existing = 0
    /// Matches that the task brought.
    public var new = 0
    /// Matches that Riot lists and does not have.
    public var unavailable = 0
    /// Matches that could not be fetched or understood, or whose timeline could not.
    public var failed = 0
    /// Matches that were not here yet when the task was cancelled; the timelines of others may be missing too.
    public var cancelled = 0
    /// Match bodies stored by this task.
    public var matchesStored = 0
    /// Timelines stored by this task.
    public var timelinesStored = 0
    /// Counted matches whose timeline Riot does not have.
    public var timelinesUnavailable = 0
    /// Listed matches that belong to another year.
    public var outsideYear = 0
    /// Listed matches that the player was not in.
    public var notHis = 0
    /// Answers from Riot that settled matches and timelines of this task.
    public var requests = 0
    /// The match that was settled last.
    public var currentMatch: String?
    /// Ids of the failed matches, in Riot's order.
    public var failedMatches: [String] = []

    /// `floor(100 × processed / total)`; 100 when nothing is wanted.
    public var progress: Int { total == 0 ? 100 : 100 * processed / total }
    /// Every wanted match is settled.
    public var isComplete: Bool { processed == total }

    /// Creates counts of nothing.
    public init() {}

    /// Of one task: always one row.
    static let query = SQL(trusted: "SELECT \(columns) FROM (SELECT \(items) WHERE task_id = $1) i")
    /// Of several tasks: a row for each that has a ledger.
    static let queryOfMany = SQL(
        trusted: """
            SELECT task_id::text AS task_id, \(columns)
            FROM (SELECT \(items) WHERE task_id = ANY ($1::uuid[])) i GROUP BY task_id
            """
    )

    private static let columns = """
        count(*) FILTER (WHERE counted) AS total,
        count(*) FILTER (WHERE counted AND settled) AS processed,
        count(*) FILTER (WHERE match_state = 'existing' AND NOT broken) AS existing,
        count(*) FILTER (WHERE match_state = 'stored' AND NOT broken) AS new,
        count(*) FILTER (WHERE match_state = 'unavailable') AS unavailable,
        count(*) FILTER (WHERE counted AND broken) AS failed,
        count(*) FILTER (WHERE match_state = 'cancelled' AND NOT broken) AS cancelled,
        count(*) FILTER (WHERE match_state = 'stored') AS matches_stored,
        count(*) FILTER (WHERE timeline_state = 'stored') AS timelines_stored,
        count(*) FILTER (WHERE counted AND timeline_state = 'unavailable') AS timelines_unavailable,
        count(*) FILTER (WHERE match_state = 'outside_year') AS outside_year,
        count(*) FILTER (WHERE match_state = 'not_his') AS not_his,
        coalesce(sum(requests), 0) AS requests,
        (array_agg(match_id ORDER BY settled_at DESC) FILTER (WHERE settled_at IS NOT NULL))[1] AS current_match,
        array_to_string(array_agg(match_id ORDER BY position) FILTER (WHERE counted AND broken), ',') AS failed_ids
        """

    private static let items = """
        task_id, match_id, position, requests, match_state, timeline_state, settled_at,
            match_state NOT IN ('outside_year', 'not_his') AS counted,
            match_state = 'failed' OR timeline_state = 'failed' AS broken,
            match_state IN ('unavailable', 'failed')
                OR (match_state IN ('stored', 'existing') AND timeline_state NOT IN ('open', 'cancelled')) AS settled
        FROM sync_item
        """

    init(row: PostgresRow) throws(PostgresError) {
        total = try row.int("total")
        processed = try row.int("processed")
        existing = try row.int("existing")
        new = try row.int("new")
        unavailable = try row.int("unavailable")
        failed = try row.int("failed")
        cancelled = try row.int("cancelled")
        matchesStored = try row.int("matches_stored")
        timelinesStored = try row.int("timelines_stored")
        timelinesUnavailable = try row.int("timelines_unavailable")
        outsideYear = try row.int("outside_year")
        notHis = try row.int("not_his")
        requests = try row.int("requests")
        currentMatch = try row.optionalString("current_match")
        failedMatches = (try row.optionalString("failed_ids") ?? "").split(separator: ",").map(String.init)
    }
}
