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
    private var rowOfType: [String: Int] = [:]

    /// Decodes `body`; the error says what is wrong and where.
    static func decode(_ body: Body) throws(BodyRejection) -> DecodedTimeline {
        let document = try body.document()
        var envelope = try Envelope(document.root, of: body)
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

    private mutating func read(_ info: JSONValue) throws(BodyRejection) {
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
        for (key, value) in info.members {
            if key.id == BodyKeys.frames, !seesFrames {
                seesFrames = true
                continue
            }
            if !take(key, value) { infoExtra.add(key.name, value) }
        }
    }

    private mutating func take(_ key: JSONKey, _ value: JSONValue) -> Bool {
        if let place = DecodedTimeline.infoTable.place(of: key) {
            return timeline.info.set(place, value)
        }
        switch key.id {
        case BodyKeys.participants?: return take(participants: value)
        case BodyKeys.frames?: return false
        default:
            novelties.insert("info.\(key.name)")
            return false
        }
    }

    /// Takes what fits; if anything does not, `extra` gets the whole list beside it.
    private mutating func take(participants value: JSONValue) -> Bool {
        guard timeline.participants == nil, value.kind == .array,
            value.count <= StorageLimits.participants
        else {
            return false
        }
        var fits = true
        timeline.participants = value.elements.map { participant in
            let number = participant[key: BodyKeys.participantID]?.int64.flatMap { Int16(exactly: $0) }
            let player = participant[key: BodyKeys.puuid].flatMap(Player.init)
            fits = fits && number != nil && player != nil && participant.count == 2
            return (number, player)
        }
        if !fits { value.addUnknownNames(below: "info.participants", to: &novelties) }
        return fits
    }

    // MARK: Frames

    private mutating func read(frame: JSONValue, at index: Int) throws(BodyRejection) {
        guard frame.kind == .object else {
            throw body.rejection("a frame is not an object", at: "info.frames[\(index)]")
        }
        timeline.frameTimestamps.append(nil)
        timeline.firstEvents.append(Int16(clamping: timeline.eventCount + 1))
        var rest = ExtraObject()
        var seesEvents = false
        for (key, value) in frame.members {
            switch key.id {
            case BodyKeys.timestamp?:
                if timeline.frameTimestamps[index] == nil, let time = value.int64,
                    let fitting = Int32(exactly: time)
                {
                    timeline.frameTimestamps[index] = fitting
                    continue
                }
            case BodyKeys.events?:
                if !seesEvents, value.kind == .array {
                    seesEvents = true
                    try read(events: value, frame: index)
                    continue
                }
            case BodyKeys.participantFrames?:
                if value.kind == .object, value.count > 0 {
                    rest.add(key.name, read(participantFrames: value, at: index))
                    continue
                }
            default: novelties.insert("info.frames.\(key.name)")
            }
            rest.add(key.name, value)
        }
        framesExtra.add(String(index), rest)
    }

    /// Reads a map of participants; what cannot be one is returned.
    private mutating func read(participantFrames value: JSONValue, at index: Int) -> ExtraObject {
        var rest = ExtraObject()
        for (key, frame) in value.members {
            guard let participant = Self.participant(of: key),
                timeline.frames.add(frame, of: participant, at: index)
            else {
                rest.add(key.name, frame)
                continue
            }
        }
        return rest
    }

    private static func participant(of key: JSONKey) -> Int16? {
        if let id = key.id { return BodyKeys.participantOfKey[id] }
        guard let number = Int16(key.name), String(number) == key.name else { return nil }
        return number
    }

    // MARK: Events

    private mutating func read(events: JSONValue, frame: Int) throws(BodyRejection) {
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
            let type = Self.type(of: event)
            let row = row(of: type ?? "")
            timeline.events[row].add(
                event,
                ordinal: timeline.eventCount,
                hasType: type != nil,
                damage: &timeline.damage,
                novelties: &novelties
            )
        }
    }

    /// The event's type, if it can be part of a key.
    private static func type(of event: JSONValue) -> String? {
        guard let type = event[key: BodyKeys.type]?.storableText, !type.isEmpty,
            type.utf8.count <= StorageLimits.eventTypeBytes
        else { return nil }
        return type
    }

    private mutating func row(of type: String) -> Int {
        if let row = rowOfType[type] { return row }
        if !EventColumns.types.contains(type) {
            novelties.insert(type.isEmpty ? "event without a type" : "event \(type)")
        }
        rowOfType[type] = timeline.events.count
        timeline.events.append(EventRow(type: type))
        return timeline.events.count - 1
    }
}
