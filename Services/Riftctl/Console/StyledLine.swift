/// A line of text of which some parts have a colour where colours are shown.
struct StyledLine: Equatable, ExpressibleByStringLiteral {
    /// What a colour says.
    enum Colour: Int {
        case alarm = 31, calm = 32, warning = 33
    }

    private struct Part: Equatable {
        var text: String
        var colour: Colour?
    }

    private var parts: [Part] = []

    init(_ text: String = "", _ colour: Colour? = nil) {
        if !text.isEmpty { parts.append(Part(text: text, colour: colour)) }
    }

    init(stringLiteral text: String) { self.init(text) }

    /// The text alone.
    var plain: String { parts.map(\.text).joined() }

    /// Columns that it takes on a terminal; what is shown here has no wide characters.
    var width: Int { parts.reduce(0) { $0 + $1.text.count } }

    /// The text with or without the codes of its colours.
    func text(isColoured: Bool) -> String {
        guard isColoured else { return plain }
        return parts.map { part in
            guard let colour = part.colour else { return part.text }
            return "\u{1B}[\(colour.rawValue)m\(part.text)\u{1B}[0m"
        }.joined()
    }

    static func + (left: StyledLine, right: StyledLine) -> StyledLine {
        var line = left
        line.parts += right.parts
        return line
    }

    /// Its words, each in its colour.
    var words: [StyledLine] {
        var words: [StyledLine] = [""]
        for part in parts {
            for (index, word) in part.text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { words.append("") }
                words[words.count - 1] = words[words.count - 1] + StyledLine(String(word), part.colour)
            }
        }
        return words
    }

    /// Puts pieces behind `head`; where one does not fit any more a new line begins, `indent` columns from the left.
    ///
    /// Only what is too long for a whole line is broken between its words.
    ///
    /// - Parameter glue: Ends a piece that another one follows, such as a comma.
    static func flow(
        _ pieces: [StyledLine],
        head: StyledLine = "",
        indent: Int = 0,
        glue: String = "",
        width: Int
    ) -> [StyledLine] {
        var lines: [StyledLine] = []
        var line = head
        var isFirst = true
        let glued = pieces.enumerated().map { $0 < pieces.count - 1 ? $1 + StyledLine(glue) : $1 }
        for piece in glued.flatMap({ $0.width > width - indent ? $0.words : [$0] }) {
            if !isFirst, line.width + 1 + piece.width > width {
                lines.append(line)
                line = StyledLine(String(repeating: " ", count: indent))
                isFirst = true
            }
            line = isFirst ? line + piece : line + " " + piece
            isFirst = false
        }
        return lines + [line]
    }

    /// A sentence, its words on as many lines as it takes.
    static func sentence(_ text: String, _ colour: Colour? = nil, width: Int) -> [StyledLine] {
        flow(StyledLine(text, colour).words, width: width)
    }
}
