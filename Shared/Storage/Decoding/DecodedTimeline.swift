import Postgres

/// A timeline body in the form of rows, before it is known which numbers its match and its players have.
struct DecodedTimeline: Sendable {
    /// Values of `info` that stand as they are.
    static let infoColumns: [Column] = [
        .int64("gameId", "game_id"), .int32("frameInterval", "frame_interval_ms"),
        .text("endOfGameResult", "end_of_game_result"),
    ]
    static let infoTable = FieldTable(infoColumns.map(\.field))

    var info = CellRow(infoColumns)
    var dataVersion = Cell.null
    /// Players of `metadata.participants` in their order; nil for what cannot be a puuid.
    var listed: [Player?] = []
    /// `info.participants`; nil when the body has none.
    var participants: [(number: Int16?, player: Player?)]?
    var frameTimestamps: [Int32?] = []
    /// Ordinal of the first event of each frame.
    var firstEvents: [Int16] = []
    var eventCount = 0
    var frames = FrameTable(frameCount: 0)
    var events: [EventRow] = []
    var damage = DamageList.allCases.map(DamageRow.init)
    var extra = ExtraObject()
    /// Names that have no column, as paths.
    var novelties: Set<String> = []

    /// How many rows of each table the timeline makes, and how many frames and events it has.
    var rowCounts: [String: Int] {
        [
            "timeline": 1, "timeline_frames": frames.participantCount, "timeline_events": events.count,
            "timeline_kill_damage": damage.count { $0.count > 0 }, "frames": frameTimestamps.count,
            "events": eventCount, "damage entries": damage.reduce(0) { $0 + $1.count },
        ]
    }

    /// Writes the rows of `EventRow.copy`; `writer` may hold those of other timelines.
    func appendEvents(to writer: inout BinaryCopyWriter, matchID: Int32) {
        for row in events { row.append(to: &writer, matchID: matchID) }
    }

    /// Writes the rows of `DamageRow.copy`; `writer` may hold those of other timelines.
    func appendDamage(to writer: inout BinaryCopyWriter, matchID: Int32) {
        for row in damage where row.count > 0 { row.append(to: &writer, matchID: matchID) }
    }
}
