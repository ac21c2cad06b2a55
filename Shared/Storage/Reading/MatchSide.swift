/// Who played with whom in a match.
enum MatchSide {
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
