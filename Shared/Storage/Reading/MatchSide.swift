/// What rows of `match_participant` tell of their match.
enum MatchSide {
    /// Whether the match of a row is a remake, from the index of the player's matches but for the few that can be.
    ///
    /// A remake has the flag on every participant, so only where it stands the match itself is looked at. A subquery
    /// and no join, because that is worked out per row, and only when it is needed.
    static func isRemake(_ row: String) -> String {
        """
        (CASE WHEN \(row).game_ended_in_early_surrender
            THEN (SELECT m.is_remake FROM match m WHERE m.id = \(row).match_id) ELSE false END)
        """
    }

    /// A condition for two rows of `match_participant` of one match: they were on one side.
    ///
    /// The team's number tells, but in Arena, where everybody of the upper half of the places has 100: there it is the
    /// number of the subteam, and where Riot left that 0 nobody knows.
    static func isShared(_ first: String, _ second: String, gameMode: String) -> String {
        """
        (CASE WHEN \(gameMode) = 'CHERRY' THEN \(first).player_subteam_id = \(second).player_subteam_id
            AND \(first).player_subteam_id > 0 ELSE \(first).team_id = \(second).team_id END)
        """
    }
}
