/// The endpoints, each with a rate limit of its own on every route.
public enum RiotMethod: String, Sendable, CaseIterable {
    case accountByRiotID, accountByPUUID, regionByPUUID, summonerByPUUID, leagueByPUUID, matchIDs, match, timeline,
        platformStatus
}
