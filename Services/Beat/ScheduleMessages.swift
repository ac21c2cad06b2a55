import ServiceRuntime
import Storage

/// Parameters of `schedule.run`.
struct RunParameters: Codable, Sendable {
    let name: String
    let dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case name
        case dryRun = "dry_run"
    }
}

/// Answer of `schedule.run`.
struct RunResult: Codable, Sendable {
    let name: String
    let dryRun: Bool
    let detail: String

    enum CodingKeys: String, CodingKey {
        case name, detail
        case dryRun = "dry_run"
    }
}

/// Parameters of `schedule.pause` and `schedule.resume`.
struct PauseParameters: Codable, Sendable {
    let name: String
    let reason: String?
}

/// Answer of `schedule.pause` and `schedule.resume`.
struct PauseResult: Codable, Sendable {
    let name: String
    let isPaused: Bool
    /// It was not so before.
    let isChanged: Bool

    enum CodingKeys: String, CodingKey {
        case name
        case isPaused = "paused"
        case isChanged = "changed"
    }
}

/// One entry of `schedule.list`.
struct ListedEntry: Codable, Sendable {
    let name: String
    let summary: String
    /// `on`, `paused` or `off`.
    let state: String
    /// The cron line; `off` when the entry is switched off.
    let cron: String
    let timeZone: String
    /// In UTC; absent when the entry is paused or off.
    let nextTick: String?
    /// The same on a clock of the zone.
    let nextTickLocal: String?
    /// What is done about ticks that passed while no beat ran.
    let missedTicks: String
    /// What is done about runs whose beat ended before they did.
    let interruptedRuns: String
    let pausedAt: String?
    let pauseReason: String?
    let lastTick: String?
    let lastByHand: Bool?
    let lastRunner: String?
    let lastAttempt: Int?
    let lastFinishedAt: String?
    /// `ok`, `failed`, `lost` or `unfinished`.
    let lastOutcome: String?
    let lastDetail: String?

    enum CodingKeys: String, CodingKey {
        case name, summary, state, cron
        case timeZone = "time_zone"
        case nextTick = "next_tick"
        case nextTickLocal = "next_tick_local"
        case missedTicks = "missed_ticks"
        case interruptedRuns = "interrupted_runs"
        case pausedAt = "paused_at"
        case pauseReason = "pause_reason"
        case lastTick = "last_tick"
        case lastByHand = "last_by_hand"
        case lastRunner = "last_runner"
        case lastAttempt = "last_attempt"
        case lastFinishedAt = "last_finished_at"
        case lastOutcome = "last_outcome"
        case lastDetail = "last_detail"
    }

    init(_ entry: ScheduleEntry, in schedule: Schedule, memory: ScheduleEntryState?, last: ScheduleRun?, now: Int64) {
        name = entry.name
        summary = entry.summary
        let isPaused = memory?.pausedAt != nil
        state = entry.cron == nil ? "off" : isPaused ? "paused" : "on"
        cron = entry.cron?.description ?? "off"
        timeZone = schedule.zone.name
        let next = isPaused ? nil : schedule.next(of: entry, after: now)
        nextTick = next.map(EpochTime.iso8601)
        nextTickLocal = next.map(schedule.zone.iso8601)
        missedTicks = entry.missed.description
        interruptedRuns = entry.interrupted.rawValue
        pausedAt = (memory?.pausedAt).map(EpochTime.iso8601)
        pauseReason = memory?.pauseReason
        lastTick = (last?.tick).map(EpochTime.iso8601)
        lastByHand = last?.isByHand
        lastRunner = last?.runner
        lastAttempt = last?.attempt
        lastFinishedAt = (last?.finishedAt).map(EpochTime.iso8601)
        lastOutcome = last.map { $0.outcome ?? "unfinished" }
        lastDetail = last?.detail
    }
}

extension TimeZoneRules {
    /// An instant, epoch milliseconds, on a clock of the zone: `2026-11-29T05:17:00+01:00`.
    func iso8601(_ milliseconds: Int64) -> String {
        let offset = offset(at: CivilMinute.divide(milliseconds, 1_000))
        let minutes = abs(offset) / 60
        let two = { (number: Int64) in (number < 10 ? "0" : "") + String(number) }
        return EpochTime.iso8601(milliseconds + offset * 1_000).dropLast(5)
            + "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
