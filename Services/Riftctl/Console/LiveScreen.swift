/// Lines that are drawn again and again in the same place, without taking the whole terminal.
struct LiveScreen {
    /// Columns that each of the lines took that are on the screen now.
    private var drawn: [Int] = []

    /// What to write so that `lines` stand in the place of those before them; the cursor ends below them.
    ///
    /// - Parameters:
    ///   - columns: Of the terminal now: what it was narrowed to has broken the lines that were drawn.
    ///   - rows: Of the terminal; what does not fit is left out, since nothing above the first row can be drawn again.
    mutating func draw(_ lines: [StyledLine], columns: Int, rows: Int, isColoured: Bool) -> String {
        let lines = Self.fitted(lines, rows: rows - 1, columns: columns)
        let above = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
        drawn = lines.map(\.width)
        return "\r" + (above > 0 ? "\u{1B}[\(above)A" : "")
            + lines.map { "\u{1B}[2K\($0.text(isColoured: isColoured))\n" }.joined() + "\u{1B}[J"
    }

    private static func fitted(_ lines: [StyledLine], rows: Int, columns: Int) -> [StyledLine] {
        guard lines.count > rows, rows > 0 else { return lines }
        let shown = lines.prefix(rows - 1)
        let note = "... \(lines.count - shown.count) lines more than fit"
        return shown + [StyledLine(String(note.prefix(columns)), .warning)]
    }
}
