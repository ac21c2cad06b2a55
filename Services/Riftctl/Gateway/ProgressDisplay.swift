/// Turns reports into a progress bar, or into not too many lines where there is no terminal.
struct ProgressDisplay {
    /// What is to be shown.
    enum Output: Equatable {
        case bar(String)
        case line(String)
        case nothing
    }

    /// Without a terminal a line is printed whenever so many more per cent are done, or the step changes.
    static let linePercent = 10
    /// How long after the last line the next one is printed in any case.
    static let lineInterval = Duration.seconds(15)

    let isTerminal: Bool
    private var lastText = ""
    private var lastStep = ""
    private var lastPercent = 0
    private var lastLine: ContinuousClock.Instant?

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    /// What a report adds to what was shown so far.
    mutating func update(_ report: SyncReport, at now: ContinuousClock.Instant, width: Int) -> Output {
        if report.isFinal, report.status != "SUCCESS" { return .nothing }  // the summary says it
        if isTerminal { return .bar(Self.bar(report, width: width)) }
        let percent = report.progress ?? 0
        let step = report.step ?? report.status
        let isDue = lastLine.map { now - $0 >= Self.lineInterval } ?? true
        guard isDue || step != lastStep || percent >= lastPercent + Self.linePercent else { return .nothing }
        lastStep = step
        lastPercent = percent
        lastLine = now
        let text = Self.words(report)
        guard text != lastText else { return .nothing }
        lastText = text
        return .line(text)
    }

    static func bar(_ report: SyncReport, width: Int) -> String {
        let percent = min(100, max(0, report.progress ?? 0))
        let cells = 24
        let full = percent * cells / 100
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full)
            + "] \(percent) %  " + words(report)
    }

    /// A report in words: the step, how much of it is done, what it waits for.
    static func words(_ report: SyncReport) -> String {
        var words = (report.step ?? report.status.lowercased()).split(separator: "_").joined(separator: " ")
        if let processed = report.processed, let total = report.total { words += ", \(processed) of \(total)" }
        if let eta = report.etaSeconds, eta > 0 { words += ", about \(eta) s left" }
        if let reason = report.waitingFor { words += ", waiting: \(Self.reason(reason))" }
        if let until = report.rateLimitedUntil { words += " until \(until)" }
        if let error = report.error { words += ", \(error)" }
        return words
    }

    private static func reason(_ word: String) -> String {
        switch word {
        case "quota": "the API's limit is used up"
        case "key": "Riot rejects the key"
        case "riot": "Riot does not answer"
        case "worker": "no worker runs"
        case "queue": "for its turn, or paused (riftctl queue)"
        default: word
        }
    }
}
