import Storage

/// How far `riftctl derive` is, in words.
struct DeriveDisplay {
    /// Time between two lines where there is no terminal.
    static let lineInterval = Duration.seconds(10)

    /// Bodies that there are to do.
    let total: Int
    let isTerminal: Bool
    private var nextLine: Duration

    init(total: Int, isTerminal: Bool) {
        self.total = total
        self.isTerminal = isTerminal
        nextLine = Self.lineInterval
    }

    /// What to show after so much time; nil when it is too early for another line.
    mutating func update(_ counts: Deriver.Counts, after elapsed: Duration) -> String? {
        if !isTerminal, elapsed < nextLine { return nil }
        nextLine = elapsed + Self.lineInterval
        return Self.progress(counts, of: total, after: elapsed)
    }

    /// `1200 of 45000 bodies (2 %), 310 a second, about 141 s left`.
    static func progress(_ counts: Deriver.Counts, of total: Int, after elapsed: Duration) -> String {
        // Others may store, or derive, what was not counted at the beginning.
        let total = max(total, counts.handled)
        let percent = total == 0 ? 100 : 100 * counts.handled / total
        var words = "\(counts.handled) of \(total) bodies (\(percent) %)"
        if let rate = rate(counts, elapsed) {
            let left = Double(total - counts.handled) / rate
            words += ", \(shown(rate)) a second, about \(StatusTable.age(milliseconds: Int64(left * 1000))) left"
        }
        return words + remarks(counts)
    }

    /// The last words.
    static func summary(_ counts: Deriver.Counts, after elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        let pace = rate(counts, elapsed).map { ", \(shown($0)) a second" } ?? ""
        return "The rows of \(counts.derived) bodies were made again in \(Int(seconds.rounded(.up))) s\(pace)"
            + remarks(counts) + "."
    }

    /// The figures of `--status`.
    static func table(_ status: DeriveStatus) -> TextTable {
        TextTable(
            header: ["KIND", "BODIES", "OF PARSER \(status.version)", "TO DO", "REFUSED", "ROWS WITHOUT BODY"],
            rows: FetchKind.allCases.compactMap { kind in
                status.figures[kind].map { figures in
                    [kind.rawValue]
                        + [figures.bodies, figures.current, figures.outdated, figures.refused, figures.withoutBody]
                        .map(String.init)
                }
            }
        )
    }

    private static func rate(_ counts: Deriver.Counts, _ elapsed: Duration) -> Double? {
        let seconds = elapsed / .seconds(1)
        return seconds > 0 && counts.handled > 0 ? Double(counts.handled) / seconds : nil
    }

    private static func shown(_ rate: Double) -> String {
        rate >= 10 ? String(Int(rate.rounded())) : String((rate * 10).rounded() / 10)
    }

    private static func remarks(_ counts: Deriver.Counts) -> String {
        (counts.refused > 0 ? ", \(counts.refused) refused" : "")
            + (counts.damaged > 0 ? ", \(counts.damaged) damaged" : "")
    }
}
