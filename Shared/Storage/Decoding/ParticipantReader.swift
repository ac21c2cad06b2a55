import JSON

/// Reads one participant of a match.
struct ParticipantReader {
    private(set) var participant = DecodedParticipant()
    private(set) var novelties: Set<String> = []
    private let place: Int

    init(place: Int) { self.place = place }

    mutating func read(_ value: JSONCursor, challenges: inout DetailTable, missions: inout DetailTable) {
        var seesNumber = false
        let table = ParticipantColumns.table
        for member in value.members {
            guard let place = table.place(of: member) else {
                novelties.insert("info.participants.\(member.keyName)")
                participant.extra.add(member)
                continue
            }
            let isTaken: Bool
            let part = ParticipantPart(rawValue: place)
            switch part {
            case nil: isTaken = take(field: member, at: place)
            case .participantID:
                isTaken = !seesNumber
                seesNumber = true
            case .puuid: isTaken = take(puuid: member)
            case .challenges: isTaken = take(member, "challenges", into: &challenges)
            case .missions: isTaken = take(member, "missions", into: &missions)
            case .perks: isTaken = take(perks: member)
            case .playerBehavior: isTaken = take(behavior: member)
            }
            if isTaken { continue }
            participant.extra.add(member)
            if part == .perks || part == .playerBehavior {
                member.addUnknownNames(below: "info.participants.\(member.keyName)", to: &novelties)
            }
        }
    }

    private mutating func take(field value: JSONCursor, at place: Int) -> Bool {
        guard participant.row.set(place, value) else { return false }
        if ParticipantColumns.isScore(place) {
            let isCapital = ParticipantColumns.capitalTable.place(of: value) != nil
            let flag = participant.row[ParticipantColumns.scoresAreCapital]
            if flag.isNull {
                participant.row.set(ParticipantColumns.scoresAreCapital, .boolean(isCapital))
            } else if flag.boolean != isCapital {
                participant.row.set(place, .null)
                return false
            }
        }
        return true
    }

    private mutating func take(puuid value: JSONCursor) -> Bool {
        guard participant.player == nil, let player = Player(value) else { return false }
        participant.player = player
        return true
    }

    /// Spreads an object over a table; what cannot stand there goes into `extra` under the object's name.
    private mutating func take(
        _ value: JSONCursor,
        _ name: String,
        into table: inout DetailTable
    )
        -> Bool
    {
        guard value.kind == .object, value.count > 0 else { return false }
        var rest = ExtraObject()
        for member in value.members where member.isNull || !table.add(member, participant: place) {
            rest.add(member)
        }
        participant.extra.add(name, rest)
        return true
    }

    private mutating func take(behavior value: JSONCursor) -> Bool {
        guard value.kind == .object, value.count == 1, let only = value[key: BodyKeys.isHeroInCombat]
        else {
            return false
        }
        return participant.row.set(ParticipantColumns.isHeroInCombat, only)
    }

    // MARK: Runes

    /// Takes runes of the one shape that Riot sends: three statistics, a primary style with four, a secondary with two.
    ///
    /// Of any other shape the columns hold what fits, and `extra` the whole.
    private mutating func take(perks value: JSONCursor) -> Bool {
        guard value.kind == .object, value.count == 2, let statistics = value[key: BodyKeys.statPerks],
            let styles = value[key: BodyKeys.styles],
            styles.kind == .array, styles.count == 2
        else { return false }
        var place = ParticipantColumns.firstPerk
        var fits = take(statistics, BodyKeys.statistics, at: &place)
        for (style, shape) in zip(styles.elements, [("primaryStyle", 4), ("subStyle", 2)]) {
            fits = take(style: style, description: shape.0, runes: shape.1, at: &place) && fits
        }
        return fits
    }

    private mutating func take(
        style: JSONCursor,
        description: String,
        runes: Int,
        at place: inout Int
    )
        -> Bool
    {
        let end = place + 1 + 4 * runes
        defer { place = end }
        guard style.kind == .object, style.count == 3,
            style[key: BodyKeys.description]?.string == description,
            let number = style[key: BodyKeys.style], let selections = style[key: BodyKeys.selections],
            selections.kind == .array,
            selections.count == runes
        else { return false }
        var fits = participant.row.set(place, number)
        place += 1
        for selection in selections.elements {
            fits = take(selection, BodyKeys.rune, at: &place) && fits
        }
        return fits
    }

    private mutating func take(_ value: JSONCursor, _ keys: [Int], at place: inout Int) -> Bool {
        let end = place + keys.count
        defer { place = end }
        guard value.kind == .object, value.count == keys.count else { return false }
        var fits = true
        for (offset, key) in keys.enumerated() {
            guard let member = value[key: key], participant.row.set(place + offset, member) else {
                fits = false
                continue
            }
        }
        return fits
    }
}
