/// The id of a game, `EUW1_6852390800`: the platform it was played on and its number there.
public struct MatchID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Where the game was played, whatever platform the player is on today.
    public let platform: Platform
    /// Counts up on its platform, so a larger number is a younger game; beyond 32 bits.
    public let number: Int64

    /// Reads the one spelling that Riot uses: upper case, no leading zeros.
    public init(_ text: String) throws(RiotModelError) {
        guard let parsed = Self.parse(text) else {
            throw RiotModelError(
                .matchID,
                "\(excerpt(text)) is not a match id; it is a platform in upper case, an underscore and a number, "
                    + "for example NA1_5012345678"
            )
        }
        self = parsed
    }

    private init(platform: Platform, number: Int64) {
        self.platform = platform
        self.number = number
    }

    private static func parse(_ text: String) -> MatchID? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let platform = Platform(matchIDPrefix: parts[0]),
            parts[1].first != "0", parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(parts[1])
        else { return nil }
        return MatchID(platform: platform, number: number)
    }

    /// The match-v5 route that has the game.
    public var route: RegionalRoute { platform.matchRoute }

    /// The id as Riot writes it.
    public var text: String { "\(platform.matchIDPrefix)_\(number)" }

    /// The id as Riot writes it.
    public var description: String { text }

    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try MatchID(container.decode(String.self))
        } catch let error as RiotModelError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
