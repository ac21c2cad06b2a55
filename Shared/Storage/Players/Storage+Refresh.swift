import Postgres
public import RiotModels

/// A followed player whose turn it is to be synced again, though nobody asked for it.
public struct RefreshTurn: Sendable, Equatable {
    /// His row.
    public let summonerID: Int
    /// What he is called, as far as it is known here.
    public let gameName: String
    /// His tag, likewise.
    public let tagLine: String
    /// Where he is synced.
    public let platform: Platform
    /// The years that are due, the present one first.
    public let years: [Int]
}

extension Storage {
    /// Hours between two refreshes of one player, and after a sync of his year that somebody asked for.
    public static let refreshHours = 24
    /// Days after the end of a year from which on a sync holds all of it: Riot may list a game late.
    public static let lateDays = 2

    /// Followed players whose turn has come, those who waited longest first, at most `limit`.
    ///
    /// Followed is who was synced in the last ``followedDays`` because somebody asked for it, and whom an operator has
    /// followed. Due is the present year (UTC), once in ``refreshHours``; and in January also the past year, from
    /// January 3 on (``lateDays``) and until a sync of it that was asked for since then has succeeded. So a game of
    /// December 31 that came late is found, and the past year is then left alone.
    public func playersToRefresh(at milliseconds: Int64, limit: Int) async throws -> [RefreshTurn] {
        let year = CivilYear.year(ofMilliseconds: milliseconds)
        let newYear = CivilYear.bounds(year).startMilliseconds
        let day: Int64 = 86_400_000
        let finishing = newYear + Int64(Self.lateDays) * day..<newYear + 31 * day
        let rows = try await pool.query(
            Self.refreshQuery,
            [
                .text(keyScope), .timestamp(milliseconds: milliseconds), .int(Int64(limit)), .int(Int64(year)),
                .bool(finishing.contains(milliseconds)), .timestamp(milliseconds: finishing.lowerBound),
                .int(Int64(Self.followedDays)), .int(Int64(Self.refreshHours)),
            ]
        )
        return try rows.compactMap { row in
            guard let platform = Platform(rawValue: try row.string("platform")), !platform.isRetired else { return nil }
            return RefreshTurn(
                summonerID: try row.int("id"),
                gameName: try row.string("game_name"),
                tagLine: try row.string("tag_line"),
                platform: platform,
                years: (try row.bool("wants_present") ? [year] : []) + (try row.bool("wants_past") ? [year - 1] : [])
            )
        }
    }

    /// A player had his turn, whatever came of it, so that others have theirs.
    ///
    /// Of his earlier refreshes of these years that succeeded the newest stays: a ledger a day would be a lot of rows.
    public func playerWasRefreshed(_ turn: RefreshTurn, at milliseconds: Int64) async throws {
        _ = try await pool.query(
            """
            WITH outdated AS (
                DELETE FROM sync_task t
                WHERE t.summoner_id = $1 AND t.platform = $2 AND t.year = ANY ($4::integer[]) AND t.is_background
                    AND t.state = 'SUCCESS'
                    AND EXISTS (
                        SELECT 1 FROM sync_task n
                        WHERE n.summoner_id = t.summoner_id AND n.platform = t.platform AND n.year = t.year
                            AND n.is_background AND n.state = 'SUCCESS' AND (n.queued_at, n.id) > (t.queued_at, t.id)))
            UPDATE summoner_profile SET refreshed_at = $3::timestamptz WHERE summoner_id = $1 AND platform = $2
            """,
            [
                .int(Int64(turn.summonerID)), .text(turn.platform.rawValue), .timestamp(milliseconds: milliseconds),
                .intArray(turn.years.map { Int64($0) }),
            ]
        )
    }

    /// Tasks that nobody waits for and that have not ended.
    public func activeBackgroundTasks() async throws -> Int {
        let rows = try await pool.query(
            """
            SELECT count(*) AS n FROM sync_task
            WHERE is_background AND state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
            """
        )
        return try rows.first?.int("n") ?? 0
    }

    /// Somebody waits for a task from now on; false when somebody did already, or when it has ended.
    public func raiseTask(_ id: TaskID) async throws -> Bool {
        let rows = try await pool.query(
            """
            UPDATE sync_task SET is_background = false
            WHERE id = $1 AND is_background AND state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
            """,
            [.text(id.text)]
        )
        return rows.affectedRows == 1
    }

    private static let refreshQuery: SQL = """
        WITH followed AS (
            SELECT summoner_id, platform FROM sync_task
            WHERE state = 'SUCCESS' AND NOT is_background
                AND finished_at > $2::timestamptz - make_interval(days => $7::integer)
            UNION
            SELECT f.summoner_id, f.platform FROM summoner_profile f JOIN summoner s ON s.id = f.summoner_id
            WHERE s.followed_at IS NOT NULL
        ), turn AS (
            SELECT s.id, s.game_name, s.tag_line, p.platform, p.refreshed_at,
                NOT EXISTS (
                    SELECT 1 FROM sync_task t
                    WHERE t.summoner_id = s.id AND t.platform = p.platform AND t.year = $4::integer
                        AND t.state = 'SUCCESS'
                        AND t.queued_at > $2::timestamptz - make_interval(hours => $8::integer)) AS wants_present,
                $5::boolean AND NOT EXISTS (
                    SELECT 1 FROM sync_task t
                    WHERE t.summoner_id = s.id AND t.platform = p.platform AND t.year = $4::integer - 1
                        AND t.state = 'SUCCESS' AND t.queued_at >= $6::timestamptz) AS wants_past
            FROM followed f
            JOIN summoner_profile p ON p.summoner_id = f.summoner_id AND p.platform = f.platform
            JOIN summoner s ON s.id = f.summoner_id
            WHERE s.key_scope = $1 AND s.game_name IS NOT NULL AND s.tag_line IS NOT NULL AND s.forgotten_at IS NULL
                AND (p.refreshed_at IS NULL
                    OR p.refreshed_at <= $2::timestamptz - make_interval(hours => $8::integer))
        )
        SELECT * FROM turn WHERE wants_present OR wants_past
        ORDER BY refreshed_at NULLS FIRST, id, platform LIMIT $3
        """
}
