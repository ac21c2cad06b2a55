import Postgres
import RiotModels

/// Writes a decoded match inside the caller's transaction.
struct MatchWriter: Sendable {
    let match: DecodedMatch
    let body: Body
    let receivedAt: Int64
    let keyScope: String

    /// Writes all rows and the body; false, and nothing written, when the match is held already.
    func write(on connection: PostgresConnection) async throws(PostgresError) -> Bool {
        let key = try await MatchKey.find(body.id, table: .match, on: connection)
        if key.isHeld { return false }
        let players = match.participants.map(\.player) + match.listed
        let summoners = try await SummonerResolver(keyScope: keyScope).resolve(
            Set(players.compactMap { $0?.puuid }),
            names: names,
            at: match.startedAt,
            on: connection
        )
        let guarded = try await connection.query(Self.insert, row(key.id, summoners))
        if guarded.isEmpty { return false }
        _ = try await connection.copyIn(Self.copyParticipants, participantRows(key.id, summoners))
        if !match.teams.isEmpty { _ = try await connection.copyIn(Self.copyTeams, teamRows(key.id)) }
        return true
    }

    /// What the body calls its players.
    private var names: [String: SummonerResolver.Name] {
        var names: [String: SummonerResolver.Name] = [:]
        for participant in match.participants {
            guard let puuid = participant.player?.puuid else { continue }
            names[puuid] = SummonerResolver.Name(
                gameName: participant.row[ParticipantColumns.gameName].text,
                tagLine: participant.row[ParticipantColumns.tagLine].text
            )
        }
        return names
    }

    // MARK: Match

    private static let columns: [String] =
        ["id", "received_at", "started_at", "created_at", "game_started_at", "ended_at"]
        + MatchColumns.info.map(\.name)
        + [
            "duration_seconds", "patch_major", "patch_minor", "parser_version", "is_aborted", "is_remake", "platform",
            "data_version", "game_mode_mutators", "summoner_ids", "extra",
        ]

    /// The guard, with the rows that need no COPY.
    ///
    /// Everything hangs on the row of `match`: no row, nothing written.
    private static let insert = SQL(
        trusted: """
            WITH stored AS (
                INSERT INTO match (\(columns.joined(separator: ", ")))
                VALUES (\(columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")))
                ON CONFLICT DO NOTHING RETURNING id
            ), detail AS (
                INSERT INTO match_detail (match_id, participant_ids, challenges, missions)
                SELECT id, $\(columns.count + 1)::smallint[], $\(columns.count + 2)::jsonb, $\(columns.count + 3)::jsonb
                FROM stored WHERE coalesce($\(columns.count + 2), $\(columns.count + 3)) IS NOT NULL
            ), \(RawBodyWriter.clauses(after: columns.count + 3, kind: .match))
            SELECT id FROM stored
            """
    )

    private func row(_ id: Int32, _ summoners: [String: Int32]) -> [PostgresParameter] {
        let times = [receivedAt, match.startedAt, match.createdAt, match.gameStartedAt, match.endedAt]
        return [.int(Int64(id))] + times.map { PostgresParameter(timestampMilliseconds: $0) }
            + match.info.cells.map(\.parameter)
            + [
                PostgresParameter(match.durationSeconds), PostgresParameter(match.patch?.major),
                PostgresParameter(match.patch?.minor), .int(Int64(Storage.parserVersion)), .bool(match.isAborted),
                .bool(match.isRemake), .text(body.id.platform.rawValue), match.dataVersion.parameter,
                match.mutators.map { .textArray($0) } ?? .null,
                .intArray(match.listed.summonerIDs(summoners)), PostgresParameter(match.extra.string),
                .intArray(match.participants.map { Int64($0.number) }),
                PostgresParameter(match.challengesDocument),
                PostgresParameter(match.missions.json(participants: match.participants.count)),
            ] + RawBodyWriter.parameters(body, receivedAt: receivedAt)
    }

    // MARK: Participants and teams

    private static let copyParticipants = SQL(
        trusted: """
            COPY match_participant (started_at, match_id, summoner_id, participant_id, is_bot,
                \(ParticipantColumns.all.map(\.name).joined(separator: ", ")), extra) FROM STDIN (FORMAT binary)
            """
    )

    private func participantRows(_ id: Int32, _ summoners: [String: Int32]) -> [UInt8] {
        var writer = BinaryCopyWriter(capacity: 1024 + match.participants.count * 2048)
        for participant in match.participants {
            writer.beginRow(columns: ParticipantColumns.all.count + 6)
            writer.append(timestampMilliseconds: match.startedAt)
            writer.append(int32: id)
            writer.append(int32: participant.player?.puuid.flatMap { summoners[$0] })
            writer.append(int16: participant.number)
            writer.append(bool: participant.player == .bot)
            participant.row.append(to: &writer)
            writer.append(jsonb: participant.extra.json)
        }
        return writer.finish()
    }

    private static let copyTeams = SQL(
        trusted: """
            COPY match_team (match_id, team_number, \(TeamColumns.all.map(\.name).joined(separator: ", ")),
                ban_champion_id, ban_pick_turn, extra) FROM STDIN (FORMAT binary)
            """
    )

    private func teamRows(_ id: Int32) -> [UInt8] {
        var writer = BinaryCopyWriter(capacity: 1024 + match.teams.count * 512)
        for (place, team) in match.teams.enumerated() {
            writer.beginRow(columns: TeamColumns.all.count + 5)
            writer.append(int32: id)
            writer.append(int16: Int16(truncatingIfNeeded: place + 1))
            team.row.append(to: &writer)
            writer.append(int32Array: team.bannedChampions)
            writer.append(int16Array: team.pickTurns)
            writer.append(jsonb: team.extra.json)
        }
        return writer.finish()
    }
}

extension [Player?] {
    /// The players' numbers in their order; null for bots and for what is no puuid.
    func summonerIDs(_ summoners: [String: Int32]) -> [Int64?] {
        map { player in player?.puuid.flatMap { summoners[$0] }.map(Int64.init) }
    }
}
