import RiotModels
import ServiceRuntime
import Storage
import WorkQueue

/// Parameters of the methods about dead letters; each method takes some of them.
struct DeadParameters: Codable, Sendable {
    let kind: String?
    let subject: String?
    let fingerprint: String?
    let route: String?
    let platform: String?
    let missing: Bool?
    let grouped: Bool?
    let limit: Int?
    let cursor: String?
    let dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case kind, subject, fingerprint, route, platform, missing, grouped, limit, cursor
        case dryRun = "dry_run"
    }
}

/// A dead letter, as `queue.dead.list` and `queue.dead.show` tell it.
struct DeadLetterEntry: Codable, Sendable {
    let kind: String
    let subject: String
    let platform: String?
    let route: String?
    let status: Int?
    let attempts: Int
    let firstSeen: String
    let lastSeen: String
    /// When it is tried again by itself.
    let nextTry: String?
    /// When an operator asked for a try that was not made yet.
    let retryAsked: String?
    let fingerprint: String
    let reason: String
    /// Tasks that count it as failed.
    let tasks: Int

    enum CodingKeys: String, CodingKey {
        case kind, subject, platform, route, status, attempts, fingerprint, reason, tasks
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
        case nextTry = "next_try"
        case retryAsked = "retry_asked"
    }

    init(_ letter: DeadLetter) {
        kind = letter.kind.rawValue
        subject = letter.subject
        platform = letter.platform?.rawValue
        route = letter.platform?.matchRoute.rawValue
        status = letter.status
        attempts = letter.attempts
        firstSeen = EpochTime.iso8601(letter.firstSeenAt)
        lastSeen = EpochTime.iso8601(letter.lastSeenAt)
        nextTry = letter.nextTryAt.map(EpochTime.iso8601)
        retryAsked = letter.retryAskedAt.map(EpochTime.iso8601)
        fingerprint = letter.fingerprint
        reason = letter.reason
        tasks = letter.taskCount
    }
}

/// Answer of `queue.dead.list`: letters, or groups of them.
struct DeadListResult: Codable, Sendable {
    struct Group: Codable, Sendable {
        let fingerprint: String
        let kind: String
        let status: Int?
        let count: Int
        /// Those of them that wait for a try that an operator asked for.
        let retryAsked: Int
        let firstSeen: String
        let lastSeen: String
        let reason: String

        enum CodingKeys: String, CodingKey {
            case fingerprint, kind, status, count, reason
            case retryAsked = "retry_asked"
            case firstSeen = "first_seen"
            case lastSeen = "last_seen"
        }

        init(_ group: DeadLetterGroup) {
            fingerprint = group.fingerprint
            kind = group.kind.rawValue
            status = group.status
            count = group.count
            retryAsked = group.asked
            firstSeen = EpochTime.iso8601(group.firstSeenAt)
            lastSeen = EpochTime.iso8601(group.lastSeenAt)
            reason = group.reason
        }
    }

    var letters: [DeadLetterEntry]?
    var groups: [Group]?
    /// The cursor of the next page; absent on the last one.
    var next: String?
}

/// Answer of `queue.dead.show`.
struct DeadShowResult: Codable, Sendable {
    struct Holder: Codable, Sendable {
        let taskID: TaskID
        let state: String
        let summoner: String
        let year: Int

        enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case state, summoner, year
        }

        init(_ task: DeadLetterTask) {
            taskID = task.id
            state = task.state.rawValue
            summoner = task.summoner
            year = task.year
        }
    }

    struct Job: Codable, Sendable {
        /// `ready`, `run`, `delay` or `dead`.
        let state: String
        let attempts: Int
        let stalls: Int
    }

    let letter: DeadLetterEntry
    /// The newest 50 of them.
    let failedIn: [Holder]
    /// The JSON-RPC request that tries it again, as it would stand on a list.
    let payload: String
    /// What Redis knows of the job; absent when it knows nothing or does not answer.
    let job: Job?

    enum CodingKeys: String, CodingKey {
        case letter, payload, job
        case failedIn = "failed_in"
    }
}

/// Answer of `queue.dead.retry` and `queue.dead.drop`.
struct DeadChangeResult: Codable, Sendable {
    var matches = 0
    var timelines = 0
    var players = 0
    /// Letters that were none any more, because the body is held.
    var held = 0
    /// Letters that a further call would reach.
    var left = 0
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
        case matches, timelines, players, held, left
        case dryRun = "dry_run"
    }

    init(dryRun: Bool) { self.dryRun = dryRun }

    var isEmpty: Bool { matches + timelines + players + held + left == 0 }

    /// A dry run finds what there is.
    mutating func add(_ counts: [DeadLetterKind: Int]) {
        matches += counts[.match] ?? 0
        timelines += counts[.timeline] ?? 0
        players += counts[.player] ?? 0
    }

    mutating func add(_ items: OpenItems) {
        matches += items.matches.count
        timelines += items.timelines.count
    }
}
