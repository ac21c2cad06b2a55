import Storage

/// An answer for people: aligned columns under their names, numbers at the right.
struct AnswerTable {
    let lines: [String]

    init(_ answer: QuestionAnswer) {
        guard !answer.rows.isEmpty else {
            lines = ["No matches answer that."]
            return
        }
        let columns = answer.columns.indices.map { column in
            let values = answer.rows.map { $0[column] }
            return Self.aligned(
                [answer.columns[column]] + values.map { Self.plain($0 ?? "") },
                atRight: Self.areNumbers(values)
            )
        }
        lines = (0...answer.rows.count).map { row in
            var line = columns.map { $0[row] }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func aligned(_ cells: [String], atRight: Bool) -> [String] {
        let widths = cells.map(width)
        let width = widths.max() ?? 0
        return zip(cells, widths).map { cell, own in
            let blanks = String(repeating: " ", count: width - own)
            return atRight ? blanks + cell : cell + blanks
        }
    }

    private static func areNumbers(_ values: [String?]) -> Bool {
        values.allSatisfy { $0.map { Double($0) != nil } ?? true }
    }

    /// Names can hold anything; what would move the cursor is shown as a question mark.
    private static func plain(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : $0 })
    }

    /// Columns of a terminal that a text takes: ideographs, kana and Hangul take two (Unicode Standard Annex 11).
    private static func width(_ text: String) -> Int {
        text.reduce(0) { width, character in
            let first = character.unicodeScalars.first?.value ?? 0
            let isWide =
                (0x1100...0x115F).contains(first) || (0x2E80...0xA4CF).contains(first)
                || (0xAC00...0xD7A3).contains(first) || (0xF900...0xFAFF).contains(first)
                || (0xFE30...0xFE6F).contains(first) || (0xFF00...0xFF60).contains(first)
                || (0xFFE0...0xFFE6).contains(first) || (0x1F300...0x1FAFF).contains(first)
                || (0x20000...0x3FFFD).contains(first)
            return width + (isWide ? 2 : 1)
        }
    }
}
