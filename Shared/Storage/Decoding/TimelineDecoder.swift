import JSON

/// Turns a timeline body into rows.
///
/// Refused is only what has no shape: no JSON, no `metadata`, no list of frames, the body of another match, more frames
/// or events than can be numbered. Everything else that does not fit its column goes into an `extra`, as it stands.
struct TimelineDecoder {
    private let body: Body
    private var timeline = DecodedTimeline()
    private var infoExtra = ExtraObject()
    private var framesExtra = ExtraObject()
    private var novelties: Set<String> = []
    /// Rows of the known types, by their numbers; -1: none yet.
    private var rowOfKnownType = [Int](repeating: -1, count: EventColumns.types.count)
    private var rowOfType: [String: Int] = [:]

    /// Decodes `body`; the error says what is wrong and where.
    static func decode(_ body: Body) throws(BodyRejection) -> DecodedTimeline {
        try body.read { root throws(BodyRejection) in try decode(root, of: body) }
    }

    private static func decode(_ root: JSONCursor, of body: Body) throws(BodyRejection) -> DecodedTimeline {
        var envelope = try Envelope(root, of: body)
        var decoder = TimelineDecoder(body: body)
        try decoder.read(envelope.info)
        envelope.add(infoExtra: decoder.infoExtra, novelties: decoder.novelties)
        var timeline = decoder.timeline
        timeline.dataVersion = envelope.dataVersion
        timeline.listed = envelope.listed
        timeline.extra = envelope.extra
        timeline.novelties = envelope.novelties.union(timeline.frames.novelties)
        return timeline
    }

    private init(body: Body) { self.body = body }

    private mutating func read(_ info: JSONCursor) throws(BodyRejection) {
        guard let frames = info[key: BodyKeys.frames], frames.kind == .array else {
            throw body.rejection("the list of frames is missing", at: "info.frames")
        }
        guard frames.count <= StorageLimits.frames else {
            throw body.rejection("it has \(frames.count) frames", at: "info.frames")
        }
        timeline.frames = FrameTable(frameCount: frames.count)
        for (index, frame) in frames.elements.enumerated() { try read(frame: frame, at: index) }
        infoExtra.add("frames", framesExtra)
        var seesFrames = false
        for member in info.members {
            if member.keyNumber == BodyKeys.frames, !seesFrames {
                seesFrames = true
                continue
            }
            if !take(member) { infoExtra.add(member) }
        }
    }

    private mutating func take(_ member: JSONCursor) -> Bool {
        if let place = DecodedTimeline.infoTable.place(of: member) { return timeline.info.set(place, member) }
        switch member.keyNumber {
        case BodyKeys.participants: return take(participants: member)
        case BodyKeys.frames: return false
        default:
            novelties.insert("info.\(member.keyName)")
            return false
        }
    }

    /// Takes what fits; if anything does not, `extra` gets the whole list beside it.
    private mutating func take(participants value: JSONCursor) -> Bool {
        guard timeline.participants == nil, value.kind == .array,
            value.count <= StorageLimits.participants
        else {
            return false
        }
        var fits = true
        timeline.participants = value.elements.map { participant in
            let number = participant[key: BodyKeys.participantID]?.int64.flatMap { Int16(exactly: $0) }
            let player = participant[key: BodyKeys.puuid].flatMap { Player($0) }
            fits = fits && number != nil && player != nil && participant.count == 2
            return (number, player)
        }
        if !fits { value.addUnknownNames(below: "info.participants", to: &novelties) }
        return fits
    }

    // MARK: Frames

    private mutating func read(frame: JSONCursor, at index: Int) throws(BodyRejection) {
        guard frame.kind == .object else {
            throw body.rejection("a frame is not an object", at: "info.frames[\(index)]")
        }
        timeline.frameTimestamps.append(nil)
        timeline.firstEvents.append(Int16(clamping: timeline.eventCount + 1))
        var rest = ExtraObject()
        var seesEvents = false
        for member in frame.members {
            switch member.keyNumber {
            case BodyKeys.timestamp:
                if timeline.frameTimestamps[index] == nil, let time = member.int64,
                    let fitting = Int32(exactly: time)
                {
                    timeline.frameTimestamps[index] = fitting
                    continue
                }
            case BodyKeys.events:
                if !seesEvents, member.kind == .array {
                    seesEvents = true
                    try read(events: member, frame: index)
                    continue
                }
            case BodyKeys.participantFrames:
                if member.kind == .object, member.count > 0 {
                    rest.add("participantFrames", read(participantFrames: member, at: index))
                    continue
                }
            default: novelties.insert("info.frames.\(member.keyName)")
            }
            rest.add(member)
        }
        framesExtra.add(index, rest)
    }

    /// Reads a map of participants; what cannot be one is returned.
    private mutating func read(participantFrames value: JSONCursor, at index: Int) -> ExtraObject {
        var rest = ExtraObject()
        for frame in value.members {
            guard let participant = Self.participant(of: frame),
                timeline.frames.add(frame, of: participant, at: index)
            else {
                rest.add(frame)
                continue
            }
        }
        return rest
    }

    private static func participant(of frame: JSONCursor) -> Int16? {
        if frame.keyNumber != JSONKeys.noNumber { return BodyKeys.participantOfKey[frame.keyNumber] }
        guard let number = Int16(frame.keyName), String(number) == frame.keyName else { return nil }
        return number
    }

    // MARK: Events

    private mutating func read(events: JSONCursor, frame: Int) throws(BodyRejection) {
        guard timeline.eventCount + events.count <= StorageLimits.events else {
            throw body.rejection(
                "it has more than \(StorageLimits.events) events",
                at: "info.frames[\(frame)].events"
            )
        }
        for event in events.elements {
            timeline.eventCount += 1
            guard event.kind == .object, event.count > 0 else {
                timeline.events[row(of: "")].add(unreadable: event, ordinal: timeline.eventCount)
                continue
            }
            let (row, hasType) = row(of: event)
            timeline.events[row].add(
                event,
                ordinal: timeline.eventCount,
                hasType: hasType,
                damage: &timeline.damage,
                novelties: &novelties
            )
        }
    }

    /// The row of an event, and whether its type could be read.
    private mutating func row(of event: JSONCursor) -> (row: Int, hasType: Bool) {
        guard let type = event[key: BodyKeys.type] else { return (row(of: ""), false) }
        if let number = EventColumns.types.number(spelledBy: type) {
            if rowOfKnownType[number] < 0 {
                rowOfKnownType[number] = timeline.events.count
                timeline.events.append(EventRow(type: EventColumns.types.name(number)))
            }
            return (rowOfKnownType[number], true)
        }
        guard let text = type.storableText, !text.isEmpty, text.utf8.count <= StorageLimits.eventTypeBytes else {
            return (row(of: ""), false)  // it cannot be part of a key
        }
        return (row(of: text), true)
    }

    /// The row of a type that is not known, or of none.
    private mutating func row(of type: String) -> Int {
        if let row = rowOfType[type] { return row }
        novelties.insert(type.isEmpty ? "event without a type" : "event \(type)")
        rowOfType[type] = timeline.events.count
        timeline.events.append(EventRow(type: type))
        return timeline.events.count - 1
    }
}
