import Compression
import RiotModels

/// Answers Riot's endpoints from a world.
struct RiotService: Sendable {
    private static let notFoundMatch = "Data not found - match file not found"

    let world: any SimulatedWorld
    let simulation: Simulation
    let cache: BodyCache
    let listCap: Int

    func answer(_ endpoint: RiotEndpoint) async -> RiotAnswer {
        switch endpoint.resource {
        case .account(let gameName, let tagLine): account(gameName: gameName, tagLine: tagLine)
        case .accountByPUUID(let puuid): withPlayer(puuid) { account($0) }
        case .region(let game, let puuid): withPlayer(puuid) { region($0, game: game) }
        case .summoner(let puuid): withPlayer(puuid) { summoner($0, platformName: endpoint.route) }
        case .league(let puuid): withPlayer(puuid) { league($0, platformName: endpoint.route) }
        case .matchIDs(let puuid): await matchIDs(puuid: puuid, endpoint)
        case .match(let text): await body(of: text, timeline: false, at: endpoint.route)
        case .timeline(let text): await body(of: text, timeline: true, at: endpoint.route)
        case .status: status(endpoint.route)
        }
    }

    // MARK: players

    private func account(gameName: String, tagLine: String) -> RiotAnswer {
        let missing = RiotAnswer.error(
            404,
            "Data not found - No results found for player with riot id \(gameName)#\(tagLine)"
        )
        guard let riotID = try? RiotID(gameName: gameName, tagLine: tagLine) else { return missing }
        return world.account(named: riotID).map { account($0) } ?? missing
    }

    private func account(_ account: SimulatedAccount) -> RiotAnswer {
        var json = JSONBuffer(capacity: 256)
        json.beginObject()
        json.member("puuid", account.puuid)
        if let gameName = account.gameName { json.member("gameName", gameName) }
        if let tagLine = account.tagLine { json.member("tagLine", tagLine) }
        json.endObject()
        return RiotAnswer(status: 200, body: .plain(json.bytes))
    }

    /// A puuid of another application cannot be decrypted: 400, not 404.
    private func withPlayer(_ puuid: String, _ answer: (SimulatedAccount) -> RiotAnswer) -> RiotAnswer {
        world.account(puuid: puuid).map(answer) ?? Self.undecryptable(puuid)
    }

    private static func undecryptable(_ puuid: String) -> RiotAnswer {
        .error(400, "Bad Request - Exception decrypting \(puuid)")
    }

    private func region(_ account: SimulatedAccount, game: String) -> RiotAnswer {
        guard game == "lol" || game == "tft" else {
            return .error(400, "Bad request - Path parameter 'game' has invalid value '\(game)'.")
        }
        var json = JSONBuffer(capacity: 256)
        json.beginObject()
        json.member("puuid", account.puuid)
        json.member("game", game)
        json.member("region", account.platform.rawValue)
        json.endObject()
        return RiotAnswer(status: 200, body: .plain(json.bytes))
    }

    private func summoner(_ account: SimulatedAccount, platformName: String) -> RiotAnswer {
        guard let platform = Platform(rawValue: platformName),
            let profile = world.profile(puuid: account.puuid, platform: platform)
        else { return .error(404, "Data not found - summoner not found") }
        var json = JSONBuffer(capacity: 256)
        json.beginObject()
        json.member("puuid", account.puuid)
        json.member("profileIconId", profile.profileIcon)
        json.member("revisionDate", profile.revisionDate)
        json.member("summonerLevel", profile.level)
        json.endObject()
        return RiotAnswer(status: 200, body: .plain(json.bytes))
    }

    private func league(_ account: SimulatedAccount, platformName: String) -> RiotAnswer {
        var json = JSONBuffer(capacity: 512)
        json.beginArray()
        if let platform = Platform(rawValue: platformName),
            let profile = world.profile(puuid: account.puuid, platform: platform)
        {
            LeagueEntries(puuid: account.puuid, profile: profile).write(to: &json)
        }
        json.endArray()
        return RiotAnswer(status: 200, body: .plain(json.bytes))
    }

    // MARK: matches

    private func matchIDs(puuid: String, _ endpoint: RiotEndpoint) async -> RiotAnswer {
        let query: MatchListQuery
        do {
            query = try MatchListQuery(endpoint.query)
        } catch {
            return .error(400, error.message)
        }
        guard world.account(puuid: puuid) != nil else { return Self.undecryptable(puuid) }
        guard let route = RegionalRoute(rawValue: endpoint.route) else { return .error(403) }
        let faults = await simulation.listFaults
        // Riot keeps a player's newest games only; what it keeps is filtered, then paged.
        let kept = world.games(puuid: puuid, route: route).prefix(listCap)
        let selected = kept.filter { query.selects($0, ignoringTimes: faults.ignoresTimes) }.map(\.id)
        let strangers =
            faults.foreign > 0 ? world.foreignGames(puuid: puuid, route: route, limit: faults.foreign) : []
        let list = faults.apply(to: selected, foreign: strangers)
        var json = JSONBuffer(capacity: 32 * query.count + 16)
        json.beginArray()
        for id in list.dropFirst(query.start).prefix(query.count) { json.element(id.text) }
        json.endArray()
        return RiotAnswer(status: 200, body: .plain(json.bytes))
    }

    private func body(of text: String, timeline: Bool, at route: String) async -> RiotAnswer {
        guard let id = try? MatchID(text), id.route.rawValue == route,
            await !simulation.isMissing(id, timeline: timeline)
        else { return .error(404, Self.notFoundMatch) }
        guard let body = await body(id, timeline: timeline) else { return .error(404, Self.notFoundMatch) }
        return RiotAnswer(status: 200, body: body)
    }

    /// A body as it is held, or compressed when it is made now.
    private func body(_ id: MatchID, timeline: Bool) async -> StoredBody? {
        let name = BodyCache.Name(id: id, isTimeline: timeline)
        if let held = await cache.body(name) { return .gzip(held) }
        guard let body = timeline ? world.timeline(id) : world.match(id) else { return nil }
        guard case .plain(let bytes) = body else { return body }
        let compressed = Gzip.deflate(bytes, level: BodyCache.level)
        await cache.keep(compressed, as: name)
        return .gzip(compressed)
    }

    /// Makes the bodies of a player's games before anybody asks, so that a measurement does not pay for them.
    ///
    /// - Returns: How many bodies there are.
    func warm(puuid: String, route: RegionalRoute) async -> Int {
        var count = 0
        for game in world.games(puuid: puuid, route: route) {
            for timeline in [false, true] where await body(game.id, timeline: timeline) != nil { count += 1 }
        }
        return count
    }

    private func status(_ platformName: String) -> RiotAnswer {
        var json = JSONBuffer(capacity: 256)
        json.beginObject()
        json.member("id", platformName.uppercased())
        json.member("name", "Simulated \(platformName.uppercased())")
        json.beginArray("locales")
        json.element("en_US")
        json.endArray()
        json.array("maintenances", [])
        json.array("incidents", [])
        json.endObject()
        return RiotAnswer(status: 200, body: .plain(json.bytes), cacheControl: "max-age=60")
    }
}
