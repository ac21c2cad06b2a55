import Postgres
public import RiotModels

/// A player's rank in one queue as it was seen last.
public struct PlayerRank: Sendable, Equatable {
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
    /// Has won several games in a row.
    public let hotStreak: Bool
    /// Epoch milliseconds at which it was seen first like this.
    public let observedAt: Int64
    /// Epoch milliseconds at which it was seen last like this.
    public let lastSeenAt: Int64
}

/// A player whose rank is kept up to date.
public struct FollowedPlayer: Sendable, Equatable {
    /// His row.
    public let summonerID: Int
    /// His id at Riot.
    public let puuid: String
    /// Where his rank is asked for.
    public let platform: Platform
}

extension Storage {
    /// Days after his last successful sync that somebody asked for during which a player is kept up to date.
    public static let followedDays = 30

    /// Keeps what league-v4 says of a player: a new row for every queue that changed, and that the others were seen.
    ///
    /// A queue that was listed before and is not any more is a change too. An answer that is older than one that was
    /// kept already changes nothing.
    /// - Parameters:
    ///   - entries: the whole answer; of two entries for one queue the first counts, one without a queue is left out.
    ///   - observedAt: when Riot answered, epoch milliseconds.
    /// - Returns: how many queues changed; nil when the answer was too old, or nothing is known of a profile there.
    @discardableResult
    public func keepRanks(
        _ entries: [RiotLeagueEntry],
        of summonerID: Int,
        on platform: Platform,
        observedAt: Int64
    ) async throws -> Int? {
        var seen: Set<String> = [""]
        let entries = entries.filter { seen.insert($0.queueType).inserted }
        let key: [PostgresParameter] = [
            .int(Int64(summonerID)), .text(platform.rawValue), .timestamp(milliseconds: observedAt),
        ]
        return try await withRetriedTransaction { connection -> Int? in
            // The profile's row is the lock: two observers of one player come one after the other.
            let newest = try await connection.query(Self.askedQuery, key)
            guard newest.affectedRows == 1 else { return nil }
            let parameters = key + Self.columns(of: entries)
            _ = try await connection.query(Self.seenAgainQuery, parameters)
            return try await connection.query(Self.changedQuery, parameters).affectedRows
        }
    }

    /// Notes that league-v4 was asked and gave no usable answer, so that others have their turn.
    public func ranksWereAsked(of summonerID: Int, on platform: Platform, at milliseconds: Int64) async throws {
        _ = try await pool.query(
            Self.askedQuery,
            [.int(Int64(summonerID)), .text(platform.rawValue), .timestamp(milliseconds: milliseconds)]
        )
    }

