import Postgres
public import RiotModels

/// A player on one platform, as far as Riot has told.
public struct PlayerProfile: Sendable, Equatable {
    /// The `summoner_id` of the HTTP API.
    public let summonerID: Int
    /// His id at Riot, encrypted for our application.
    public let puuid: String
    /// The newest known name.
    public let gameName: String
    /// The newest known tag.
    public let tagLine: String
    /// The platform that level, icon and ranks belong to.
    public let platform: Platform
    /// His level there.
    public let level: Int
    /// The number of the picture he shows there.
    public let iconID: Int
    /// Epoch milliseconds of Riot's revisionDate; nil when Riot tells none.
    public let revisedAt: Int64?
    /// The platform he plays on now; nil when Riot did not say, or named one that this version does not know.
    public let activePlatform: Platform?
    /// His present ranks there, by queue.
    public let ranks: [PlayerRank]
}

extension Storage {
    /// Keeps what account-v1 and summoner-v4 say of a player, now.
    ///
    /// - Parameters:
    ///   - riotID: the name that was asked for, which stands in where Riot leaves out its own spelling.
    ///   - activePlatform: what account-v1 says of where he plays; nil when it knows nothing.
    /// - Returns: the summoner's id.
    public func keepPlayer(
        _ account: RiotAccount,
        askedAs riotID: RiotID,
        _ summoner: RiotSummoner,
        on platform: Platform,
        activePlatform: Platform?
    ) async throws -> Int {
        try await withRetriedTransaction { connection in
            let id = try await Self.upsertSummoner(
                connection,
                puuid: account.puuid,
                keyScope: keyScope,
                gameName: account.gameName ?? riotID.gameName,
                tagLine: account.tagLine ?? riotID.tagLine,
                platform: platform.rawValue,
                summoner: summoner
            )
            _ = try await connection.query(
                "UPDATE summoner SET active_platform = $2, active_platform_seen_at = now() WHERE id = $1",
                [.int(Int64(id)), PostgresParameter(activePlatform?.rawValue)]
            )
            return id
        }
    }

    /// A player on a platform; nil when nothing is known of a profile of his there.
    public func playerProfile(_ summonerID: Int, on platform: Platform) async throws -> PlayerProfile? {
        let rows = try await pool.query(
            """
            SELECT s.puuid, s.game_name, s.tag_line, s.active_platform, p.level, p.icon_id, p.revised_at
            FROM summoner s JOIN summoner_profile p ON p.summoner_id = s.id WHERE s.id = $1 AND p.platform = $2
            """,
            [.int(Int64(summonerID)), .text(platform.rawValue)]
        )
        guard let row = rows.first else { return nil }
        return PlayerProfile(
            summonerID: summonerID,
            puuid: try row.string("puuid"),
            gameName: try row.optionalString("game_name") ?? "",
            tagLine: try row.optionalString("tag_line") ?? "",
            platform: platform,
            level: try row.optionalInt("level") ?? 0,
            iconID: try row.optionalInt("icon_id") ?? 0,
            revisedAt: try row.optionalTimestampMilliseconds("revised_at"),
            activePlatform: try row.optionalString("active_platform").flatMap { Platform(rawValue: $0) },
            ranks: try await ranks(of: summonerID, on: platform)
        )
    }
}
