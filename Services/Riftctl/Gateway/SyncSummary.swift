/// What a sync came to, in lines for people.
struct SyncSummary {
    let lines: [String]

    init(_ report: SyncReport) {
        lines =
            switch report.status {
            case "SUCCESS": Self.success(report)
            case "FAILURE": ["Failed: \(report.error ?? "no reason is known")"]
            case "REVOKED": ["Cancelled: \(report.reason ?? "no reason is known")"]
            default: ["\(report.status): \(ProgressDisplay.words(report))"]
            }
    }

    private static func success(_ report: SyncReport) -> [String] {
        let name = report.summonerName ?? "The player"
        let total = report.totalMatches ?? 0
        let year = report.year.map { " in \($0)" } ?? ""
        guard total > 0 else { return ["\(name) has no matches\(year)."] }
        var lines = [
            "\(name)\(year): \(total) matches, \(report.newMatches ?? 0) new, \(report.existingMatches ?? 0) already held"
        ]
        var rest: [String] = []
        if let count = report.unavailableMatches, count > 0 { rest.append("\(count) unavailable at Riot") }
        if let failed = report.failedMatches, !failed.isEmpty {
            rest.append("\(failed.count) failed (\(failed.prefix(5).joined(separator: ", ")))")
        }
        if let count = report.timelinesUnavailable, count > 0 { rest.append("\(count) without a timeline") }
        if let count = report.outsideYear, count > 0 { rest.append("\(count) outside the year") }
        if let count = report.notHis, count > 0 { rest.append("\(count) without him") }
        if report.capped == true { rest.append("Riot lists no more than about a thousand, older ones may be missing") }
        if !rest.isEmpty { lines.append("    " + rest.joined(separator: "; ")) }
        if let requests = report.riotRequests, let seconds = report.durationSeconds {
            lines.append("    \(requests) requests in \(seconds) s")
        }
        return lines
    }
}
