/// A name, an id or a year that cannot be what it claims to be.
public struct RiotModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was refused; a caller maps it to the member of its own request.
    public enum Subject: String, Sendable {
        case gameName, tagLine, riotID, matchID
    }

    /// What was refused.
    public let subject: Subject
    /// A sentence that says what is wrong and what would be right.
    public let message: String
    /// The same sentence.
    public var description: String { message }

    init(_ subject: Subject, _ message: String) {
        self.subject = subject
        self.message = message
    }
}
