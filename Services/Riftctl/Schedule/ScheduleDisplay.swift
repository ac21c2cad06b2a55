/// The schedule for people.
enum ScheduleDisplay {
    /// A table, and with `isLong` a paragraph for each entry after it.
    static func lines(_ entries: [ScheduleMessage.Entry], isLong: Bool) -> [String] {
        let table = TextTable(
            header: ["ENTRY", "WHEN", "NEXT", "LAST", "OUTCOME"],
            rows: entries.map { [$0.name, $0.cron, next($0), last($0), $0.lastOutcome ?? "-"] }
        )
        let zone = entries.first.map { ["Times of day are those of \($0.timeZone)."] } ?? []
        return table.lines + zone + (isLong ? entries.flatMap(paragraph) : [])
    }

    /// What a pause or its end has changed.
    static func change(_ pause: ScheduleMessage.Pause) -> [String] {
        let state = pause.paused ? "paused" : "resumed"
        guard pause.changed else { return ["\(pause.name) was \(pause.paused ? "paused already" : "not paused")."] }
        return ["\(pause.name) is \(state)."]
    }

    private static func next(_ entry: ScheduleMessage.Entry) -> String {
        entry.nextTickLocal.map(short) ?? entry.state
    }

    private static func last(_ entry: ScheduleMessage.Entry) -> String {
        guard let tick = entry.lastTick else { return "-" }
        return short(tick.prefix(19) + "Z") + (entry.lastByHand == true ? " by hand" : "")
    }

    /// `2026-11-29T05:17:00+01:00` as `2026-11-29 05:17+01:00`.
    private static func short(_ time: String) -> String {
        String(time.prefix(16)).replacing("T", with: " ") + String(time.dropFirst(19))
    }

    private static func paragraph(_ entry: ScheduleMessage.Entry) -> [String] {
        var lines = ["", "\(entry.name): \(entry.summary)"]
        lines.append("  missed ticks      \(entry.missedTicks)")
        lines.append("  interrupted runs  \(entry.interruptedRuns)")
        if let since = entry.pausedAt {
            let reason = entry.pauseReason ?? "no reason given"
            lines.append("  paused            since \(short(since.prefix(19) + "Z")): \(reason)")
        }
        if let runner = entry.lastRunner {
            let attempt = entry.lastAttempt.map { $0 > 1 ? ", attempt \($0)" : "" } ?? ""
            lines.append("  last runner       \(runner)\(attempt)")
        }
        if let detail = entry.lastDetail { lines.append("  last run          \(detail)") }
        return lines
    }
}
