import JSON
import Postgres

/// The figures of all participants over all frames of a timeline: the rows of `timeline_frames`.
struct FrameTable: Sendable {
    /// Stands for "not there"; as a figure it would go into `extra`.
    private static let missing = Int32.min

    /// One participant.
    private struct Track: Sendable {
        let participant: Int16
        /// Figure by figure, each with a value per frame.
        var values: [Int32]
        var isPresent: [Bool]
        var extra = ExtraObject()
    }

    // Here once more, because a global is asked for each time whether it exists already.
    private let top = FrameColumns.topTable
    private let position = FrameColumns.positionTable
    private let championStats = FrameColumns.championStatsTable
    private let damageStats = FrameColumns.damageStatsTable
    private let isNarrow = FrameColumns.all.map { $0.kind == .int16 }

    private let frameCount: Int
    private var tracks: [Track] = []
    private(set) var novelties: Set<String> = []

    init(frameCount: Int) { self.frameCount = frameCount }

    /// Participants that have figures.
    var participantCount: Int { tracks.count }

    /// Adds the figures of one participant in one frame; false when he has some there already, or there is no room.
    mutating func add(_ frame: JSONValue, of participant: Int16, at index: Int) -> Bool {
        guard frame.kind == .object, let track = track(of: participant), !tracks[track].isPresent[index]
        else {
            return false
        }
        tracks[track].isPresent[index] = true
        var extra = ExtraObject()
        for (key, value) in frame.members {
            if let place = top.place(of: key) {
                if !set(track, place, index, value) { extra.add(key.name, value) }
                continue
            }
            switch key.id {
            case BodyKeys.participantID? where value.int64 == Int64(participant): continue
            case BodyKeys.position?: add(value, position, "position", track, index, &extra)
            case BodyKeys.championStats?:
                add(value, championStats, "championStats", track, index, &extra)
            case BodyKeys.damageStats?: add(value, damageStats, "damageStats", track, index, &extra)
            default:
                if key.id != BodyKeys.participantID {
                    novelties.insert("info.frames.participantFrames.\(key.name)")
                }
                extra.add(key.name, value)
            }
        }
        tracks[track].extra.add(String(index), extra)
        return true
    }

    private mutating func add(
        _ object: JSONValue,
        _ table: FieldTable,
        _ name: String,
        _ track: Int,
        _ index: Int,
        _ extra: inout ExtraObject
    ) {
        guard object.kind == .object, object.count > 0 else { return extra.add(name, object) }
        var rest = ExtraObject()
        for (key, value) in object.members {
            if let place = table.place(of: key) {
                if !set(track, place, index, value) { rest.add(key.name, value) }
            } else {
                novelties.insert("info.frames.participantFrames.\(name).\(key.name)")
                rest.add(key.name, value)
            }
        }
        extra.add(name, rest)
    }

    private mutating func set(_ track: Int, _ place: Int, _ index: Int, _ value: JSONValue) -> Bool {
        guard let number = value.int64, let fitting = Int32(exactly: number), fitting != Self.missing,
            !isNarrow[place] || Int16(exactly: fitting) != nil
        else { return false }
        let position = place * frameCount + index
        guard tracks[track].values[position] == Self.missing else { return false }
        tracks[track].values[position] = fitting
        return true
    }

    private mutating func track(of participant: Int16) -> Int? {
        if let track = tracks.firstIndex(where: { $0.participant == participant }) { return track }
        guard tracks.count < StorageLimits.participants else { return nil }
        tracks.append(
            Track(
                participant: participant,
                values: [Int32](repeating: Self.missing, count: isNarrow.count * frameCount),
                isPresent: [Bool](repeating: false, count: frameCount)
            )
        )
        return tracks.count - 1
    }

    // MARK: Rows

    static let copy = SQL(
        trusted: """
            COPY timeline_frames (match_id, participant_id, \(FrameColumns.all.map(\.name).joined(separator: ", ")),
                frame_present, extra) FROM STDIN (FORMAT binary)
            """
    )

    /// Writes a row per participant; `writer` may hold those of other timelines.
    func append(to writer: inout BinaryCopyWriter, matchID: Int32) {
        var narrow = ArrayColumn(.int16, capacity: frameCount)
        var wide = ArrayColumn(.int32, capacity: frameCount)
        for track in tracks {
            writer.beginRow(columns: FrameColumns.all.count + 4)
            writer.append(int32: matchID)
            writer.append(int16: track.participant)
            for (place, column) in FrameColumns.all.enumerated() {
                let values = track.values[place * frameCount..<(place + 1) * frameCount]
                if values.allSatisfy({ $0 == 0 }) {
                    writer.appendNull()
                } else if column.kind == .int16 {
                    Self.append(values, to: &writer, through: &narrow)
                } else {
                    Self.append(values, to: &writer, through: &wide)
                }
            }
            let isEverywhere = track.isPresent.allSatisfy { $0 }
            writer.append(boolArray: isEverywhere ? nil : track.isPresent)
            writer.append(jsonb: track.extra.json)
        }
    }

    private static func append(
        _ values: ArraySlice<Int32>,
        to writer: inout BinaryCopyWriter,
        through array: inout ArrayColumn
    ) {
        array.removeAll()
        for value in values {
            if value == missing { array.appendNull() } else { array.append(Int64(value)) }
        }
        array.append(to: &writer)
    }
}
