/// The answer of account-v1's region endpoint: which platform a player plays a game on now.
///
/// `AccountRegionDTO` of Riot's OpenAPI document of April 2026.
public struct RiotActiveRegion: Codable, Sendable, Equatable {
    /// The player.
    public var puuid: String
    /// The game that was asked for, `lol`.
    public var game: String
    /// A platform in lower case, `euw1`; empty when Riot left it out.
    public var region: String

    /// The platform; nil for one that this version does not know.
    public var platform: Platform? { Platform(rawValue: region.lowercased()) }

    /// Creates an answer.
    public init(puuid: String = "", game: String = "lol", region: String = "") {
        self.puuid = puuid
        self.game = game
        self.region = region
    }

    /// Decodes an answer; Riot leaves out what is empty.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        puuid = try members.decodeIfPresent(String.self, forKey: .puuid) ?? ""
        game = try members.decodeIfPresent(String.self, forKey: .game) ?? ""
        region = try members.decodeIfPresent(String.self, forKey: .region) ?? ""
    }
}
