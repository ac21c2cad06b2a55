import Postgres
public import RiotModels

/// A player whom a search found.
public struct FoundPlayer: Sendable, Equatable, Encodable {
    /// The `summoner_id` of the HTTP API.
    public let summonerID: Int
    /// His id at Riot, encrypted for our application.
    public let puuid: String
    /// The newest known name.
    public let gameName: String
    /// The newest known tag.
    public let tagLine: String
    /// Where his page is: the platform of the profile that was seen last, else the one he plays on, else the one of
    /// his newest match; nil when none is known.
    public let platform: Platform?
    /// His level there; nil before a sync or a lookup.
    public let level: Int?
    /// The number of the picture he shows there; nil before a sync or a lookup.
    public let iconID: Int?
}

extension Storage {
    /// Players whose Riot ID begins with `text`, in the order of their names, at most `limit`.
    ///
    /// Case and spaces make no difference. `Name` finds all tags, and the player of exactly that name first; `Name#N`
    /// finds the tags that begin so. Found are players who were synced and those who were in a stored match.
    /// - Throws: `ReadRefusal` for a text that cannot be the beginning of a Riot ID, and for a limit that is none.
    public func findPlayers(_ text: String, limit: Int = 20) async throws -> [FoundPlayer] {
        try ReadLimits.check(limit: limit, ReadLimits.playerRows)
        let prefix = try Self.foldedPrefix(text)
        let rows = try await pool.query(
            Self.findPlayersQuery,
            // Nothing that begins with the prefix comes after it with the last scalar that there is.
            [.text(prefix), .text(prefix + "\u{10FFFF}"), .text(keyScope), .int(Int64(limit))]
        )
        return try rows.map { row in
            FoundPlayer(
                summonerID: try row.int("id"),
                puuid: try row.string("puuid"),
                gameName: try row.string("game_name"),
                tagLine: try row.string("tag_line"),
                platform: try row.optionalString("platform").flatMap { Platform(rawValue: $0) },
                level: try row.optionalInt("level"),
                iconID: try row.optionalInt("icon_id")
            )
        }
    }

    /// The beginning of a Riot ID as `summoner.folded_name` has it.
    static func foldedPrefix(_ text: String) throws(ReadRefusal) -> String {
        let parts = text.unicodeScalars.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        do {
            switch parts.count {
            // Folded with a tag that is dropped again: nothing before the # composes with what comes after it.
            case 1: return String(try RiotID(gameName: text, tagLine: "x").foldedKey.dropLast(2))
            case 2 where parts[1].isEmpty:
                return String(try RiotID(gameName: parts[0], tagLine: "x").foldedKey.dropLast())
            case 2: return try RiotID(gameName: parts[0], tagLine: parts[1]).foldedKey
            default: break
            }
        } catch {
            throw ReadRefusal(parameter: "q", message: "Nobody can be called that: \(error.message).")
        }
        throw ReadRefusal(
            parameter: "q",
            message: "A search text is the beginning of a Riot ID, a name or Name#TAG; this one has several #."
        )
    }

    private static let findPlayersQuery: SQL = """
        SELECT s.id, s.puuid, s.game_name, s.tag_line, p.level, p.icon_id,
            coalesce(p.platform, s.active_platform, played.platform) AS platform
        FROM summoner s
        LEFT JOIN LATERAL (
            SELECT p.platform, p.level, p.icon_id FROM summoner_profile p WHERE p.summoner_id = s.id
            ORDER BY p.seen_at DESC, p.platform LIMIT 1) p ON true
        LEFT JOIN LATERAL (
            SELECT m.platform FROM match_participant x JOIN match m ON m.id = x.match_id
            WHERE x.summoner_id = s.id AND x.started_at <= 'infinity'
            ORDER BY x.started_at DESC, x.match_id DESC LIMIT 1) played ON p.platform IS NULL
        WHERE s.folded_name >= $1 AND s.folded_name < $2 AND s.key_scope = $3 AND s.hidden_at IS NULL
        ORDER BY s.folded_name, s.named_at DESC NULLS LAST, s.id LIMIT $4
        """
}
