import Postgres
public import RiotModels

extension Storage {
    /// A stored timeline; nil when it is not held, whether its match is or not.
    public func fullTimeline(_ id: MatchID) async throws -> FullTimeline? {
        let rows = try await pool.query(FullTimelineQuery.query.sql, [.text(id.text)])
        guard let timeline = try PartRow.rows(of: FullTimelineQuery.timeline, in: rows).first else { return nil }
        let frameCount = try timeline.int("frame_count") ?? 0
        return FullTimeline(
            id: id,
            hasMatch: try timeline.bool("has_match") ?? false,
            frameInterval: try timeline.int("frame_interval_ms"),
            frameTimestamps: try timeline.integers("frame_timestamp_ms") ?? [],
            participants: try PartRow.rows(of: FullTimelineQuery.frames, in: rows).map {
                try FullTimeline.Track(row: $0, frameCount: frameCount)
            },
            events: try TimelineEvent.all(
                try PartRow.rows(of: FullTimelineQuery.events, in: rows),
                count: try timeline.int("event_count") ?? 0
            )
        )
    }
}

/// The statement of a whole timeline.
enum FullTimelineQuery {
    static let timeline = 0
    static let frames = 1
    static let events = 2

    static let query = PartedQuery(
        prefix: "WITH key AS (SELECT id FROM match_key WHERE riot_id = $1)",
        [
            PartedQuery.Part(
                outputs: [
                    .init("frame_interval_ms", "integer", from: "t"), .init("frame_count", "smallint", from: "t"),
                    .init("event_count", "smallint", from: "t"),
                    .init("frame_timestamp_ms", "integer[]", from: "t"),
                    .init("has_match", "boolean", as: "EXISTS (SELECT 1 FROM match m WHERE m.id = t.match_id)"),
                ],
                source: "FROM key JOIN timeline t ON t.match_id = key.id",
                place: "0"
            ),
            PartedQuery.Part(
                outputs: [
                    .init("participant_id", "smallint", from: "f"),
                    .init("puuid", "text", as: "CASE WHEN s.hidden_at IS NULL THEN s.puuid END"),
                    .init("frame_present", "boolean[]", from: "f"),
                ] + FrameColumns.all.map { .init($0.name, "\($0.kind.sqlType)[]", from: "f") },
                source: """
                    FROM key
                    JOIN timeline t ON t.match_id = key.id
                    JOIN timeline_frames f ON f.match_id = key.id
                    LEFT JOIN summoner s
                        ON s.id = t.participant_summoner_ids[array_position(t.participant_ids, f.participant_id)]
                    """,
                place: "f.participant_id"
            ),
            PartedQuery.Part(
                outputs: [
                    .init("type", "text", from: "e"), .init("ordinal", "smallint[]", from: "e"),
                    .init("assist_count", "smallint[]", from: "e"), .init("assist_end", "smallint[]", from: "e"),
                    .init("assist_id", "smallint[]", from: "e"),
                ]
                    + (TimelineEvent.numbers.map(\.column) + TimelineEvent.texts.map(\.column)).compactMap { name in
                        EventColumns.all.first { $0.name == name }.map {
                            .init($0.name, "\($0.kind.sqlType)[]", from: "e")
                        }
                    },
                source: "FROM key JOIN timeline_events e ON e.match_id = key.id",
                place: "0"
            ),
        ]
    )
}

extension FullTimeline.Track {
    private static let keys = FrameColumns.all.map {
        (name: $0.name, key: PartedQuery.column($0.name, of: FullTimelineQuery.frames))
    }

    init(row: PartRow, frameCount: Int) throws(PostgresError) {
        let present = try row.flags("frame_present")
        // What the table leaves out was 0 in every frame that has the participant.
        let zeros: [Int64?] = (0..<frameCount).map { present?[$0] == false ? nil : 0 }
        var figures: [String: [Int64?]] = [:]
        figures.reserveCapacity(FrameColumns.all.count)
        for (name, key) in Self.keys {
            var values = try row.integers(key: key) ?? zeros
            if let present {
                for index in values.indices where !present[index] { values[index] = nil }
            }
            figures[name] = values
        }
        self.init(
            participantID: try row.int("participant_id") ?? 0,
            puuid: try row.text("puuid"),
            figures: figures
        )
    }
}

