/// The answer to a question.
public struct QuestionAnswer: Sendable, Equatable {
    /// Names of the columns.
    public let columns: [String]
    /// Values in PostgreSQL's text form, a list for each line; nil for NULL.
    public let rows: [[String?]]
    /// There were more rows than `QuestionLimits.rows`; the first ones are here.
    public let isCut: Bool

    /// An answer of these rows.
    public init(columns: [String], rows: [[String?]], isCut: Bool) {
        self.columns = columns
        self.rows = rows
        self.isCut = isCut
    }
}

/// The same answer as JSON.
public struct QuestionObjects: Sendable, Equatable {
    /// A JSON object for each row, members in the order of the columns.
    public let objects: [String]
    /// There were more rows than `QuestionLimits.rows`; the first ones are here.
    public let isCut: Bool
}

/// The bounds of a question.
public enum QuestionLimits {
    /// Most rows of an answer.
    public static let rows = 10_000
    /// How long a question may take; a player's thousand matches take about a second.
    public static let timeout = Duration.seconds(30)
    /// How many names are looked at for one that is like a name that is not known.
    public static let nameCandidates = 500
}
