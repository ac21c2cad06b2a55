import JSON
import Postgres

/// The figures of all participants over all frames of a timeline: the rows of `timeline_frames`.
struct FrameTable: Sendable {
    /// Stands for "not there"; as a figure it would go into `extra`.
    static let missing = Int32.min

    private let frameCount: Int
    private var participants: [Int16] = []
    private var extras: [ExtraObject] = []
    /// Participant by participant, figure by figure, a value per frame.
    private var values: [Int32] = []
    /// Participant by participant, whether a frame has him.
    private var isPresent: [Bool] = []
    private(set) var novelties: Set<String> = []

    init(frameCount: Int) { self.frameCount = frameCount }

    /// Participants that have figures.
    var participantCount: Int { participants.count }

    /// Adds the figures of one participant in one frame; false when he has some there already, or there is no room.
    mutating func add(_ frame: JSONCursor, of participant: Int16, at index: Int) -> Bool {
        guard frame.kind == .object, let track = track(of: participant),
            !isPresent[track * frameCount + index]
        else { return false }
        isPresent[track * frameCount + index] = true
        var reader = FrameReader(
            participant: participant,
            first: track * FrameColumns.count * frameCount + index,
            stride: frameCount
        )
        values.withUnsafeMutableBufferPointer { reader.read(frame, into: $0) }
        extras[track].add(index, reader.extra)
        if !reader.novelties.isEmpty { novelties.formUnion(reader.novelties) }
        return true
    }

    private mutating func track(of participant: Int16) -> Int? {
        if let track = participants.firstIndex(of: participant) { return track }
        guard participants.count < StorageLimits.participants else { return nil }
        participants.append(participant)
        extras.append(ExtraObject())
        values += repeatElement(Self.missing, count: FrameColumns.count * frameCount)
        isPresent += repeatElement(false, count: frameCount)
        return participants.count - 1
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
        for (track, participant) in participants.enumerated() {
            writer.beginRow(columns: FrameColumns.count + 4)
            writer.append(int32: matchID)
            writer.append(int16: participant)
            for place in 0..<FrameColumns.count {
                let start = (track * FrameColumns.count + place) * frameCount
                append(values.span.extracting(start..<start + frameCount), of: place, to: &writer)
            }
            let presence = isPresent[track * frameCount..<(track + 1) * frameCount]
            writer.append(boolArray: presence.allSatisfy { $0 } ? nil : Array(presence))
            writer.append(jsonb: extras[track].json)
        }
    }

    /// Writes one figure over all frames; one that was zero throughout is NULL.
    private func append(_ values: Span<Int32>, of place: Int, to writer: inout BinaryCopyWriter) {
        if values.indices.allSatisfy({ values[$0] == 0 }) {
            writer.appendNull()
        } else if FrameColumns.isNarrow(place) {
            writer.append(int16Array: values, null: Self.missing)
        } else {
            writer.append(int32Array: values, null: Self.missing)
        }
    }
}

/// Reads one participant in one frame straight into his columns.
struct FrameReader {
    let participant: Int16
    /// Place of the frame in the first column, and from each column to the next.
    let first: Int
    let stride: Int
    /// What has no column or does not fit it.
    private(set) var extra = ExtraObject()
    private(set) var novelties: Set<String> = []

    init(participant: Int16, first: Int, stride: Int) {
        self.participant = participant
        self.first = first
        self.stride = stride
    }

    mutating func read(_ frame: JSONCursor, into values: UnsafeMutableBufferPointer<Int32>) {
        let table = FrameColumns.topTable
        for member in frame.members {
            guard let place = table.place(of: member) else {
                novelties.insert("info.frames.participantFrames.\(member.keyName)")
                extra.add(member)
                continue
            }
            switch FramePart(rawValue: place) {
            case nil: if !set(place, member, in: values) { extra.add(member) }
            case .participantID: if member.int64 != Int64(participant) { extra.add(member) }
            case .position: read(member, FrameColumns.positionTable, "position", into: values)
            case .championStats: read(member, FrameColumns.championStatsTable, "championStats", into: values)
            case .damageStats: read(member, FrameColumns.damageStatsTable, "damageStats", into: values)
            }
        }
    }

    private mutating func read(
        _ object: JSONCursor,
        _ table: FieldTable,
        _ name: String,
        into values: UnsafeMutableBufferPointer<Int32>
    ) {
        guard object.kind == .object, object.count > 0 else { return extra.add(object) }
        var rest = ExtraObject()
        for member in object.members {
            guard let place = table.place(of: member) else {
                novelties.insert("info.frames.participantFrames.\(name).\(member.keyName)")
                rest.add(member)
                continue
            }
            if !set(place, member, in: values) { rest.add(member) }
        }
        extra.add(name, rest)
    }

    private func set(_ place: Int, _ value: JSONCursor, in values: UnsafeMutableBufferPointer<Int32>) -> Bool {
        guard let number = value.int64, let fitting = Int32(exactly: number), fitting != FrameTable.missing,
            !FrameColumns.isNarrow(place) || Int16(exactly: fitting) != nil
        else { return false }
        let position = first + place * stride
        precondition(values.indices.contains(position), "a frame beyond its table")
        guard values[position] == FrameTable.missing else { return false }
        values[position] = fitting
        return true
    }
}
