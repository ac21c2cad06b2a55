import Postgres
import RiotModels

extension Storage {
    /// A page of a player's matches, newest first.
    ///
    /// Listed are matches that he is a participant of and whose time is known: aborted games, which have no
    /// participants, are not among them. Pages are disjoint and together complete, also for matches that began in the
    /// same millisecond; one that is stored while pages are turned is on the page of its time.
    /// - Parameters:
    ///   - cursor: `nextCursor` of the page before; nil for the first page.
    ///   - limit: rows of a page, 1 to 50.
    /// - Throws: `ReadRefusal` for a cursor of something else, a limit or a filter that cannot be; `PostgresError`.
    public func matchPage(
        of summonerID: Int,
        _ filter: MatchFilter = MatchFilter(),
        after cursor: String? = nil,
        limit: Int = 20
    ) async throws -> MatchPage {
        try ReadLimits.check(limit: limit, ReadLimits.matchRows)
        try ReadLimits.check(summonerID, "player")
        try filter.check()
        let fingerprint = filter.fingerprint(of: summonerID)
        let last = try cursor.map { text throws(ReadRefusal) in try MatchCursor(text, of: fingerprint) }
        // One row more than the page tells whether there is another one.
        let rows = try await pool.query(
            Self.matchPageQuery,
            Self.parameters(summonerID, filter, after: last, limit: limit + 1)
        )
        let page = try rows.prefix(limit).map { try MatchListRow(row: $0) }
        guard rows.count > limit, let end = rows.prefix(limit).last else {
            return MatchPage(rows: page, nextCursor: nil)
        }
        let next = MatchCursor(
            startedAt: try end.timestampMilliseconds("started_at"),
            matchKey: Int32(clamping: try end.int("match_id")),
            fingerprint: fingerprint
        )
        return MatchPage(rows: page, nextCursor: next.text)
    }

    private static func parameters(
        _ summonerID: Int,
        _ filter: MatchFilter,
        after last: MatchCursor?,
        limit: Int
    ) -> [PostgresParameter] {
        let bounds = filter.year.map { CivilYear.bounds($0) }
        let isRemake: Bool? =
            switch filter.result {
            case .win, .loss: false
            case .remake: true
            case nil: nil
            }
        let isWin: Bool? = filter.result == .win ? true : filter.result == .loss ? false : nil
        return [
            .int(Int64(summonerID)),
            bounds.map { .timestamp(milliseconds: $0.startMilliseconds) } ?? .text("-infinity"),
            bounds.map { .timestamp(milliseconds: $0.endMilliseconds) } ?? .text("infinity"),
            last.map { .timestamp(milliseconds: $0.startedAt) } ?? .text("infinity"),
            .int(Int64(last?.matchKey ?? .max)),
            PostgresParameter(filter.championID), PostgresParameter(filter.role?.rawValue), PostgresParameter(isWin),
            PostgresParameter(filter.queueID), PostgresParameter(isRemake), .int(Int64(limit)),
        ]
    }

    /// First which matches, from indexes alone; then what is shown of these few.
    ///
    /// OFFSET 0 keeps the look at the match one look per row of the player's index: otherwise a plan is possible that
    /// reads all matches of a queue to find those of the player.
    private static let matchPageQuery = SQL(
        trusted: """
            WITH page AS MATERIALIZED (
                SELECT p.match_id, p.participant_id, p.started_at
                FROM match_participant p
                CROSS JOIN LATERAL (SELECT m.queue_id FROM match m WHERE m.id = p.match_id OFFSET 0) m
                WHERE p.summoner_id = $1
                    AND p.started_at >= $2::timestamptz AND p.started_at < $3::timestamptz
                    AND (p.started_at, p.match_id) < ($4::timestamptz, $5::integer)
                    AND ($6::integer IS NULL OR p.champion_id = $6)
                    AND ($7::text IS NULL OR p.team_position = $7)
                    AND ($8::boolean IS NULL OR p.win = $8)
                    AND ($9::integer IS NULL OR m.queue_id = $9)
                    AND ($10::boolean IS NULL OR \(MatchSide.isRemake("p")) = $10)
                ORDER BY p.started_at DESC, p.match_id DESC LIMIT $11
            )
            SELECT page.match_id, page.started_at, k.riot_id, m.duration_seconds, m.queue_id, m.map_id, m.game_mode,
                m.game_version, m.is_remake, EXISTS (SELECT 1 FROM timeline t WHERE t.match_id = m.id) AS has_timeline,
                \(MatchListRow.Line.columns.map { "p.\($0)" }.joined(separator: ", ")), o.*
            FROM page
            JOIN match_key k ON k.id = page.match_id
            JOIN match m ON m.id = page.match_id
            JOIN match_participant p ON p.match_id = page.match_id AND p.participant_id = page.participant_id
            CROSS JOIN LATERAL (
                SELECT array_agg(o.participant_id) AS participant_ids, array_agg(o.team_id) AS team_ids,
                    array_agg(o.player_subteam_id) AS subteam_ids, array_agg(o.champion_id) AS champion_ids,
                    array_agg(o.champion_name) AS champion_names, array_agg(o.riot_id_tagline) AS tag_lines,
                    array_agg(coalesce(nullif(o.riot_id_game_name, ''), nullif(o.riot_id_name, ''), o.summoner_name))
                        AS game_names,
                    array_agg(o.is_bot::integer) AS bots,
                    sum(o.kills) FILTER (WHERE \(MatchSide.isShared("p", "o", gameMode: "m.game_mode"))) AS side_kills
                FROM (
                    SELECT * FROM match_participant o WHERE o.match_id = page.match_id ORDER BY o.participant_id) o) o
            ORDER BY page.started_at DESC, page.match_id DESC
            """
    )
}

