import Postgres
import RiotModels

/// A decoded timeline and the key that its rows get.
struct KeyedTimeline: Sendable {
    let key: Int32
    /// Epoch milliseconds.
    let receivedAt: Int64
    let timeline: DecodedTimeline

    /// Everybody whom the rows speak of.
    var puuids: [String] {
        (timeline.listed + (timeline.participants ?? []).map(\.player)).compactMap { $0?.puuid }
    }
}

/// Writes the rows of timelines: nothing but the rows, with one COPY per table for all of them.
///
/// The caller's transaction holds the keys locked and has seen that there are no rows under them; the matches need not
/// be there.
struct TimelineRows: Sendable {
    let timelines: [KeyedTimeline]
    /// The numbers of the players; who is missing here has none in the rows.
    let summoners: [String: Int32]
    /// What the rows say of the parser that made them.
    var parserVersion = Storage.parserVersion

    /// Writes them, and takes erased players out again.
    ///
    /// - Returns: the keys of timelines whose bodies must not be kept, because they hold somebody who was erased.
    @discardableResult
    func write(on connection: PostgresConnection) async throws(PostgresError) -> Set<Int32> {
        if timelines.isEmpty { return [] }
        for (sql, rows) in await encoded() { _ = try await connection.copyIn(sql, rows) }
        guard let erased = MatchWithdrawal(of: timelines, known: summoners) else { return [] }
        _ = try await erased.run(on: connection)
        return Set(erased.matches)
    }

    /// The COPYs and their rows; computed off the connection's thread, which others need meanwhile.
    @concurrent private func encoded() async -> [(SQL, [UInt8])] {
        var frames = BinaryCopyWriter(capacity: timelines.count * 128 * 1024)
        var events = BinaryCopyWriter(capacity: timelines.count * 128 * 1024)
        var damage = BinaryCopyWriter(capacity: timelines.count * 64 * 1024)
        for keyed in timelines {
            keyed.timeline.frames.append(to: &frames, matchID: keyed.key)
            keyed.timeline.appendEvents(to: &events, matchID: keyed.key)
            keyed.timeline.appendDamage(to: &damage, matchID: keyed.key)
        }
        let tables = [
            (Self.copyTimelines, timelineRows()), (FrameTable.copy, frames), (EventRow.copy, events),
            (DamageRow.copy, damage),
        ]
        return tables.filledTables
    }

    private static let columns: [String] =
        ["match_id", "received_at"] + DecodedTimeline.infoColumns.map(\.name)
        + [
            "frame_count", "event_count", "parser_version", "frame_timestamp_ms", "frame_first_event", "summoner_ids",
            "participant_ids", "participant_summoner_ids", "data_version", "extra",
        ]

    private static let copyTimelines = SQL(
        trusted: "COPY timeline (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    )

    private func timelineRows() -> BinaryCopyWriter {
        var writer = BinaryCopyWriter(capacity: timelines.count * 2048)
        for keyed in timelines {
            let timeline = keyed.timeline
            writer.beginRow(columns: Self.columns.count)
            writer.append(int32: keyed.key)
            writer.append(timestampMilliseconds: keyed.receivedAt)
            timeline.info.append(to: &writer)
            writer.append(int16: Int16(clamping: timeline.frameTimestamps.count))
            writer.append(int16: Int16(clamping: timeline.eventCount))
            writer.append(int16: parserVersion)
            writer.append(int32Array: timeline.frameTimestamps)
            writer.append(int16Array: timeline.firstEvents)
            writer.append(int32Array: timeline.listed.numbers(in: summoners))
            writer.append(int16Array: timeline.participants?.map(\.number))
            writer.append(int32Array: timeline.participants.map { $0.map(\.player).numbers(in: summoners) })
            writer.append(text: timeline.dataVersion.text)
            writer.append(jsonb: timeline.extra.json)
        }
        return writer
    }
}
