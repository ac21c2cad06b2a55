/// The text of a statement, written by a programmer.
///
/// A literal becomes one by itself; there is no interpolation, so that data can only travel in parameters (`$1`, `$2`…).
public struct SQL: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The statement as it is sent.
    public let text: String

    /// Takes a literal of the source code.
    public init(stringLiteral text: String) { self.text = text }

    /// Takes text that was put together at run time from parts that are all in the source code, such as table names.
    public init(trusted text: String) { self.text = text }

    /// The statement on one line, shortened, for error messages.
    var excerpt: String {
        var words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if words.count > PostgresLimits.statementExcerpt {
            words = words.prefix(PostgresLimits.statementExcerpt) + "…"
        }
        return words
    }
}
