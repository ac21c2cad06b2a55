import ServiceRuntime

/// Rows of text in aligned columns.
struct TextTable: Sendable, Equatable {
    private let rows: [[String]]
    /// Whether all columns but the first are figures, which end below each other.
    private let holdsFigures: Bool

    /// Words, each column to the left.
    init(header: [String], rows: [[String]]) {
        self.rows = [header] + rows
        holdsFigures = false
    }

    /// Figures, each behind a word.
    init(rows: [[String]]) {
        self.rows = rows
        holdsFigures = true
    }

    /// The rows, each as a line.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                if holdsFigures { return column == 0 ? cell + padding : padding + cell }
                return column == row.count - 1 ? cell : cell + padding
            }.joined(separator: "  ")
        }
    }
}

/// Times for people.
enum EpochText {
    /// To the second, in UTC: `2025-06-15 15:06:40Z`.
    static func second(_ milliseconds: Int64) -> String {
        EpochTime.iso8601(milliseconds / 1000 * 1000).prefix(19).replacing("T", with: " ") + "Z"
    }
}
