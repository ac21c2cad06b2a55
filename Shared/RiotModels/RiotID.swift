/// The name by which a player is found, `gameName#tagLine`, in Unicode normal form C.
///
/// The limits reject nonsense and no more: Riot's own rule (3–16 letters and digits of any script, tag 3–5) has old
/// exceptions, such as names of 23 characters and tags of 8, so Riot decides the rest.
public struct RiotID: Hashable, Sendable, CustomStringConvertible {
    /// Longest game name accepted, in Unicode scalars after normalisation.
    public static let gameNameLimit = 32
    /// Longest tag accepted, in Unicode scalars after normalisation.
    public static let tagLineLimit = 16

    /// The part before the `#`; may hold spaces.
    public let gameName: String
    /// The part after the `#`.
    public let tagLine: String

    /// Normalises and checks both parts; the error names the part that is wrong.
    public init(gameName: String, tagLine: String) throws(RiotModelError) {
        self.gameName = try Self.accept(gameName, as: .gameName, called: "the game name", limit: Self.gameNameLimit)
        self.tagLine = try Self.accept(tagLine, as: .tagLine, called: "the tag line", limit: Self.tagLineLimit)
    }

    /// Reads `Name#TAG`.
    public init(parsing text: String) throws(RiotModelError) {
        let parts = text.unicodeScalars.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw RiotModelError(
                .riotID,
                "\(excerpt(text)) is not a Riot ID; it is a game name, one # and a tag, for example Name#NA1"
            )
        }
        try self.init(gameName: String(parts[0]), tagLine: String(parts[1]))
    }

    /// Equal for two spellings that Riot takes for the same player: without case and without spaces.
    public var foldedKey: String {
        // Normalised last: dropping a space or changing case can bring a mark next to a letter it composes with.
        let folded = description.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }
        return normalFormC(String(String.UnicodeScalarView(folded)))
    }

    /// `Name#TAG`.
    public var description: String { "\(gameName)#\(tagLine)" }

    private static func accept(
        _ text: String,
        as subject: RiotModelError.Subject,
        called part: String,
        limit: Int
    ) throws(RiotModelError) -> String {
        // Normalising costs time by the length. No scalar's decomposition has more than 12 bytes of UTF-8.
        guard text.utf8.count <= limit * 12 else {
            throw RiotModelError(subject, "\(part) is too long; it has at most \(limit) characters")
        }
        let text = normalFormC(text)
        let scalars = text.unicodeScalars
        if scalars.allSatisfy(\.properties.isWhitespace) {
            throw RiotModelError(subject, "\(part) is empty; it has 1 to \(limit) characters")
        }
        if scalars.count > limit {
            throw RiotModelError(subject, "\(part) has \(scalars.count) characters; it has at most \(limit)")
        }
        if scalars.contains("#") {
            throw RiotModelError(subject, "\(part) holds a #, which only separates name and tag")
        }
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw RiotModelError(subject, "\(part) holds a control character; letters, digits and spaces are right")
        }
        return text
    }
}
