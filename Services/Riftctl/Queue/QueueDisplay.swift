/// The queue for people.
enum QueueDisplay {
    /// The lists of every lane, without those where nothing is unless all are wanted.
    static func stats(_ entries: [QueueStatsMessage], showsAll: Bool) -> [String] {
        let shown = showsAll ? entries : entries.filter { !$0.isQuiet }
        if shown.isEmpty { return ["Nothing waits, runs or is dead, and nothing is paused."] }
        return TextTable(
            header: ["ROUTE", "KIND", "WAITING", "RUNNING", "DELAYED", "DEAD", "CLAIMED"],
            rows: shown.map { entry in
                [
                    entry.lane, entry.kind, String(entry.waiting), String(entry.running), String(entry.delayed),
                    String(entry.dead), claims(entry),
                ]
            }
        ).lines
    }

    private static func claims(_ entry: QueueStatsMessage) -> String {
        if entry.paused { return "paused" + (entry.pausedAt.map { " since \(time($0))" } ?? "") }
        if entry.holdMilliseconds > 0 { return "not for \((entry.holdMilliseconds + 999) / 1000) s: Riot said so" }
        return "yes"
    }

    /// Who has jobs, in the order of their turns.
    static func tenants(_ message: QueueTenantsMessage) -> [String] {
        if message.tenants.isEmpty { return ["Nobody has such jobs."] }
        let table = TextTable(
            header: ["TENANT", "WAITING", "BACKGROUND", "RUNNING", "OLDEST"],
            rows: message.tenants.map { tenant in
                [
                    tenant.tenant, String(tenant.waiting), String(tenant.background), String(tenant.running),
                    tenant.oldestMilliseconds.map { StatusTable.age(milliseconds: $0) } ?? "-",
                ]
            }
        )
        let rest = message.total - message.tenants.count
        return table.lines + (rest > 0 ? ["… and \(rest) more."] : [])
    }

    /// What was paused or resumed.
    static func change(_ message: QueuePauseMessage, isPaused: Bool) -> [String] {
        let places = "\(message.kinds.joined(separator: ", ")) at \(message.routes.joined(separator: ", "))"
        let count = message.kinds.count * message.routes.count
        var lines = ["\(isPaused ? "Paused" : "Resumed"): \(places)."]
        if message.changed < count { lines.append("\(count - message.changed) of these \(count) were so before.") }
        if !message.inForce { lines.append("Redis does not answer; it learns of it when it does.") }
        return lines
    }

    /// `2025-06-15T15:06:40.123Z` to the second.
    static func time(_ text: String) -> String { text.prefix(19).replacing("T", with: " ") + "Z" }
}
