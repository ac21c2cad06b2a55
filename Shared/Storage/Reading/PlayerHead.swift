import Postgres
public import RiotModels

/// The head of a player's page.
public struct PlayerHead: Sendable, Equatable, Encodable {
    /// A rank in one queue of the platform, as it was seen last.
    public struct Rank: Sendable, Equatable, Encodable {
        /// Riot's word for the queue, `RANKED_SOLO_5x5`.
        public let queueType: String
        /// `IRON` … `CHALLENGER`; nil in queues without tiers.
        public let tier: String?
        /// `IV` … `I`; nil in queues without tiers.
        public let division: String?
        /// Points within the division.
        public let leaguePoints: Int
        /// Games won in this split.
        public let wins: Int
        /// Games lost in this split.
        public let losses: Int
        /// Epoch milliseconds at which it was seen last.
        public let seenAt: Int64
    }

    /// A year of which matches are held.
    public struct HeldYear: Sendable, Equatable, Encodable {
        /// The year, in UTC.
        public let year: Int
        /// Matches that are held, remakes included.
        public let matches: Int
    }

    /// The `summoner_id` of the HTTP API.
    public let summonerID: Int
    /// His id at Riot, encrypted for our application.
    public let puuid: String
    /// The newest known name.
    public let gameName: String
    /// The newest known tag.
    public let tagLine: String
    /// The platform of the page.
    public let platform: Platform
    /// His level there; nil before a sync or a lookup.
    public let level: Int?
    /// The number of the picture he shows there; nil before a sync or a lookup.
    public let iconID: Int?
    /// His present ranks there, by queue; empty for an unranked player and before league-v4 was asked.
    public let ranks: [Rank]
    /// Epoch milliseconds of the end of the last sync that succeeded, of whatever year; nil when there was none.
    public let lastSyncedAt: Int64?
    /// A sync that is under way, the newest when there are several; nil when there is none.
    public let activeTaskID: TaskID?
    /// Years of which matches are held, newest first.
    public let years: [HeldYear]
}

extension Storage {
    /// The head of a player's page; nil when nobody is known under that name.
    ///
    /// Players who were only seen in other people's matches are known too. Riot IDs are unique in the whole world, so
    /// the platform only says whose level, rank and syncs are meant. Of two players who were seen under one name, one
    /// after the other, the later one is meant.
    public func playerHead(_ riotID: RiotID, on platform: Platform) async throws -> PlayerHead? {
        let rows = try await pool.query(
            Self.playerHeadQuery,
            [.text(riotID.foldedKey), .text(keyScope), .text(platform.rawValue)]
        )
        guard let row = rows.first else { return nil }
        let years = try row.integers("years") ?? []
        let counts = try row.integers("year_matches") ?? []
        return PlayerHead(
            summonerID: try row.int("id"),
            puuid: try row.string("puuid"),
            gameName: try row.string("game_name"),
            tagLine: try row.string("tag_line"),
            platform: platform,
            level: try row.optionalInt("level"),
            iconID: try row.optionalInt("icon_id"),
            ranks: try rows.compactMap { try PlayerHead.Rank(row: $0) },
            lastSyncedAt: try row.optionalTimestampMilliseconds("last_synced_at"),
            activeTaskID: try row.optionalString("active_task_id").flatMap { TaskID($0) },
            years: zip(years, counts).compactMap { year, count in
                guard let year, let count else { return nil }
                return PlayerHead.HeldYear(year: Int(year), matches: Int(count))
            }
        )
    }

    /// One row per rank, and one for a player without.
    private static let playerHeadQuery: SQL = """
        WITH named AS (
            SELECT id, puuid, game_name, tag_line FROM summoner
            WHERE folded_name = $1 AND key_scope = $2 AND hidden_at IS NULL
            ORDER BY named_at DESC NULLS LAST, id DESC LIMIT 1
        )
        SELECT n.id, n.puuid, n.game_name, n.tag_line, p.level, p.icon_id,
            (SELECT t.finished_at FROM sync_task t
             WHERE t.summoner_id = n.id AND t.platform = $3 AND t.state = 'SUCCESS' AND t.finished_at IS NOT NULL
             ORDER BY t.finished_at DESC LIMIT 1) AS last_synced_at,
            (SELECT t.id::text FROM sync_task t
             WHERE t.platform = $3 AND t.riot_id_key = $1 AND t.state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
             ORDER BY t.queued_at DESC, t.id DESC LIMIT 1) AS active_task_id,
            y.years, y.year_matches, r.*
        FROM named n
        LEFT JOIN summoner_profile p ON p.summoner_id = n.id AND p.platform = $3
        CROSS JOIN LATERAL (
            SELECT array_agg(year ORDER BY year DESC) AS years, array_agg(matches ORDER BY year DESC) AS year_matches
            FROM (
                SELECT date_part('year', started_at AT TIME ZONE 'UTC')::integer AS year, count(*) AS matches
                FROM match_participant WHERE summoner_id = n.id AND started_at <= 'infinity' GROUP BY 1) held) y
        LEFT JOIN LATERAL (
            SELECT DISTINCT ON (queue_type) queue_type, tier, division, league_points, wins, losses, last_seen_at,
                is_listed
            FROM summoner_rank WHERE summoner_id = n.id AND platform = $3
            ORDER BY queue_type, observed_at DESC) r ON r.is_listed
        ORDER BY r.queue_type
        """
}

extension PlayerHead.Rank {
    /// Nil for the row of a player without a rank.
    init?(row: PostgresRow) throws(PostgresError) {
        guard let queueType = try row.optionalString("queue_type") else { return nil }
        self.init(
            queueType: queueType,
            tier: try row.optionalString("tier"),
            division: try row.optionalString("division"),
            leaguePoints: try row.int("league_points"),
            wins: try row.int("wins"),
            losses: try row.int("losses"),
            seenAt: try row.timestampMilliseconds("last_seen_at")
        )
    }
}
