public import RiotModels

/// What has dead letters.
public enum DeadLetterKind: String, Sendable, CaseIterable, Codable {
    /// A match body that could not be fetched or understood; its subject is the match id.
    case match
    /// A timeline, likewise.
    case timeline
    /// A sync that could not find its player or list his matches; its subject is the task id.
    case player

    /// What fetches it; nil for a sync.
    public var fetchKind: FetchKind? { FetchKind(rawValue: rawValue) }
}

/// Something that was given up.
///
/// The truth are `fetch_failure` and the failed rows of `sync_task`; the lists `<kind>:dead` in Redis only mirror it.
public struct DeadLetter: Sendable, Equatable {
    /// The kind of job.
    public let kind: DeadLetterKind
    /// The match id, or the id of the failed task.
    public let subject: String
    /// The platform of the match, or the one that the sync was asked for on; nil for one that is not known here.
    public let platform: Platform?
    /// HTTP status of the last answer; nil when it was none that says everything, such as 404.
    public let status: Int?
    /// How often it was tried.
    public let attempts: Int
    /// When it is tried again by itself, epoch milliseconds; nil when it is not.
    public let nextTryAt: Int64?
    /// When an operator asked for another try that was not made yet, epoch milliseconds.
    public let retryAskedAt: Int64?
    /// When it failed first, epoch milliseconds.
    public let firstSeenAt: Int64
    /// When it failed last, epoch milliseconds.
    public let lastSeenAt: Int64
    /// Equal for failures of the same cause: 32 hexadecimal digits.
    public let fingerprint: String
    /// Why, in a sentence.
    public let reason: String
    /// Tasks that count it as failed.
    public let taskCount: Int
    /// The order of the list; two letters never have the same.
    let cursor: DeadLetterCursor
}

/// Dead letters of the same kind and cause.
public struct DeadLetterGroup: Sendable, Equatable {
    /// What all of them have in common.
    public let fingerprint: String
    /// The kind of job.
    public let kind: DeadLetterKind
    /// HTTP status of the last answers; nil as for a letter.
    public let status: Int?
    /// How many there are.
    public let count: Int
    /// How many of them wait for a try that an operator asked for.
    public let asked: Int
    /// When the first of them failed first, epoch milliseconds.
    public let firstSeenAt: Int64
    /// When one of them failed last, epoch milliseconds.
    public let lastSeenAt: Int64
    /// The reason of one of them.
    public let reason: String
}

/// A task that counts a dead letter as failed; of a sync that failed, the task itself.
public struct DeadLetterTask: Sendable, Equatable {
    /// The task.
    public let id: TaskID
    /// Its state now.
    public let state: SyncTask.State
    /// The player's Riot ID.
    public let summoner: String
    /// The year asked for.
    public let year: Int
}
