import Postgres
import RiotModels

/// Writes a decoded timeline inside the caller's transaction; its match need not be there.
struct TimelineWriter: Sendable {
    let timeline: DecodedTimeline
    let body: Body
    let receivedAt: Int64
    let keyScope: String

    /// Writes all rows and the body; false, and nothing written, when the timeline is held already.
    func write(on connection: PostgresConnection) async throws(PostgresError) -> Bool {
        let key = try await MatchKey.find(body.id, table: .timeline, on: connection)
        if key.isHeld { return false }
        let players = timeline.listed + (timeline.participants ?? []).map(\.player)
        let summoners = try await SummonerResolver(keyScope: keyScope).resolve(
            Set(players.compactMap { $0?.puuid }),
            on: connection
        )
        let guarded = try await connection.query(Self.insert, row(key.id, summoners))
        if guarded.isEmpty { return false }
        var frames = BinaryCopyWriter(capacity: 256 * 1024)
        timeline.frames.append(to: &frames, matchID: key.id)
        var events = BinaryCopyWriter(capacity: 128 * 1024)
        timeline.appendEvents(to: &events, matchID: key.id)
        var damage = BinaryCopyWriter(capacity: 128 * 1024)
        timeline.appendDamage(to: &damage, matchID: key.id)
        if frames.rowCount > 0 { _ = try await connection.copyIn(FrameTable.copy, frames.finish()) }
        if events.rowCount > 0 { _ = try await connection.copyIn(EventRow.copy, events.finish()) }
        if damage.rowCount > 0 { _ = try await connection.copyIn(DamageRow.copy, damage.finish()) }
        return true
    }

    private static let columns: [String] =
        ["match_id", "received_at"] + DecodedTimeline.infoColumns.map(\.name)
        + [
            "frame_count", "event_count", "parser_version", "frame_timestamp_ms", "frame_first_event", "summoner_ids",
            "participant_ids", "participant_summoner_ids", "data_version", "extra",
        ]

    /// The guard, with the body.
    ///
    /// Everything hangs on the row of `timeline`: no row, nothing written.
    private static let insert = SQL(
        trusted: """
            WITH stored AS (
                INSERT INTO timeline (\(columns.joined(separator: ", ")))
                VALUES (\(columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")))
                ON CONFLICT DO NOTHING RETURNING match_id AS id
            ), \(RawBodyWriter.clauses(after: columns.count, kind: .timeline))
            SELECT id FROM stored
            """
    )

    private func row(_ id: Int32, _ summoners: [String: Int32]) -> [PostgresParameter] {
        let participants = timeline.participants
        return [.int(Int64(id)), .timestamp(milliseconds: receivedAt)] + timeline.info.cells.map(\.parameter)
            + [
                .int(Int64(timeline.frameTimestamps.count)), .int(Int64(timeline.eventCount)),
                .int(Int64(Storage.parserVersion)), .intArray(timeline.frameTimestamps.map { $0.map(Int64.init) }),
                .intArray(timeline.firstEvents.map(Int64.init)),
                .intArray(timeline.listed.summonerIDs(summoners)),
                participants.map { .intArray($0.map { $0.number.map(Int64.init) }) } ?? .null,
                participants.map { .intArray($0.map(\.player).summonerIDs(summoners)) } ?? .null,
                timeline.dataVersion.parameter, PostgresParameter(timeline.extra.string),
            ] + RawBodyWriter.parameters(body, receivedAt: receivedAt)
    }
}
