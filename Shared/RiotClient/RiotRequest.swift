public import RiotModels

/// One GET to the Riot API: which endpoint, at which route, and what is asked for.
///
/// Paths are those of Riot's OpenAPI document of April 2026 (MingweiSamuel/riotapi-schema).
public struct RiotRequest: Sendable, Equatable {
    /// A query parameter; name and value consist of unreserved characters.
    struct QueryItem: Sendable, Equatable {
        var name: String
        var value: String
    }

    /// The endpoint, which has a limit of its own.
    public let method: RiotMethod
    /// The host label, from `Platform` or `RegionalRoute`.
    public let route: String
    /// Segments as they are meant, percent-encoded when the address is made.
    let path: [String]
    let query: [QueryItem]

    private init(_ method: RiotMethod, at route: String, _ path: [String], query: [QueryItem] = []) {
        self.method = method
        self.route = route
        self.path = path
        self.query = query
    }

    /// `/riot/account/v1/accounts/by-riot-id/{gameName}/{tagLine}`: who has this name now.
    ///
    /// Riot ignores case and spaces. `sea`, where account-v1 does not exist, is asked at `asia`.
    public static func account(_ id: RiotID, _ route: RegionalRoute) -> RiotRequest {
        RiotRequest(
            .accountByRiotID,
            at: accountRoute(route),
            ["riot", "account", "v1", "accounts", "by-riot-id", id.gameName, id.tagLine]
        )
    }

    /// `/riot/account/v1/accounts/by-puuid/{puuid}`: what a player is called now.
    ///
    /// 404 occurs for puuids that are good (issues 885 and 1067 of Riot's tracker). Routes as for a Riot ID.
    public static func account(puuid: String, _ route: RegionalRoute) -> RiotRequest {
        RiotRequest(
            .accountByPUUID,
            at: accountRoute(route),
            ["riot", "account", "v1", "accounts", "by-puuid", puuid]
        )
    }

    /// `/riot/account/v1/region/by-game/lol/by-puuid/{puuid}`: the platform that a player plays on now.
    ///
    /// Routes as for a Riot ID.
    public static func activeRegion(puuid: String, _ route: RegionalRoute) -> RiotRequest {
        RiotRequest(
            .regionByPUUID,
            at: accountRoute(route),
            ["riot", "account", "v1", "region", "by-game", "lol", "by-puuid", puuid]
        )
    }

    /// account-v1 does not exist at `sea`; any of its three routes knows every account.
    private static func accountRoute(_ route: RegionalRoute) -> String {
        (route.servesAccounts ? route : .asia).rawValue
    }

    /// `/lol/summoner/v4/summoners/by-puuid/{puuid}`: the profile on one platform; 404 when there is none.
    ///
    /// A retired platform is refused when the request is sent.
    public static func summoner(puuid: String, _ platform: Platform) -> RiotRequest {
        RiotRequest(
            .summonerByPUUID,
            at: platform.rawValue,
            ["lol", "summoner", "v4", "summoners", "by-puuid", puuid]
        )
    }

    /// `/lol/league/v4/entries/by-puuid/{puuid}`: the ranks on one platform; an empty list for an unranked player.
    ///
    /// A retired platform is refused when the request is sent.
    public static func leagueEntries(puuid: String, _ platform: Platform) -> RiotRequest {
        RiotRequest(.leagueByPUUID, at: platform.rawValue, ["lol", "league", "v4", "entries", "by-puuid", puuid])
    }

    /// `/lol/match/v5/matches/by-puuid/{puuid}/ids`: ids of games, newest first in practice.
    ///
    /// - Parameters:
    ///   - startTime: Epoch **seconds**. Riot answers milliseconds with an empty list and no error.
    ///   - endTime: Epoch **seconds**.
    ///   - start: Index of the first id wanted.
    ///   - count: Ids wanted, 0 to 100; more is answered by 400.
    public static func matchIDs(
        puuid: String,
        _ route: RegionalRoute,
        startTime: Int64? = nil,
        endTime: Int64? = nil,
        start: Int = 0,
        count: Int = 100
    ) -> RiotRequest {
        precondition(
            (0...100).contains(count) && start >= 0,
            "count is 0 to 100, start is not negative"
        )
        var query: [QueryItem] = []
        if let startTime { query.append(QueryItem(name: "startTime", value: "\(startTime)")) }
        if let endTime { query.append(QueryItem(name: "endTime", value: "\(endTime)")) }
        query.append(QueryItem(name: "start", value: "\(start)"))
        query.append(QueryItem(name: "count", value: "\(count)"))
        return RiotRequest(
            .matchIDs,
            at: route.rawValue,
            ["lol", "match", "v5", "matches", "by-puuid", puuid, "ids"],
            query: query
        )
    }

    /// `/lol/match/v5/matches/{matchId}`: the end of a game.
    public static func match(_ id: MatchID) -> RiotRequest {
        RiotRequest(.match, at: id.route.rawValue, ["lol", "match", "v5", "matches", id.text])
    }

    /// `/lol/match/v5/matches/{matchId}/timeline`: the course of a game.
    public static func timeline(_ id: MatchID) -> RiotRequest {
        RiotRequest(
            .timeline,
            at: id.route.rawValue,
            ["lol", "match", "v5", "matches", id.text, "timeline"]
        )
    }

    /// `/lol/status/v4/platform-data`: the only cheap check that key and platform work.
    public static func platformStatus(_ platform: Platform) -> RiotRequest {
        RiotRequest(.platformStatus, at: platform.rawValue, ["lol", "status", "v4", "platform-data"])
    }
}
