/// The endpoints that the simulator has, by the names that its options and figures use.
public enum SimulatedMethod: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    /// account-v1 by Riot ID.
    case account
    /// account-v1 by puuid.
    case accountByPUUID = "account-by-puuid"
    /// account-v1, the platform a player is on.
    case region
    /// summoner-v4 by puuid.
    case summoner
    /// league-v4 entries by puuid.
    case league
    /// match-v5 ids of a player.
    case matchIDs = "ids"
    /// match-v5 match.
    case match
    /// match-v5 timeline.
    case timeline
    /// lol-status-v4.
    case status
}
