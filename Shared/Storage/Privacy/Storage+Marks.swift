import Postgres

/// What operators decide about a player without removing anything.
extension Storage {
    /// Keeps a player from being shown, or shows him again; syncs of him go on either way.
    ///
    /// - Returns: whether that changed anything.
    public func setHidden(_ isHidden: Bool, _ summonerID: Int) async throws -> Bool {
        try await pool.query(
            """
            UPDATE summoner SET hidden_at = CASE WHEN $2::boolean THEN now() END
            WHERE id = $1 AND (hidden_at IS NOT NULL) <> $2::boolean
            """,
            [.int(Int64(summonerID)), .bool(isHidden)]
        ).affectedRows == 1
    }

    /// Has a player followed beyond the days after a sync, or no more.
    ///
    /// - Returns: whether that changed anything.
    public func setFollowed(_ isFollowed: Bool, _ summonerID: Int) async throws -> Bool {
        try await pool.query(
            """
            UPDATE summoner SET followed_at = CASE WHEN $2::boolean THEN now() END
            WHERE id = $1 AND (followed_at IS NOT NULL) <> $2::boolean
            """,
            [.int(Int64(summonerID)), .bool(isFollowed)]
        ).affectedRows == 1
    }
}
