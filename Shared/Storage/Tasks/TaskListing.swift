import Postgres
public import RiotModels

/// Which tasks a list shows.
public struct TaskFilter: Sendable, Equatable {
    /// Tasks of one page at most.
    public static let longestPage = 100

    /// Only tasks in one of these states; all when empty.
    public var states: Set<SyncTask.State> = []
    /// Only tasks that were asked for under this name, in any case and spacing.
    public var player: RiotID?

    /// Reads a filter as clients write it; what is nil lets everything pass.
    ///
    /// - Parameters:
    ///   - states: words for states in any case, separated by commas.
    ///   - player: a Riot ID, `Name#TAG`.
    /// - Throws: `ReadRefusal` about `state` or `player`.
    public init(states: String?, player: String?) throws(ReadRefusal) {
        for word in (states ?? "").split(separator: ",", omittingEmptySubsequences: states?.isEmpty ?? true) {
            guard let state = SyncTask.State(rawValue: word.uppercased()) else {
                let known = SyncTask.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw ReadRefusal(
                    parameter: "state",
                    message: "There is no state \(word.prefix(32)); states are \(known)."
                )
            }
            self.states.insert(state)
        }
        guard let player else { return }
        do {
            self.player = try RiotID(parsing: player)
        } catch {
            throw ReadRefusal(parameter: "player", message: "\(error.message).")
        }
    }

    /// A filter; without arguments it lets everything pass.
    public init(states: Set<SyncTask.State> = [], player: RiotID? = nil) {
        self.states = states
        self.player = player
    }
}

/// Where a page of a list of tasks ends: the next one begins behind it.
///
/// It names a place in the order of the list, not a number of rows, so tasks that come meanwhile neither repeat nor
/// hide one.
public struct TaskCursor: Sendable, Equatable {
    /// Microseconds since 1970.
    let queuedAt: Int64
    let id: TaskID

    /// Reads what a client sends back; nil when it is no cursor.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        // The range keeps the time within what PostgreSQL can hold.
        guard parts.count == 2, let queuedAt = Int64(parts[0]), (0...Self.latest).contains(queuedAt),
            let id = TaskID(String(parts[1]))
        else { return nil }
        self.init(queuedAt: queuedAt, id: id)
    }

    init(queuedAt: Int64, id: TaskID) {
        self.queuedAt = queuedAt
        self.id = id
    }

    /// What a client is given.
    public var text: String { "\(queuedAt).\(id)" }

    /// The year 9999 and something.
    private static let latest: Int64 = 253_402_300_800_000_000
}

/// A page of tasks.
public struct TaskPage: Sendable {
    /// The tasks with their counts, newest first.
    public let tasks: [TaskStatus]
    /// Where the next page begins; nil when this is the last one.
    public let next: TaskCursor?
}

extension Storage {
    /// A page of the history of tasks, newest first.
    ///
    /// - Parameter limit: 1 to `TaskFilter.longestPage`.
    public func tasks(_ filter: TaskFilter, limit: Int, after cursor: TaskCursor? = nil) async throws -> TaskPage {
        precondition((1...TaskFilter.longestPage).contains(limit), "a page has 1 to \(TaskFilter.longestPage) tasks")
        return try await pool.withTransaction { connection in
            _ = try await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            let rows = try await connection.query(
                Self.taskPageQuery,
                [
                    .int(Int64(limit) + 1), filter.states.isEmpty ? .null : .textArray(filter.states.map(\.rawValue)),
                    filter.player.map { .text($0.foldedKey) } ?? .null, cursor.map { .int($0.queuedAt) } ?? .null,
                    cursor.map { .text($0.id.text) } ?? .null,
                ]
            )
            let found = try rows.map { (task: try SyncTask(row: $0), queuedAt: try $0.int64("queued_us")) }
            let page = found.prefix(limit)
            let counts = try await Self.counts(connection, ofMany: page.map(\.task.id))
            let (keyRejectedAt, readAt) = try await keyState(connection)
            return TaskPage(
                tasks: page.map(\.task).map { task in
                    TaskStatus(
                        task: task,
                        counts: task.listedAt == nil ? nil : counts[task.id] ?? TaskCounts(),
                        keyRejectedAt: keyRejectedAt,
                        readAt: readAt
                    )
                },
                next: found.count > limit ? page.last.map { TaskCursor(queuedAt: $0.queuedAt, id: $0.task.id) } : nil
            )
        }
    }

    private static func counts(
        _ connection: PostgresConnection,
        ofMany ids: [TaskID]
    ) async throws -> [TaskID: TaskCounts] {
        var counts: [TaskID: TaskCounts] = [:]
        for row in try await connection.query(TaskCounts.queryOfMany, [.textArray(ids.map(\.text))]) {
            guard let id = TaskID(try row.string("task_id")) else { continue }
            counts[id] = try TaskCounts(row: row)
        }
        return counts
    }

    private static let taskPageQuery = SQL(
        trusted: """
            SELECT \(SyncTask.columns), (extract(epoch FROM t.queued_at) * 1000000)::bigint AS queued_us
            FROM sync_task t LEFT JOIN summoner s ON s.id = t.summoner_id
            WHERE ($2::text[] IS NULL OR t.state = ANY ($2)) AND ($3::text IS NULL OR t.riot_id_key = $3)
                AND ($4::bigint IS NULL OR (t.queued_at, t.id)
                    < (timestamptz 'epoch' + $4 * interval '1 microsecond', $5::uuid))
            ORDER BY t.queued_at DESC, t.id DESC LIMIT $1
            """
    )
}
