import Postgres
import RiotSimulator
import Testing

/// What the database holds of a player's year, for comparing with what the simulator worked out beside the bodies.
extension PostgresPool {
    /// Expects that exactly the player's year is there: ids, counts and sums, nothing missing and nothing doubled.
    func expectStored(_ expected: WorldExpectation, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let ids = try await query(
            """
            SELECT k.riot_id FROM match m JOIN match_key k ON k.id = m.id
            WHERE (SELECT id FROM summoner WHERE puuid = $1) = ANY (m.summoner_ids)
                AND extract(year FROM m.started_at AT TIME ZONE 'UTC') = $2::integer
            """,
            [.text(expected.puuid), .int(Int64(expected.year))]
        )
        let stored = try ids.map { try $0.string("riot_id") }
        #expect(stored.count == expected.matchIDs.count, sourceLocation: sourceLocation)
        #expect(Set(stored) == Set(expected.matchIDs), sourceLocation: sourceLocation)
        let own = try await query(
            """
            SELECT count(*) AS participants, sum(kills) AS kills, sum(deaths) AS deaths, sum(assists) AS assists,
                sum(gold_earned) AS gold, sum(total_damage_dealt_to_champions) AS damage,
                sum(champ_experience) AS experience
            FROM match_participant p JOIN match m ON m.id = p.match_id JOIN match_key k ON k.id = m.id
            WHERE k.riot_id = ANY ($1::text[])
            """,
            [.textArray(expected.matchIDs)]
        )
        let everybody = expected.everybody
        for row in own {
            #expect(try row.int("participants") == everybody.participants, sourceLocation: sourceLocation)
            #expect(try row.int("kills") == everybody.kills, sourceLocation: sourceLocation)
            #expect(try row.int("deaths") == everybody.deaths, sourceLocation: sourceLocation)
            #expect(try row.int("assists") == everybody.assists, sourceLocation: sourceLocation)
            #expect(try row.int("gold") == everybody.gold, sourceLocation: sourceLocation)
            #expect(try row.int("damage") == everybody.damage, sourceLocation: sourceLocation)
            #expect(try row.int("experience") == everybody.experience, sourceLocation: sourceLocation)
        }
        try await expectTimelines(expected, sourceLocation: sourceLocation)
    }

    private func expectTimelines(_ expected: WorldExpectation, sourceLocation: SourceLocation) async throws {
        let totals = try await query(
            """
            SELECT count(*) AS timelines, sum(frame_count) AS frames, sum(event_count) AS events
            FROM timeline t JOIN match_key k ON k.id = t.match_id WHERE k.riot_id = ANY ($1::text[])
            """,
            [.textArray(expected.timelineIDs)]
        )
        for row in totals {
            #expect(try row.int("timelines") == expected.timelineIDs.count, sourceLocation: sourceLocation)
            #expect(try row.int("frames") == expected.timelines.frames, sourceLocation: sourceLocation)
            #expect(try row.int("events") == expected.timelines.events, sourceLocation: sourceLocation)
        }
        let frames = try await query(
            """
            SELECT count(*) AS rows, sum(total_gold) AS gold, sum(xp) AS experience,
                sum(total_damage_done_to_champions) AS damage
            FROM participant_frame f JOIN match_key k ON k.id = f.match_id WHERE k.riot_id = ANY ($1::text[])
            """,
            [.textArray(expected.timelineIDs)],
            timeout: .seconds(60)
        )
        for row in frames {
            #expect(try row.int("rows") == expected.timelines.participantFrames, sourceLocation: sourceLocation)
            #expect(try row.int("gold") == expected.timelines.gold, sourceLocation: sourceLocation)
            #expect(try row.int("experience") == expected.timelines.experience, sourceLocation: sourceLocation)
            #expect(try row.int("damage") == expected.timelines.damage, sourceLocation: sourceLocation)
        }
        let events = try await query(
            """
            SELECT e.type, count(*) AS n FROM event e JOIN match_key k ON k.id = e.match_id
            WHERE k.riot_id = ANY ($1::text[]) GROUP BY e.type
            """,
            [.textArray(expected.timelineIDs)],
            timeout: .seconds(60)
        )
        var byType: [String: Int] = [:]
        for row in events { byType[try row.string("type")] = try row.int("n") }
        #expect(byType == expected.timelines.eventsByType, sourceLocation: sourceLocation)
        let counts = try await query(
            """
            SELECT (SELECT count(*) FROM raw_body) AS raw,
                (SELECT count(*) FROM match) + (SELECT count(*) FROM timeline) AS bodies
            """
        )[0]
        #expect(try counts.int("raw") == counts.int("bodies"), sourceLocation: sourceLocation)
    }
}

extension TestSystem {
    /// Expects of this system's database what ``PostgresPool/expectStored(_:sourceLocation:)`` does.
    func expectStored(_ expected: WorldExpectation, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await pool.expectStored(expected, sourceLocation: sourceLocation)
    }
}
