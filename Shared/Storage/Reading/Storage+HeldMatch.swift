import Postgres
public import RiotModels

extension Storage {
    /// A stored match with its participants; nil when it is not held.
    public func heldMatch(_ id: MatchID) async throws -> HeldMatch? {
        // Two statements without a transaction: a match appears whole, and never changes.
        let matches = try await pool.query(Self.heldMatchQuery, [.text(id.text)])
        guard let row = matches.first else { return nil }
        let participants = try await pool.query(Self.heldParticipantsQuery, [.int(try row.int64("id"))])
        return HeldMatch(
            id: id,
            startedAt: try row.optionalTimestampMilliseconds("started_at"),
            durationSeconds: try row.optionalInt("duration_seconds"),
            queueID: try row.optionalInt("queue_id"),
            mapID: try row.optionalInt("map_id"),
            gameMode: try row.optionalString("game_mode"),
            gameVersion: try row.optionalString("game_version"),
            isAborted: try row.bool("is_aborted"),
            isRemake: try row.bool("is_remake"),
            hasTimeline: try row.bool("has_timeline"),
            participants: try participants.map { try HeldParticipant(row: $0) }
        )
    }

    private static let heldMatchQuery: SQL = """
        SELECT m.id, m.started_at, m.duration_seconds, m.queue_id, m.map_id, m.game_mode, m.game_version, m.is_aborted,
            m.is_remake, EXISTS (SELECT 1 FROM timeline t WHERE t.match_id = m.id) AS has_timeline
        FROM match_key k JOIN match m ON m.id = k.id WHERE k.riot_id = $1
        """

    private static let heldParticipantsQuery: SQL = """
        SELECT p.participant_id, p.summoner_id, s.puuid, p.riot_id_game_name, p.riot_id_tagline, p.champion_id,
            p.champion_name, p.team_id, p.team_position, p.win, p.placement, p.kills, p.deaths, p.assists,
            p.gold_earned, p.total_damage_dealt_to_champions AS damage,
            p.total_minions_killed + p.neutral_minions_killed AS minions, p.vision_score
        FROM match_participant p LEFT JOIN summoner s ON s.id = p.summoner_id
        WHERE p.match_id = $1 ORDER BY p.participant_id
        """
}

extension HeldParticipant {
    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            participantID: try row.int("participant_id"),
            summonerID: try row.optionalInt("summoner_id"),
            puuid: try row.optionalString("puuid"),
            gameName: try row.optionalString("riot_id_game_name"),
            tagLine: try row.optionalString("riot_id_tagline"),
            championID: try row.optionalInt("champion_id"),
            championName: try row.optionalString("champion_name"),
            teamID: try row.optionalInt("team_id"),
            teamPosition: try row.optionalString("team_position"),
            win: try row.optionalBool("win"),
            placement: try row.optionalInt("placement"),
            kills: try row.optionalInt("kills"),
            deaths: try row.optionalInt("deaths"),
            assists: try row.optionalInt("assists"),
            goldEarned: try row.optionalInt("gold_earned"),
            damageToChampions: try row.optionalInt("damage"),
            minionsKilled: try row.optionalInt("minions"),
            visionScore: try row.optionalInt("vision_score")
        )
    }
}
