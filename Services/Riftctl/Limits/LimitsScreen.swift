import RiotClient

/// What `limits` shows: pure text from what the limiter knows.
struct LimitsScreen {
    /// From this width on a limit's name stands beside its bars, below it above them.
    static let wideEnough = 60
    /// Cells of a bar, at least and at most.
    static let cells = 8...24

    let snapshot: LimitsSnapshot
    /// Whether endpoints are shown that nobody uses now.
    let showsAll: Bool
    /// Columns of a line; none gets longer.
    let width: Int

    private var isWide: Bool { width >= Self.wideEnough }

    /// All of it, top to bottom.
    var lines: [StyledLine] {
        guard !snapshot.buckets.isEmpty else {
            let advice = """
                No limits are known yet: they come with Riot's first answer. Start a sync (riftctl sync 'Name#TAG') or \
                look a player up (riftctl lookup 'Name#TAG').
                """
            return keyLines + StyledLine.sentence(advice, width: width)
        }
        let shown = snapshot.buckets.filter { showsAll || $0.method == nil || Self.isInUse($0) }
        let column = 4 + (shown.map { Self.name(of: $0).count }.max() ?? 0)
        var lines = keyLines
        for route in Set(shown.map(\.route)).sorted() {
            lines += ["", StyledLine(route)]
            let buckets = shown.filter { $0.route == route }
            for bucket in buckets.filter({ $0.method == nil }) + buckets.filter({ $0.method != nil }) {
                lines += self.lines(of: bucket, column: column)
            }
        }
        let hidden = snapshot.buckets.count - shown.count
        guard hidden > 0 else { return lines }
        let subject = hidden == 1 ? "1 endpoint that nobody uses is" : "\(hidden) endpoints that nobody uses are"
        return lines + [""] + StyledLine.sentence("\(subject) left out; --all shows them.", width: width)
    }

    // MARK: The key

    private var keyLines: [StyledLine] {
        let key = snapshot.key
        guard !key.isAccepted else { return StyledLine.sentence("Riot accepts the key.", .calm, width: width) }
        let status = key.status.map { " (\($0))" } ?? ""
        let since = StatusTable.age(milliseconds: key.refusedFor ?? 0)
        let wait = key.nextProbeIn ?? 0
        let probe =
            wait > 0
            ? "next probe in \(StatusTable.age(milliseconds: wait + 999))"
            : "the next request finds out whether it is good"
        return StyledLine.sentence("Riot refuses the key\(status) since \(since); \(probe).", .alarm, width: width)
    }

    // MARK: One limit

    private static func isInUse(_ bucket: LimitsSnapshot.Bucket) -> Bool {
        bucket.underWay > 0 || bucket.stoppedFor > 0 || bucket.windows.contains { $0.used > 0 }
    }

    private static func name(of bucket: LimitsSnapshot.Bucket) -> String { bucket.method ?? "application" }

    /// Its name, a line for each window, and what else there is to say of it.
    private func lines(of bucket: LimitsSnapshot.Bucket, column: Int) -> [StyledLine] {
        let name = "  \(Self.name(of: bucket))"
        let indent = isWide ? column : 4
        let space = String(repeating: " ", count: indent)
        var rows: [(bar: StyledLine, pieces: [StyledLine])] = bucket.windows.map { window in
            (bar(window, room: width - indent) + " ", pieces(of: window))
        }
        if rows.isEmpty { rows.append(("", ["not known yet"])) }
        let notes = self.notes(of: bucket)
        if !notes.isEmpty { rows.append(("", notes)) }
        var lines: [StyledLine] = isWide ? [] : [StyledLine(name)]
        for (bar, pieces) in rows {
            let isNamed = isWide && lines.isEmpty
            let head = isNamed ? name + String(repeating: " ", count: indent - name.count) : space
            lines += StyledLine.flow(
                pieces,
                head: StyledLine(head) + bar,
                indent: isWide ? indent : indent + 2,
                glue: ",",
                width: width
            )
        }
        return lines
    }

    private func bar(_ window: LimitsSnapshot.Window, room: Int) -> StyledLine {
        // Beside it stand, on a wide line, "1234/2000 in 120 s, free again in 119.9 s"; else the first half of that.
        let cells = min(Self.cells.upperBound, max(Self.cells.lowerBound, room - (isWide ? 44 : 22)))
        let limit = max(1, window.limit)
        let used = min(limit, max(0, window.used))
        // Something used is at least a cell, and only a full window is a full bar.
        let full = used == 0 ? 0 : max(1, used * cells / limit)
        let colour: StyledLine.Colour =
            used >= limit - window.guarded ? .alarm : used * 5 >= limit * 4 ? .warning : .calm
        return "[" + StyledLine(String(repeating: "#", count: full), colour)
            + StyledLine(String(repeating: ".", count: cells - full) + "]")
    }

    private func pieces(of window: LimitsSnapshot.Window) -> [StyledLine] {
        var pieces = [StyledLine("\(window.used)/\(window.limit) in \(window.seconds) s")]
        if window.used > 0 { pieces.append(StyledLine("free again in \(Self.wait(window.endsIn))")) }
        if window.guarded > 0 { pieces.append(StyledLine("\(window.guarded) kept for another program", .warning)) }
        return pieces
    }

    private func notes(of bucket: LimitsSnapshot.Bucket) -> [StyledLine] {
        var notes: [StyledLine] = []
        if bucket.stoppedFor > 0 {
            let type = bucket.stoppedBy.map { $0 == "none" ? " (no type)" : " (\($0))" } ?? ""
            notes.append(StyledLine("stopped by Riot for \(Self.wait(bucket.stoppedFor))\(type)", .alarm))
        }
        if bucket.underWay > 0 {
            let noun = bucket.underWay == 1 ? "request" : "requests"
            notes.append(StyledLine("\(bucket.underWay) \(noun) under way"))
        }
        return notes
    }

    /// A time to come: with tenths where it is short, and never shorter than it is.
    static func wait(_ milliseconds: Int64) -> String {
        guard milliseconds < 120_000 else { return StatusTable.age(milliseconds: milliseconds + 999) }
        let tenths = (max(0, milliseconds) + 99) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
