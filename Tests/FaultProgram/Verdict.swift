/// What came of it all.
struct Verdict {
    let report: String
    let isGood: Bool

    static func of(_ system: FaultSystem, load: SyncLoad, journal: FaultJournal) async throws -> Verdict {
        let outcomes = await load.outcomes
        var complaints = await load.stuck.map { "a task did not end: \($0)" }
        if await load.fallen > 0 { complaints.append("progress fell \(await load.fallen) times") }
        for outcome in outcomes { complaints += judge(outcome) }
        let stored = try await Stored.compared(system, players: Set(outcomes.map(\.player)))
        complaints += stored.complaints
        var lines = await table(journal)
        lines.append(
            "\(outcomes.count) tasks of \(Set(outcomes.map(\.player)).count) players ended, "
                + "\(outcomes.count { $0.status.status == "SUCCESS" }) with SUCCESS"
        )
        lines.append(stored.line)
        lines += complaints.prefix(50)
        return Verdict(report: lines.joined(separator: "\n"), isGood: complaints.isEmpty)
    }

    private static func table(_ journal: FaultJournal) async -> [String] {
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [pad("fault", 34) + pad("times", 8) + pad("jobs under way", 16) + "longest delay"]
        for (fault, line) in await journal.lines.sorted(by: { $0.value.times > $1.value.times }) {
            let delay = Double(line.longest.components.seconds) + Double(line.longest.components.attoseconds) / 1e18
            lines.append(
                pad(fault.name, 34) + pad(String(line.times), 8) + pad(String(line.jobs), 16)
                    + "\((delay * 10).rounded() / 10) s"
            )
        }
        return lines
    }

    /// A task's counts add up, and it ended as it should.
    private static func judge(_ outcome: SyncLoad.Outcome) -> [String] {
        let status = outcome.status
        guard status.status == "SUCCESS" else {
            return ["task \(outcome.task) ended with \(status.status): \(status.error ?? "")"]
        }
        let parts = (status.existing ?? 0) + (status.new ?? 0) + (status.unavailable ?? 0) + (status.failed?.count ?? 0)
        var complaints: [String] = []
        if status.total != parts || status.processed != status.total {
            complaints.append("the counts of task \(outcome.task) do not add up: \(status)")
        }
        if status.failed?.isEmpty == false { complaints.append("task \(outcome.task) has failed matches: \(status)") }
        return complaints
    }
}
