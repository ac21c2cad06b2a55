import Postgres

/// Takes erased players out of matches: names and puuid go, figures stay, and the bodies that hold them go.
///
/// One piece of SQL for matches that are held and for those that are just being stored.
struct MatchWithdrawal: Sendable {
    /// A participant to be taken out.
    struct Part: Sendable {
        let match: Int32
        let participant: Int16
    }

    /// All matches that hold one of the players, in whatever place.
    var matches: [Int32]
    /// Their rows of `match_participant`.
    var parts: [Part]
    /// The players' puuids.
    var puuids: [String]
    /// The player's number in arrays; nil when he has none.
    var summonerID: Int?

    /// What went.
    struct Counts: Sendable {
        var rawBodies = 0
        var rawBytes: Int64 = 0
    }

    init(matches: [Int32], parts: [Part], puuids: [String], summonerID: Int?) {
        self.matches = matches
        self.parts = parts
        self.puuids = puuids
        self.summonerID = summonerID
    }

    /// The erased players of new matches, which are those without a number; nil when there is none.
    init?(of new: [KeyedMatch], known summoners: [String: Int32]) {
        self.init(matches: [], parts: [], puuids: [], summonerID: nil)
        for keyed in new {
            let erased = Set(keyed.puuids).subtracting(summoners.keys)
            if erased.isEmpty { continue }
            matches.append(keyed.key)
            puuids += erased
            for participant in keyed.match.participants {
                guard let puuid = participant.player?.puuid, erased.contains(puuid) else { continue }
                parts.append(Part(match: keyed.key, participant: participant.number))
            }
        }
        if matches.isEmpty { return nil }
    }

    /// The erased players of new timelines, likewise.
    init?(of new: [KeyedTimeline], known summoners: [String: Int32]) {
        self.init(matches: [], parts: [], puuids: [], summonerID: nil)
        for keyed in new {
            let erased = Set(keyed.puuids).subtracting(summoners.keys)
            if erased.isEmpty { continue }
            matches.append(keyed.key)
            puuids += erased
        }
        if matches.isEmpty { return nil }
    }

    /// Does it inside the caller's transaction.
    func run(on connection: PostgresConnection) async throws(PostgresError) -> Counts {
        let list = PostgresParameter.intArray(matches.map(Int64.init))
        let puuids = PostgresParameter.textArray(puuids)
        let partList: [PostgresParameter] = [
            .intArray(parts.map { Int64($0.match) }), .intArray(parts.map { Int64($0.participant) }),
        ]
        let number = PostgresParameter(summonerID)
        // Before the participants: their names are what the lobby's name is compared with.
        _ = try await connection.query(Self.match, [list, number, puuids] + partList)
        _ = try await connection.query(Self.participants, partList + [puuids])
        _ = try await connection.query(Self.timeline, [list, number, puuids])
        for statement in Self.extras { _ = try await connection.query(statement, [list, puuids]) }
        let rows = try await connection.query(
            "DELETE FROM raw_body WHERE match_id = ANY ($1::integer[]) RETURNING octet_length(bytes) AS bytes",
            [list]
        )
        var counts = Counts()
        for row in rows {
            counts.rawBodies += 1
            counts.rawBytes += try row.int64("bytes")
        }
        return counts
    }

    // MARK: Statements

    /// The lobby of a custom game is called after its host unless he changed it.
    private static let match: SQL = """
        UPDATE match m
        SET summoner_ids = CASE WHEN $2::integer IS NULL THEN summoner_ids
                ELSE array_replace(summoner_ids, $2::integer, NULL) END,
            extra = erasure_scrub(extra, $3::text[], '{}'),
            body_gone = 'erasure',
            game_name = CASE WHEN NOT starts_with(m.game_name, 'teambuilder-match-') AND EXISTS (
                    SELECT 1 FROM unnest($4::integer[], $5::smallint[]) AS w (match_id, participant_id)
                    JOIN match_participant p USING (match_id, participant_id)
                    CROSS JOIN LATERAL (VALUES (p.riot_id_game_name), (p.summoner_name), (p.riot_id_name)) AS n (name)
                    WHERE w.match_id = m.id AND n.name <> '' AND strpos(lower(m.game_name), lower(n.name)) > 0)
                THEN NULL ELSE game_name END
        WHERE m.id = ANY ($1::integer[])
        """

    private static let participants: SQL = """
        UPDATE match_participant p
        SET summoner_id = NULL, riot_id_game_name = NULL, riot_id_tagline = NULL, riot_id_name = NULL,
            summoner_name = NULL, encrypted_summoner_id = NULL,
            extra = erasure_scrub(p.extra, $3::text[],
                ARRAY[p.riot_id_game_name, p.riot_id_tagline, p.riot_id_name, p.summoner_name, p.encrypted_summoner_id,
                      p.riot_id_game_name || '#' || p.riot_id_tagline])
                - '{puuid,summonerName,summonerId,riotIdGameName,riotIdTagline,riotIdName}'::text[]
        FROM unnest($1::integer[], $2::smallint[]) AS w (match_id, participant_id)
        WHERE p.match_id = w.match_id AND p.participant_id = w.participant_id
        """

    private static let timeline: SQL = """
        UPDATE timeline
        SET summoner_ids = CASE WHEN $2::integer IS NULL THEN summoner_ids
                ELSE array_replace(summoner_ids, $2::integer, NULL) END,
            participant_summoner_ids = CASE WHEN $2::integer IS NULL THEN participant_summoner_ids
                ELSE array_replace(participant_summoner_ids, $2::integer, NULL) END,
            extra = erasure_scrub(extra, $3::text[], '{}'),
            body_gone = 'erasure'
        WHERE match_id = ANY ($1::integer[])
        """

    /// A puuid in a place where none is expected stands in `extra`.
    private static let extras = [
        "match_team", "match_participant", "timeline_frames", "timeline_events", "timeline_kill_damage",
    ].map { table in
        SQL(
            trusted: """
                UPDATE \(table) SET extra = erasure_scrub(extra, $2::text[], '{}')
                WHERE match_id = ANY ($1::integer[]) AND extra IS NOT NULL
                    AND extra IS DISTINCT FROM erasure_scrub(extra, $2::text[], '{}')
                """
        )
    }
}