extension MatchListRow {
    init(row: PostgresRow) throws {
        self.init(
            id: try MatchID(try row.string("riot_id")),
            startedAt: try row.timestampMilliseconds("started_at"),
            durationSeconds: try row.optionalInt("duration_seconds"),
            queueID: try row.optionalInt("queue_id"),
            mapID: try row.optionalInt("map_id"),
            gameMode: try row.optionalString("game_mode"),
            gameVersion: try row.optionalString("game_version"),
            isRemake: try row.bool("is_remake"),
            hasTimeline: try row.bool("has_timeline"),
            own: try Line(row: row),
            participants: try Companion.all(row: row)
        )
    }
}

extension MatchListRow.Line {
    /// The columns of `match_participant` that a line needs.
    static let columns =
        [
            "participant_id", "team_id", "win", "champion_id", "champion_name", "champ_level", "team_position",
            "placement", "kills", "deaths", "assists", "largest_multi_kill", "gold_earned",
            "total_damage_dealt_to_champions", "total_minions_killed", "neutral_minions_killed", "vision_score",
            "wards_placed", "time_played", "primary_perk_1", "primary_style", "sub_style",
        ] + itemColumns + spellColumns + augmentColumns
    private static let itemColumns = (0...6).map { "item_\($0)" }
    private static let spellColumns = ["summoner_1_id", "summoner_2_id"]
    private static let augmentColumns = (1...6).map { "player_augment_\($0)" }

    init(row: PostgresRow) throws(PostgresError) {
        let minions = try row.optionalInt("total_minions_killed")
        let monsters = try row.optionalInt("neutral_minions_killed")
        let placement = try row.optionalInt("placement")
        self.init(
            participantID: try row.int("participant_id"),
            teamID: try row.optionalInt("team_id"),
            win: try row.optionalBool("win"),
            championID: try row.optionalInt("champion_id"),
            championName: try row.optionalString("champion_name"),
            championLevel: try row.optionalInt("champ_level"),
            role: try row.optionalString("team_position"),
            placement: placement == 0 ? nil : placement,
            kills: try row.optionalInt("kills"),
            deaths: try row.optionalInt("deaths"),
            assists: try row.optionalInt("assists"),
            sideKills: try row.optionalInt("side_kills"),
            largestMultiKill: try row.optionalInt("largest_multi_kill"),
            goldEarned: try row.optionalInt("gold_earned"),
            damageToChampions: try row.optionalInt("total_damage_dealt_to_champions"),
            minionsKilled: minions.flatMap { minions in monsters.map { minions + $0 } },
            visionScore: try row.optionalInt("vision_score"),
            wardsPlaced: try row.optionalInt("wards_placed"),
            secondsPlayed: try row.optionalInt("time_played"),
            items: try row.optionalInts(Self.itemColumns),
            spells: try row.optionalInts(Self.spellColumns),
            keystone: try row.optionalInt("primary_perk_1"),
            runeStyles: [try row.optionalInt("primary_style"), try row.optionalInt("sub_style")],
            augments: try row.optionalInts(Self.augmentColumns).compactMap { $0 == 0 ? nil : $0 }
        )
    }
}

extension MatchListRow.Companion {
    /// Everybody whom the arrays of a row hold.
    static func all(row: PostgresRow) throws(PostgresError) -> [MatchListRow.Companion] {
        let ids = try row.integers("participant_ids") ?? []
        let teams = try row.integers("team_ids") ?? []
        let subteams = try row.integers("subteam_ids") ?? []
        let champions = try row.integers("champion_ids") ?? []
        let championNames = try row.texts("champion_names") ?? []
        let names = try row.texts("game_names") ?? []
        let tags = try row.texts("tag_lines") ?? []
        let bots = try row.integers("bots") ?? []
        return ids.indices.map { index in
            MatchListRow.Companion(
                participantID: Int(ids[index] ?? 0),
                teamID: teams[index].map { Int($0) },
                subteamID: subteams[index].flatMap { $0 == 0 ? nil : Int($0) },
                championID: champions[index].map { Int($0) },
                championName: championNames[index],
                gameName: names[index],
                tagLine: tags[index],
                isBot: bots[index] == 1
            )
        }
    }
}
