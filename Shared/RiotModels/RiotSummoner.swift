/// The answer of summoner-v4: a player's profile on one platform.
///
/// One puuid can have a profile on several platforms, each with its own level and icon.
public struct RiotSummoner: Codable, Sendable, Equatable {
    /// The player.
    public var puuid: String
    /// The number of the picture he shows.
    public var profileIconId: Int
    /// Epoch milliseconds of the last change of icon or name, or of the last finished game.
    public var revisionDate: Int64
    /// The level on this platform.
    public var summonerLevel: Int

    /// Creates a profile.
    public init(puuid: String, profileIconId: Int = 0, revisionDate: Int64 = 0, summonerLevel: Int = 0) {
        self.puuid = puuid
        self.profileIconId = profileIconId
        self.revisionDate = revisionDate
        self.summonerLevel = summonerLevel
    }

    /// Decodes an answer; Riot leaves out what is zero.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        puuid = try members.decode(String.self, forKey: .puuid)
        profileIconId = try members.decodeIfPresent(Int.self, forKey: .profileIconId) ?? 0
        revisionDate = try members.decodeIfPresent(Int64.self, forKey: .revisionDate) ?? 0
        summonerLevel = try members.decodeIfPresent(Int.self, forKey: .summonerLevel) ?? 0
    }
}