    /// A player's present ranks on a platform, by queue; empty for an unranked player and before league-v4 was asked.
    public func ranks(of summonerID: Int, on platform: Platform) async throws -> [PlayerRank] {
        let rows = try await pool.query(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (queue_type) * FROM summoner_rank WHERE summoner_id = $1 AND platform = $2
                ORDER BY queue_type, observed_at DESC) newest
            WHERE is_listed ORDER BY queue_type
            """,
            [.int(Int64(summonerID)), .text(platform.rawValue)]
        )
        return try rows.map { row in
            PlayerRank(
                queueType: try row.string("queue_type"),
                tier: try row.optionalString("tier"),
                division: try row.optionalString("division"),
                leaguePoints: try row.int("league_points"),
                wins: try row.int("wins"),
                losses: try row.int("losses"),
                hotStreak: try row.bool("hot_streak"),
                observedAt: try row.timestampMilliseconds("observed_at"),
                lastSeenAt: try row.timestampMilliseconds("last_seen_at")
            )
        }
    }

    /// Followed players: synced in the last `followedDays`, or by an operator's word; those whose rank was not asked for longest first, at most `limit`.
    public func playersToRank(limit: Int) async throws -> [FollowedPlayer] {
        let rows = try await pool.query(
            """
            SELECT p.summoner_id, p.platform, s.puuid
            FROM (
                SELECT summoner_id, platform FROM sync_task
                WHERE state = 'SUCCESS' AND NOT is_background
                    AND finished_at > now() - make_interval(days => $3::integer)
                UNION
                SELECT f.summoner_id, f.platform FROM summoner_profile f JOIN summoner s ON s.id = f.summoner_id
                WHERE s.followed_at IS NOT NULL) t
            JOIN summoner_profile p ON p.summoner_id = t.summoner_id AND p.platform = t.platform
            JOIN summoner s ON s.id = p.summoner_id
            WHERE s.key_scope = $1
            ORDER BY p.ranks_seen_at NULLS FIRST, p.summoner_id, p.platform LIMIT $2
            """,
            [.text(keyScope), .int(Int64(limit)), .int(Int64(Self.followedDays))]
        )
        return try rows.compactMap { row in
            guard let platform = Platform(rawValue: try row.string("platform")) else { return nil }
            return FollowedPlayer(
                summonerID: try row.int("summoner_id"),
                puuid: try row.string("puuid"),
                platform: platform
            )
        }
    }

    // MARK: Statements

    private static let askedQuery: SQL = """
        UPDATE summoner_profile SET ranks_seen_at = $3::timestamptz
        WHERE summoner_id = $1 AND platform = $2 AND (ranks_seen_at IS NULL OR ranks_seen_at < $3::timestamptz)
        """

    /// The figures of an entry, in the order of the parameters, with the types of their columns.
    private static let figures = [
        ("tier", "text"), ("division", "text"), ("league_points", "integer"), ("wins", "integer"),
        ("losses", "integer"), ("hot_streak", "boolean"), ("veteran", "boolean"), ("fresh_blood", "boolean"),
        ("inactive", "boolean"), ("league_id", "text"), ("series_progress", "text"), ("series_target", "integer"),
        ("series_wins", "integer"), ("series_losses", "integer"),
    ]

    private static func columns(of entries: [RiotLeagueEntry]) -> [PostgresParameter] {
        func texts(_ read: (RiotLeagueEntry) -> String?) -> PostgresParameter { .textArray(entries.map(read)) }
        func numbers(_ read: (RiotLeagueEntry) -> Int?) -> PostgresParameter {
            .intArray(entries.map { read($0).map { Int64(Int32(clamping: $0)) } })
        }
        func flags(_ read: (RiotLeagueEntry) -> Bool) -> PostgresParameter {
            .textArray(entries.map { read($0) ? "true" : "false" })
        }
        return [
            texts(\.queueType), texts(\.tier), texts(\.rank), numbers(\.leaguePoints), numbers(\.wins),
            numbers(\.losses), flags(\.hotStreak), flags(\.veteran), flags(\.freshBlood), flags(\.inactive),
            texts(\.leagueId), texts { $0.miniSeries?.progress }, numbers { $0.miniSeries?.target },
            numbers { $0.miniSeries?.wins }, numbers { $0.miniSeries?.losses },
        ]
    }

    /// What is known now, and what was known last, of every queue that either names.
    ///
    /// Both statements begin with it: the first renews rows that are the same, the second then finds the others.
    private static let comparison: String = {
        let names = figures.map(\.0)
        let arrays = figures.enumerated().map { "$\($0.offset + 5)::\($0.element.1)[]" }
        return """
            WITH latest AS (
                SELECT DISTINCT ON (queue_type) * FROM summoner_rank WHERE summoner_id = $1 AND platform = $2
                ORDER BY queue_type, observed_at DESC
            ), answer AS (
                SELECT true AS is_listed, a.*
                FROM unnest($4::text[], \(arrays.joined(separator: ", "))) AS a (queue_type, \(names.joined(separator: ", ")))
            ), present AS (
                SELECT * FROM answer
                UNION ALL
                SELECT false, l.queue_type, \(figures.map { "NULL::\($0.1)" }.joined(separator: ", "))
                FROM latest l WHERE NOT EXISTS (SELECT 1 FROM answer a WHERE a.queue_type = l.queue_type)
            )
            """
    }()

    private static func row(_ table: String) -> String {
        "(" + (["is_listed"] + figures.map(\.0)).map { "\(table).\($0)" }.joined(separator: ", ") + ")"
    }

    private static let seenAgainQuery = SQL(
        trusted: """
            \(comparison)
            UPDATE summoner_rank r SET last_seen_at = $3::timestamptz
            FROM present p JOIN latest l ON l.queue_type = p.queue_type
            WHERE r.summoner_id = $1 AND r.platform = $2 AND r.queue_type = p.queue_type
                AND r.observed_at = l.observed_at AND \(row("l")) IS NOT DISTINCT FROM \(row("p"))
            """
    )

    private static let changedQuery = SQL(
        trusted: """
            \(comparison)
            INSERT INTO summoner_rank (summoner_id, platform, observed_at, last_seen_at, is_listed, queue_type,
                \(figures.map(\.0).joined(separator: ", ")))
            SELECT $1, $2, $3::timestamptz, $3::timestamptz, p.*
            FROM present p LEFT JOIN latest l ON l.queue_type = p.queue_type
            WHERE l.queue_type IS NULL OR \(row("l")) IS DISTINCT FROM \(row("p"))
            """
    )
}
