import RiotModels

/// A request to Riot's API, read from its path.
struct RiotEndpoint: Sendable {
    /// What is asked for, path parts decoded once.
    enum Resource: Sendable {
        case account(gameName: String, tagLine: String)
        case accountByPUUID(String)
        case region(game: String, puuid: String)
        case summoner(puuid: String)
        case league(puuid: String)
        case matchIDs(puuid: String)
        case match(String)
        case timeline(String)
        case status
    }

    let route: String
    let resource: Resource
    let query: [String: String]

    /// Reads a path with its query; nil when there is nothing at it.
    static func parse(_ target: String) -> RiotEndpoint? {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var parts: [String] = []
        for part in halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = percentDecoded(part) else { return nil }
            parts.append(decoded)
        }
        guard let route = parts.first, let resource = resource(Array(parts.dropFirst())) else { return nil }
        guard isServed(resource, at: route) else { return nil }
        return RiotEndpoint(route: route, resource: resource, query: halves.count == 2 ? pairs(halves[1]) : [:])
    }

    private static func resource(_ parts: [String]) -> Resource? {
        guard parts.count >= 4 else { return nil }
        switch (parts[0], parts[1], parts[2], parts[3], parts.count) {
        case ("riot", "account", "v1", "accounts", 7) where parts[4] == "by-riot-id":
            return .account(gameName: parts[5], tagLine: parts[6])
        case ("riot", "account", "v1", "accounts", 6) where parts[4] == "by-puuid": return .accountByPUUID(parts[5])
        case ("riot", "account", "v1", "region", 8) where parts[4] == "by-game" && parts[6] == "by-puuid":
            return .region(game: parts[5], puuid: parts[7])
        case ("lol", "summoner", "v4", "summoners", 6) where parts[4] == "by-puuid": return .summoner(puuid: parts[5])
        case ("lol", "league", "v4", "entries", 6) where parts[4] == "by-puuid": return .league(puuid: parts[5])
        case ("lol", "match", "v5", "matches", 7) where parts[4] == "by-puuid" && parts[6] == "ids":
            return .matchIDs(puuid: parts[5])
        case ("lol", "match", "v5", "matches", 5): return .match(parts[4])
        case ("lol", "match", "v5", "matches", 6) where parts[5] == "timeline": return .timeline(parts[4])
        case ("lol", "status", "v4", "platform-data", 4): return .status
        default: return nil
        }
    }

    /// Whether the host of that route has the endpoint.
    private static func isServed(_ resource: Resource, at route: String) -> Bool {
        switch resource {
        case .account, .accountByPUUID, .region: RegionalRoute(rawValue: route)?.servesAccounts ?? false
        case .matchIDs, .match, .timeline: RegionalRoute(rawValue: route) != nil
        case .summoner, .league, .status: Platform(rawValue: route) != nil
        }
    }

    /// The parameters of a target.
    static func queryPairs(_ target: Substring) -> [String: String] {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return halves.count == 2 ? pairs(halves[1]) : [:]
    }

    private static func pairs(_ query: Substring) -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(halves[0]) else { continue }
            pairs[name] = halves.count == 2 ? percentDecoded(halves[1]) ?? "" : ""
        }
        return pairs
    }

    /// Decodes `%xx` once; nil for a broken escape or bytes that are no UTF-8.
    static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    var method: SimulatedMethod {
        switch resource {
        case .account: .account
        case .accountByPUUID: .accountByPUUID
        case .region: .region
        case .summoner: .summoner
        case .league: .league
        case .matchIDs: .matchIDs
        case .match: .match
        case .timeline: .timeline
        case .status: .status
        }
    }
}
