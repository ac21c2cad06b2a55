import JSON
import Postgres

/// All events of one type of a timeline: a row of `timeline_events`.
struct EventRow: Sendable {
    let type: String
    private let table = EventColumns.table
    private let damageLists = DamageList.table
    private var ordinals = ArrayColumn(.int16)
    private var arrays = ArrayRow(EventColumns.all)
    private var assistCounts: ArrayColumn?
    private var assistEnds = ArrayColumn(.int16)
    private var assistIDs = ArrayColumn(.int16)
    private var damageCounts = [ArrayColumn?](repeating: nil, count: DamageList.allCases.count)
    private var extra = ExtraObject()

    init(type: String) { self.type = type }

    var count: Int { ordinals.count }

    /// Adds what stands for an event and is none.
    mutating func add(unreadable value: JSONValue, ordinal: Int) {
        ordinals.append(Int64(ordinal))
        extra.add(String(ordinal), value)
    }

    /// Adds an event; its damage recaps go into `damage`, names without a column into `novelties`.
    ///
    /// - Parameter hasType: the first member called `type` is the row's type; otherwise it is kept as it stands.
    mutating func add(
        _ event: JSONValue,
        ordinal: Int,
        hasType: Bool,
        damage: inout [DamageRow],
        novelties: inout Set<String>
    ) {
        let index = count
        ordinals.append(Int64(ordinal))
        var rest = ExtraObject()
        var seesType = !hasType
        for (key, value) in event.members {
            let isTaken: Bool
            if let place = table.place(of: key) {
                isTaken = arrays.set(place, at: index, value)
            } else if let list = damageLists.place(of: key) {
                isTaken = take(value, list: list, at: index, ordinal, &damage, &novelties)
            } else {
                switch key.id {
                case BodyKeys.type?:
                    isTaken = !seesType
                    seesType = true
                case BodyKeys.position?: isTaken = take(position: value, at: index)
                case BodyKeys.assistingParticipantIDs?: isTaken = take(assists: value, at: index)
                default:
                    isTaken = false
                    novelties.insert("info.frames.events.\(key.name)")
                }
            }
            if isTaken { continue }
            rest.add(key.name, value)
            if key.id == BodyKeys.position {
                value.addUnknownNames(below: "info.frames.events.position", to: &novelties)
            }
        }
        if assistCounts != nil {
            assistCounts?.pad(to: index + 1)
            padAssistEnds(to: index + 1)
        }
        extra.add(String(ordinal), rest)
    }

    private mutating func take(position value: JSONValue, at index: Int) -> Bool {
        guard value.kind == .object, value.count == 2 else { return false }
        var fits = true
        for (key, member) in value.members {
            guard let place = EventColumns.positionTable.place(of: key),
                arrays.set(place, at: index, member)
            else {
                fits = false
                continue
            }
        }
        return fits
    }

    private mutating func take(assists value: JSONValue, at index: Int) -> Bool {
        guard value.kind == .array, assistCounts?.count ?? 0 <= index,
            assistIDs.count + value.count <= Int(Int16.max)
        else { return false }
        let cells = value.elements.map { Cell($0, as: .int16) }
        guard !cells.contains(where: { $0 == nil }) else { return false }
        var counts = assistCounts ?? ArrayColumn(.int16)
        counts.pad(to: index)
        counts.append(Int64(value.count))
        assistCounts = counts
        padAssistEnds(to: index)
        for cell in cells { assistIDs.append(cell ?? .null) }
        assistEnds.append(Int64(assistIDs.count))
        return true
    }

    /// Events without assists end where the one before ends.
    private mutating func padAssistEnds(to length: Int) {
        while assistEnds.count < length { assistEnds.append(Int64(assistIDs.count)) }
    }

    private mutating func take(
        _ value: JSONValue,
        list: Int,
        at index: Int,
        _ ordinal: Int,
        _ damage: inout [DamageRow],
        _ novelties: inout Set<String>
    ) -> Bool {
        guard value.kind == .array, value.count <= Int(Int16.max),
            damageCounts[list]?.count ?? 0 <= index
        else {
            return false
        }
        if damageCounts[list] == nil { damageCounts[list] = ArrayColumn(.int16) }
        damageCounts[list]?.pad(to: index)
        damageCounts[list]?.append(Int64(value.count))
        for entry in value.elements { damage[list].add(entry, kill: ordinal, novelties: &novelties) }
        return true
    }

    // MARK: Row

    static let copy = SQL(
        trusted: """
            COPY timeline_events (match_id, type, ordinal, \(EventColumns.all.map(\.name).joined(separator: ", ")),
                assist_count, assist_end, assist_id, damage_received_count, damage_dealt_count,
                teamfight_damage_received_count, teamfight_damage_dealt_count, extra) FROM STDIN (FORMAT binary)
            """
    )

    func append(to writer: inout BinaryCopyWriter, matchID: Int32) {
        writer.beginRow(columns: 3 + EventColumns.all.count + 3 + damageCounts.count + 1)
        writer.append(int32: matchID)
        writer.append(text: type)
        ordinals.append(to: &writer)
        arrays.append(to: &writer, count: count)
        writer.append(assistCounts, count: count)
        if assistCounts == nil {
            writer.appendNull()
            writer.appendNull()
        } else {
            assistEnds.append(to: &writer)
            assistIDs.append(to: &writer)
        }
        for counts in damageCounts { writer.append(counts, count: count) }
        writer.append(jsonb: extra.json)
    }
}
