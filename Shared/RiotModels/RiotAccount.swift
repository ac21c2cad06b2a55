/// The answer of account-v1: who a player is, whatever he is called today.
public struct RiotAccount: Codable, Sendable, Equatable {
    /// 78 characters of base64url, encrypted for our application: another application sees another one.
    public var puuid: String
    /// The player's own spelling; Riot may leave it out.
    public var gameName: String?
    /// The player's own spelling; Riot may leave it out.
    public var tagLine: String?

    /// Creates an account.
    public init(puuid: String, gameName: String? = nil, tagLine: String? = nil) {
        self.puuid = puuid
        self.gameName = gameName
        self.tagLine = tagLine
    }
}
