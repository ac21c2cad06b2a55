import RiotModels
import ServiceRuntime
import Storage

/// The whole task, as `/api/v1/tasks/{id}` tells it: the status, and what the request was.
struct TaskBody: Encodable {
    private let reading: TaskStatus

    init(_ reading: TaskStatus) { self.reading = reading }

    private enum CodingKeys: String, CodingKey {
        case state, step, platform, routing, year, recovery, counts, progress
        case gameName = "game_name"
        case tagLine = "tag_line"
        case queuedAt = "queued_at"
        case startedAt = "started_at"
        case listedAt = "listed_at"
        case finishedAt = "finished_at"
        case puuid = "summoner_puuid"
        case waitingDetail = "waiting_detail"
        case summonerID = "summoner_id"
        case capped
        case riotRequests = "riot_requests"
        case durationSeconds = "duration_seconds"
    }

    func encode(to encoder: any Encoder) throws {
        // Members that the status names too have the same value here.
        try TaskStatusBody(reading).encode(to: encoder)
        let task = reading.task
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(task.state.rawValue, forKey: .state)
        try members.encode(task.step.rawValue, forKey: .step)
        try members.encode(reading.progress, forKey: .progress)
        try members.encode(task.gameName, forKey: .gameName)
        try members.encode(task.tagLine, forKey: .tagLine)
        try members.encode(task.platform.rawValue, forKey: .platform)
        try members.encode(task.platform.matchRoute.rawValue, forKey: .routing)
        try members.encode(task.year, forKey: .year)
        try members.encode(task.recovery, forKey: .recovery)
        try members.encode(task.isCapped, forKey: .capped)
        try members.encode(reading.riotRequests, forKey: .riotRequests)
        try members.encode(reading.durationSeconds, forKey: .durationSeconds)
        try members.encodeIfPresent(task.summonerID, forKey: .summonerID)
        try members.encodeIfPresent(task.puuid, forKey: .puuid)
        try members.encodeIfPresent(task.waitingDetail, forKey: .waitingDetail)
        try members.encode(EpochTime.iso8601(task.queuedAt), forKey: .queuedAt)
        try members.encodeIfPresent(task.startedAt.map(EpochTime.iso8601), forKey: .startedAt)
        try members.encodeIfPresent(task.listedAt.map(EpochTime.iso8601), forKey: .listedAt)
        try members.encodeIfPresent(task.finishedAt.map(EpochTime.iso8601), forKey: .finishedAt)
        if let counts = reading.counts { try members.encode(TaskCountsBody(counts), forKey: .counts) }
    }
}

/// What the ledger says of a task, every group of it.
private struct TaskCountsBody: Encodable {
    private let counts: TaskCounts

    init(_ counts: TaskCounts) { self.counts = counts }

    private enum CodingKeys: String, CodingKey {
        case total, processed, existing, new, unavailable, failed
        case cancelled
        case matchesStored = "matches_stored"
        case timelinesStored = "timelines_stored"
        case timelinesUnavailable = "timelines_unavailable"
        case outsideYear = "outside_year"
        case notHis = "not_his"
        case failedMatches = "failed_matches"
        case currentMatch = "current_match"
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(counts.total, forKey: .total)
        try members.encode(counts.processed, forKey: .processed)
        try members.encode(counts.existing, forKey: .existing)
        try members.encode(counts.new, forKey: .new)
        try members.encode(counts.unavailable, forKey: .unavailable)
        try members.encode(counts.failed, forKey: .failed)
        if counts.cancelled > 0 { try members.encode(counts.cancelled, forKey: .cancelled) }
        try members.encode(counts.matchesStored, forKey: .matchesStored)
        try members.encode(counts.timelinesStored, forKey: .timelinesStored)
        try members.encode(counts.timelinesUnavailable, forKey: .timelinesUnavailable)
        try members.encode(counts.outsideYear, forKey: .outsideYear)
        try members.encode(counts.notHis, forKey: .notHis)
        try members.encode(counts.failedMatches, forKey: .failedMatches)
        try members.encodeIfPresent(counts.currentMatch, forKey: .currentMatch)
    }
}
