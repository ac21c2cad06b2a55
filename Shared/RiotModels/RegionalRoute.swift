/// The host labels of the endpoints that serve a whole region: match-v5 at all four, account-v1 at three of them.
public enum RegionalRoute: String, CaseIterable, Codable, Sendable {
    case americas, asia, europe, sea

    /// Whether account-v1 exists here; `sea.api.riotgames.com/riot/account/…` does not.
    public var servesAccounts: Bool { self != .sea }
}
