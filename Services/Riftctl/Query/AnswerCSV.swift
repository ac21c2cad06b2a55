import Storage

/// An answer as RFC 4180 wants it: a line of names, fields with commas, quotes or line breaks in quotes, lines ended by
/// CR LF; NULL is an empty field.
struct AnswerCSV {
    /// All lines; the line feed that ends the last one comes from the printer, as after every text.
    let text: String

    init(_ answer: QuestionAnswer) {
        let lines = [answer.columns] + answer.rows.map { row in row.map { $0 ?? "" } }
        text = lines.map { $0.map(Self.field).joined(separator: ",") + "\r" }.joined(separator: "\n")
    }

    private static func field(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
