import Postgres
import RiotModels

/// A decoded match and the key that its rows get.
struct KeyedMatch: Sendable {
    let key: Int32
    let id: MatchID
    /// Epoch milliseconds.
    let receivedAt: Int64
    let match: DecodedMatch

    /// Everybody whom the rows speak of.
    var puuids: [String] { (match.participants.map(\.player) + match.listed).compactMap { $0?.puuid } }
}

/// Writes the rows of matches: nothing but the rows, with one COPY per table for all of them.
///
/// The caller's transaction holds the keys locked and has seen that there are no rows under them.
struct MatchRows: Sendable {
    let matches: [KeyedMatch]
    /// The numbers of the players; who is missing here has none in the rows.
    let summoners: [String: Int32]
    /// What the rows say of the parser that made them.
    var parserVersion = Storage.parserVersion

    /// Writes them, and takes erased players out again.
    ///
    /// - Returns: the keys of matches whose bodies must not be kept, because they hold somebody who was erased.
    @discardableResult
    func write(on connection: PostgresConnection) async throws(PostgresError) -> Set<Int32> {
        if matches.isEmpty { return [] }
        for (sql, rows) in await encoded() { _ = try await connection.copyIn(sql, rows) }
        guard let erased = MatchWithdrawal(of: matches, known: summoners) else { return [] }
        _ = try await erased.run(on: connection)
        return Set(erased.matches)
    }

    /// The COPYs and their rows; computed off the connection's thread, which others need meanwhile.
    @concurrent private func encoded() async -> [(SQL, [UInt8])] {
        let tables = [
            (Self.copyMatches, matchRows()), (Self.copyParticipants, participantRows()), (Self.copyTeams, teamRows()),
            (Self.copyDetails, detailRows()),
        ]
        return tables.filledTables
    }

    // MARK: Match

    private static let columns: [String] =
        ["id", "received_at", "started_at", "created_at", "game_started_at", "ended_at"]
        + MatchColumns.info.map(\.name)
        + [
            "duration_seconds", "patch_major", "patch_minor", "parser_version", "is_aborted", "is_remake", "platform",
            "data_version", "game_mode_mutators", "summoner_ids", "extra",
        ]

    private static let copyMatches = SQL(
        trusted: "COPY match (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    )

    private func matchRows() -> BinaryCopyWriter {
        var writer = BinaryCopyWriter(capacity: matches.count * 1024)
        for keyed in matches {
            let match = keyed.match
            writer.beginRow(columns: Self.columns.count)
            writer.append(int32: keyed.key)
            for time in [keyed.receivedAt, match.startedAt, match.createdAt, match.gameStartedAt, match.endedAt] {
                writer.append(timestampMilliseconds: time)
            }
            match.info.append(to: &writer)
            writer.append(int32: match.durationSeconds)
            writer.append(int16: match.patch?.major)
            writer.append(int16: match.patch?.minor)
            writer.append(int16: parserVersion)
            writer.append(bool: match.isAborted)
            writer.append(bool: match.isRemake)
            writer.append(text: keyed.id.platform.rawValue)
            writer.append(text: match.dataVersion.text)
            writer.append(textArray: match.mutators)
            writer.append(int32Array: match.listed.numbers(in: summoners))
            writer.append(jsonb: match.extra.json)
        }
        return writer
    }

    // MARK: Participants

    private static let copyParticipants = SQL(
        trusted: """
            COPY match_participant (started_at, match_id, summoner_id, participant_id, is_bot,
                \(ParticipantColumns.all.map(\.name).joined(separator: ", ")), extra) FROM STDIN (FORMAT binary)
            """
    )

    private func participantRows() -> BinaryCopyWriter {
        var writer = BinaryCopyWriter(capacity: matches.reduce(1024) { $0 + $1.match.participants.count * 2048 })
        for keyed in matches {
            for participant in keyed.match.participants {
                writer.beginRow(columns: ParticipantColumns.all.count + 6)
                writer.append(timestampMilliseconds: keyed.match.startedAt)
                writer.append(int32: keyed.key)
                writer.append(int32: participant.player?.puuid.flatMap { summoners[$0] })
                writer.append(int16: participant.number)
                writer.append(bool: participant.player == .bot)
                participant.row.append(to: &writer)
                writer.append(jsonb: participant.extra.json)
            }
        }
        return writer
    }

    // MARK: Teams

    private static let copyTeams = SQL(
        trusted: """
            COPY match_team (match_id, team_number, \(TeamColumns.all.map(\.name).joined(separator: ", ")),
                ban_champion_id, ban_pick_turn, extra) FROM STDIN (FORMAT binary)
            """
    )

    private func teamRows() -> BinaryCopyWriter {
        var writer = BinaryCopyWriter(capacity: matches.reduce(1024) { $0 + $1.match.teams.count * 512 })
        for keyed in matches {
            for (place, team) in keyed.match.teams.enumerated() {
                writer.beginRow(columns: TeamColumns.all.count + 5)
                writer.append(int32: keyed.key)
                writer.append(int16: Int16(truncatingIfNeeded: place + 1))
                team.row.append(to: &writer)
                writer.append(int32Array: team.bannedChampions)
                writer.append(int16Array: team.pickTurns)
                writer.append(jsonb: team.extra.json)
            }
        }
        return writer
    }

    // MARK: Challenges and missions

    private static let copyDetails: SQL = """
        COPY match_detail (match_id, participant_ids, challenges, missions) FROM STDIN (FORMAT binary)
        """

    private func detailRows() -> BinaryCopyWriter {
        var writer = BinaryCopyWriter(capacity: matches.count * 24 * 1024)
        for keyed in matches {
            let match = keyed.match
            let challenges = match.challengesDocument
            if challenges == nil && match.missions.isEmpty { continue }
            writer.beginRow(columns: 4)
            writer.append(int32: keyed.key)
            writer.append(int16Array: match.participants.map(\.number))
            writer.append(jsonb: challenges)
            writer.append(jsonb: match.missions.json(participants: match.participants.count))
        }
        return writer
    }
}

extension [Player?] {
    /// The players' numbers in their order; null for bots and for what is no puuid.
    func numbers(in summoners: [String: Int32]) -> [Int32?] {
        map { player in player?.puuid.flatMap { summoners[$0] } }
    }
}

extension [(SQL, BinaryCopyWriter)] {
    /// Those that have rows, ready to be sent.
    var filledTables: [(SQL, [UInt8])] {
        filter { $0.1.rowCount > 0 }.map { sql, writer in
            var writer = writer
            return (sql, writer.finish())
        }
    }
}
