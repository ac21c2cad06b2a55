/// A dead letter.
struct DeadLetterMessage: Decodable, Sendable, Equatable {
    let kind: String
    let subject: String
    let platform: String?
    let route: String?
    let status: Int?
    let attempts: Int
    let firstSeen: String
    let lastSeen: String
    let nextTry: String?
    let retryAsked: String?
    let fingerprint: String
    let reason: String
    let tasks: Int

    private enum CodingKeys: String, CodingKey {
        case kind, subject, platform, route, status, attempts, fingerprint, reason, tasks
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
        case nextTry = "next_try"
        case retryAsked = "retry_asked"
    }
}

/// What `queue.dead.list` answers.
struct DeadListMessage: Decodable, Sendable, Equatable {
    struct Group: Decodable, Sendable, Equatable {
        let fingerprint: String
        let kind: String
        let status: Int?
        let count: Int
        let retryAsked: Int
        let firstSeen: String
        let lastSeen: String
        let reason: String

        private enum CodingKeys: String, CodingKey {
            case fingerprint, kind, status, count, reason
            case retryAsked = "retry_asked"
            case firstSeen = "first_seen"
            case lastSeen = "last_seen"
        }
    }

    let letters: [DeadLetterMessage]?
    let groups: [Group]?
    let next: String?
}

/// What `queue.dead.show` answers.
struct DeadShowMessage: Decodable, Sendable, Equatable {
    struct Holder: Decodable, Sendable, Equatable {
        let taskID: String
        let state: String
        let summoner: String
        let year: Int

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case state, summoner, year
        }
    }

    struct Job: Decodable, Sendable, Equatable {
        let state: String
        let attempts: Int
        let stalls: Int
    }

    let letter: DeadLetterMessage
    let failedIn: [Holder]
    let payload: String
    let job: Job?

    private enum CodingKeys: String, CodingKey {
        case letter, payload, job
        case failedIn = "failed_in"
    }
}

/// What `queue.dead.retry` and `queue.dead.drop` answer, and the sum of several answers.
struct DeadChangeMessage: Codable, Sendable, Equatable {
    var matches = 0
    var timelines = 0
    var players = 0
    var held = 0
    var left = 0
    var dryRun = false

    private enum CodingKeys: String, CodingKey {
        case matches, timelines, players, held, left
        case dryRun = "dry_run"
    }

    /// Letters that it was about.
    var count: Int { matches + timelines + players + held }

    static func + (sum: DeadChangeMessage, next: DeadChangeMessage) -> DeadChangeMessage {
        DeadChangeMessage(
            matches: sum.matches + next.matches,
            timelines: sum.timelines + next.timelines,
            players: sum.players + next.players,
            held: sum.held + next.held,
            left: next.left,
            dryRun: next.dryRun
        )
    }
}
