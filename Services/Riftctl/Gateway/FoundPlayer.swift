/// The gateway's answer to a lookup, as far as it is shown here.
struct FoundPlayer: Decodable, Sendable, Equatable {
    struct Rank: Decodable, Sendable, Equatable {
        let queueType: String
        let tier: String?
        let division: String?
        let leaguePoints: Int
        let wins: Int
        let losses: Int

        private enum CodingKeys: String, CodingKey {
            case queueType = "queue_type"
            case leaguePoints = "league_points"
            case tier, division, wins, losses
        }
    }

    let summonerID: Int
    let gameName: String
    let tagLine: String
    let platform: String
    let level: Int
    let iconID: Int
    let note: String?
    let ranks: [Rank]

    private enum CodingKeys: String, CodingKey {
        case summonerID = "summoner_id"
        case gameName = "game_name"
        case tagLine = "tag_line"
        case iconID = "icon_id"
        case platform, level, note, ranks
    }

    /// The player in lines for people.
    var lines: [String] {
        var lines = ["\(gameName)#\(tagLine) on \(platform): level \(level), icon \(iconID), summoner \(summonerID)"]
        for rank in ranks {
            let standing = [rank.tier, rank.division].compactMap(\.self).joined(separator: " ")
            let points = standing.isEmpty ? "" : "\(standing), \(rank.leaguePoints) points, "
            lines.append("    \(rank.queueType): \(points)\(rank.wins) won, \(rank.losses) lost")
        }
        if ranks.isEmpty { lines.append("    unranked") }
        if let note { lines.append("    \(note)") }
        return lines
    }
}
