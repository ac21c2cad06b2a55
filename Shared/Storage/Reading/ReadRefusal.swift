/// A read was asked for with something that it cannot use; nothing was sent to the database.
public struct ReadRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the sentence is about, in the words of the HTTP API: `cursor`, `limit`, `q` and so on.
    public let parameter: String
    /// A sentence that says what would be right.
    public let message: String

    /// The message.
    public var description: String { message }
}

/// The limits of the reads.
public enum ReadLimits {
    /// Rows of a page of matches; each has everybody who was in it.
    public static let matchRows = 1...50
    /// Rows of a search or of a list of mates.
    public static let playerRows = 1...100
    /// Years that reads accept; a year that has nothing gives an empty answer.
    public static let years = 2010...9999

    static func check(limit: Int, _ allowed: ClosedRange<Int>) throws(ReadRefusal) {
        guard allowed.contains(limit) else {
            throw ReadRefusal(
                parameter: "limit",
                message: "The limit is \(limit); it must be \(allowed.lowerBound) to \(allowed.upperBound)."
            )
        }
    }

    static func check(year: Int) throws(ReadRefusal) {
        guard years.contains(year) else {
            throw ReadRefusal(
                parameter: "year",
                message: "The year is \(year); it must be \(years.lowerBound) to \(years.upperBound)."
            )
        }
    }

    /// An integer that a column of four bytes can hold.
    static func check(_ value: Int?, _ parameter: String) throws(ReadRefusal) {
        guard let value, Int32(exactly: value) == nil else { return }
        throw ReadRefusal(parameter: parameter, message: "The \(parameter) \(value) is no number that Riot uses.")
    }
}