extension TimelineEvent {
    /// Where the arrays of numbers go.
    static let numbers: [(column: String, member: any WritableKeyPath<TimelineEvent, Int64?> & Sendable)] = [
        ("timestamp_ms", \.timestamp), ("real_timestamp_ms", \.realTimestamp),
        ("actual_start_time_ms", \.actualStartTime), ("participant_id", \.participantID), ("creator_id", \.creatorID),
        ("killer_id", \.killerID), ("victim_id", \.victimID), ("team_id", \.teamID),
        ("killer_team_id", \.killerTeamID), ("winning_team", \.winningTeam), ("position_x", \.x), ("position_y", \.y),
        ("item_id", \.itemID), ("before_id", \.beforeID), ("after_id", \.afterID), ("gold_gain", \.goldGain),
        ("level", \.level), ("skill_slot", \.skillSlot), ("bounty", \.bounty), ("shutdown_bounty", \.shutdownBounty),
        ("kill_streak_length", \.killStreakLength), ("multi_kill_length", \.multiKillLength),
        ("feat_type", \.featType), ("feat_value", \.featValue),
    ]

    /// Where the arrays of texts go.
    static let texts: [(column: String, member: any WritableKeyPath<TimelineEvent, String?> & Sendable)] = [
        ("level_up_type", \.levelUpType), ("ward_type", \.wardType), ("kill_type", \.killType),
        ("lane_type", \.laneType), ("monster_type", \.monsterType), ("monster_sub_type", \.monsterSubType),
        ("building_type", \.buildingType), ("tower_type", \.towerType), ("transform_type", \.transformType),
        ("name", \.name),
    ]

    private static let numberKeys = numbers.map {
        (key: PartedQuery.column($0, of: FullTimelineQuery.events), member: $1)
    }
    private static let textKeys = texts.map { (key: PartedQuery.column($0, of: FullTimelineQuery.events), member: $1) }

    /// The events of all types, put in their order.
    static func all(_ rows: [PartRow], count: Int) throws(PostgresError) -> [TimelineEvent] {
        guard count > 0 else { return [] }
        var events = (1...count).map { TimelineEvent(ordinal: $0) }
        for row in rows {
            let type = try row.text("type") ?? ""
            let places = try (row.integers("ordinal") ?? []).map { ordinal throws(PostgresError) in
                guard let ordinal, (1...Int64(count)).contains(ordinal) else {
                    throw PostgresError.unexpectedResult("an event of a timeline has no place")
                }
                return Int(ordinal) - 1
            }
            for place in places { events[place].type = type }
            for (key, member) in numberKeys {
                guard let values = try row.integers(key: key) else { continue }
                for (place, value) in zip(places, values) { events[place][keyPath: member] = value }
            }
            for (key, member) in textKeys {
                guard let values = try row.texts(key: key) else { continue }
                for (place, value) in zip(places, values) { events[place][keyPath: member] = value }
            }
            try addAssists(row, places, to: &events)
        }
        return events
    }

    private static func addAssists(
        _ row: PartRow,
        _ places: [Int],
        to events: inout [TimelineEvent]
    ) throws(PostgresError) {
        guard let counts = try row.integers("assist_count"), let ends = try row.integers("assist_end") else { return }
        let ids = try row.integers("assist_id") ?? []
        for (index, place) in places.enumerated() {
            guard index < counts.count, index < ends.count, let count = counts[index], let end = ends[index],
                count >= 0, end >= count, end <= ids.count
            else { continue }
            events[place].assistingParticipantIDs = ids[Int(end - count)..<Int(end)].compactMap { $0.map { Int($0) } }
        }
    }
}
