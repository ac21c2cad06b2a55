import ServiceRuntime

/// What is asked of the gateway: a player and a year.
struct SyncOrder: Encodable, Sendable, Equatable {
    let gameName: String
    let tagLine: String
    let platform: String
    let year: Int?

    private enum CodingKeys: String, CodingKey {
        case platform, year
        case gameName = "game_name"
        case tagLine = "tag_line"
    }

    /// Reads `Name#TAG`; the name itself may hold anything but `#`.
    init(player: String, platform: String, year: Int?) throws(CommandFailure) {
        let parts = player.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw CommandFailure(.usage, "A player is named by his Riot ID, 'Name#TAG', not '\(player)'.")
        }
        self.gameName = String(parts[0])
        self.tagLine = String(parts[1])
        self.platform = platform
        self.year = year
    }

    /// How people write it.
    var player: String { "\(gameName)#\(tagLine)" }
}

/// The gateway's answer to a start.
struct StartedSync: Decodable, Sendable {
    let taskID: String
    let message: String
    let platform: String
    let year: Int
    let statusURL: String
    let deduplicated: Bool

    private enum CodingKeys: String, CodingKey {
        case message, platform, year, deduplicated
        case taskID = "task_id"
        case statusURL = "status_url"
    }
}

/// What the gateway says of a task, as far as it is shown here.
struct SyncReport: Decodable, Sendable, Equatable {
    var status: String
    /// False when the gateway has never heard of the task, or not any more; absent of one that it knows.
    var known: Bool?
    var step: String?
    var progress: Int?
    var processed: Int?
    var total: Int?
    var etaSeconds: Int?
    var waitingFor: String?
    var rateLimitedUntil: String?
    var error: String?
    var retryAt: String?
    var summonerName: String?
    var year: Int?
    var processedMatches: Int?
    var totalMatches: Int?
    var existingMatches: Int?
    var newMatches: Int?
    var failedMatches: [String]?
    var unavailableMatches: Int?
    var timelinesUnavailable: Int?
    var outsideYear: Int?
    var notHis: Int?
    var capped: Bool?
    var riotRequests: Int?
    var durationSeconds: Int?
    var reason: String?

    private enum CodingKeys: String, CodingKey {
        case status, known, step, progress, processed, total, error, year, capped, reason
        case etaSeconds = "eta_seconds"
        case waitingFor = "waiting_for"
        case rateLimitedUntil = "rate_limited_until"
        case retryAt = "retry_at"
        case summonerName = "summoner_name"
        case processedMatches = "processed_matches"
        case totalMatches = "total_matches"
        case existingMatches = "existing_matches"
        case newMatches = "new_matches"
        case failedMatches = "failed_matches"
        case unavailableMatches = "unavailable_matches"
        case timelinesUnavailable = "timelines_unavailable"
        case outsideYear = "outside_year"
        case notHis = "not_his"
        case riotRequests = "riot_requests"
        case durationSeconds = "duration_seconds"
    }

    /// Nothing about the task changes any more.
    var isFinal: Bool { ["SUCCESS", "FAILURE", "REVOKED"].contains(status) }
}
