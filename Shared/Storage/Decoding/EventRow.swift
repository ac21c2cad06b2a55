import JSON
import Postgres

/// All events of one type of a timeline: a row of `timeline_events`.
struct EventRow: Sendable {
    let type: String
    private var ordinals = ArrayColumn(.int16)
    private var arrays = ArrayRow(EventColumns.all)
    private var assistCounts = ArrayColumn(.int16)
    private var assistEnds = ArrayColumn(.int16)
    private var assistIDs = ArrayColumn(.int16)
    private var damageCounts = DamageList.allCases.map { _ in ArrayColumn(.int16) }
    private var extra = ExtraObject()

    init(type: String) { self.type = type }

    var count: Int { ordinals.count }

    /// Adds what stands for an event and is none.
    mutating func add(unreadable value: JSONCursor, ordinal: Int) {
        ordinals.append(Int64(ordinal))
        extra.add(String(ordinal), value)
    }

    /// Adds an event; its damage recaps go into `damage`, names without a column into `novelties`.
    ///
    /// - Parameter hasType: the first member called `type` is the row's type; otherwise it is kept as it stands.
    mutating func add(
        _ event: JSONCursor,
        ordinal: Int,
        hasType: Bool,
        damage: inout [DamageRow],
        novelties: inout Set<String>
    ) {
        let index = count
        let table = EventColumns.table
        ordinals.append(Int64(ordinal))
        var rest = ExtraObject()
        var seesType = !hasType
        for member in event.members {
            guard let place = table.place(of: member) else {
                novelties.insert("info.frames.events.\(member.keyName)")
                rest.add(member)
                continue
            }
            let isTaken: Bool
            switch EventPart(rawValue: place) {
            case nil where place < EventPart.firstDamageList: isTaken = arrays.set(place, at: index, member)
            case nil:
                let list = place - EventPart.firstDamageList
                isTaken = take(member, list: list, at: index, ordinal, &damage, &novelties)
            case .type:
                isTaken = !seesType
                seesType = true
            case .position:
                isTaken = take(position: member, at: index)
                if !isTaken { member.addUnknownNames(below: "info.frames.events.position", to: &novelties) }
            case .assists: isTaken = take(assists: member, at: index)
            }
            if !isTaken { rest.add(member) }
        }
        extra.add(ordinal, rest)
    }

    private mutating func take(position value: JSONCursor, at index: Int) -> Bool {
        guard value.kind == .object, value.count == 2 else { return false }
        var fits = true
        for member in value.members {
            guard let place = EventColumns.positionTable.place(of: member), arrays.set(place, at: index, member)
            else {
                fits = false
                continue
            }
        }
        return fits
    }

    /// Takes the list when all of it fits.
    private mutating func take(assists value: JSONCursor, at index: Int) -> Bool {
        guard value.kind == .array, assistCounts.count <= index,
            assistIDs.count + value.count <= Int(Int16.max),
            value.elements.allSatisfy({ $0.int64.flatMap { Int16(exactly: $0) } != nil })
        else { return false }
        assistCounts.pad(to: index)
        assistCounts.append(Int64(value.count))
        padAssistEnds(to: index)
        for id in value.elements { assistIDs.append(id.int64 ?? 0) }
        assistEnds.append(Int64(assistIDs.count))
        return true
    }

    /// Events without assists end where the one before ends.
    private mutating func padAssistEnds(to length: Int) {
        while assistEnds.count < length { assistEnds.append(Int64(assistIDs.count)) }
    }

    private mutating func take(
        _ value: JSONCursor,
        list: Int,
        at index: Int,
        _ ordinal: Int,
        _ damage: inout [DamageRow],
        _ novelties: inout Set<String>
    ) -> Bool {
        guard value.kind == .array, value.count <= Int(Int16.max), damageCounts[list].count <= index else {
            return false
        }
        damageCounts[list].pad(to: index)
        damageCounts[list].append(Int64(value.count))
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
        append(assistCounts, to: &writer)
        if assistCounts.count == 0 {
            writer.appendNull()
            writer.appendNull()
        } else {
            var ends = assistEnds
            while ends.count < count { ends.append(Int64(assistIDs.count)) }
            ends.append(to: &writer)
            assistIDs.append(to: &writer)
        }
        for counts in damageCounts { append(counts, to: &writer) }
        writer.append(jsonb: extra.json)
    }
    /// A list that no event has is NULL.
    private func append(_ counts: ArrayColumn, to writer: inout BinaryCopyWriter) {
        if counts.count == 0 { writer.appendNull() } else { counts.append(to: &writer, count: count) }
    }
}
