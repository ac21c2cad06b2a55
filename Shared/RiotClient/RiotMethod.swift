/// The endpoints, each with a rate limit of its own on every route.
public enum RiotMethod: String, Sendable, CaseIterable {
    case accountByRiotID, summonerByPUUID, matchIDs, match, timeline, platformStatus
}
