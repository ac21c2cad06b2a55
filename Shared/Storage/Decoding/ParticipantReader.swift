import JSON

/// Reads one participant of a match.
struct ParticipantReader {
    private(set) var participant = DecodedParticipant()
    private(set) var novelties: Set<String> = []
    private let place: Int

    init(place: Int) { self.place = place }

    mutating func read(_ value: JSONValue, challenges: inout DetailTable, missions: inout DetailTable) {
        var seesNumber = false
        for (key, member) in value.members {
            let isTaken =
                switch key.id {
                case BodyKeys.participantID?: !seesNumber
                case BodyKeys.puuid?: take(puuid: member)
                case BodyKeys.challenges?: take(member, "challenges", into: &challenges)
                case BodyKeys.missions?: take(member, "missions", into: &missions)
                case BodyKeys.perks?: take(perks: member)
                case BodyKeys.playerBehavior?: take(behavior: member)
                default: take(field: key, member)
                }
            if key.id == BodyKeys.participantID { seesNumber = true }
            if isTaken { continue }
            participant.extra.add(key.name, member)
            if key.id == BodyKeys.perks || key.id == BodyKeys.playerBehavior {
                member.addUnknownNames(below: "info.participants.\(key.name)", to: &novelties)
            }
        }
    }

    private mutating func take(field key: JSONKey, _ value: JSONValue) -> Bool {
        guard let place = ParticipantColumns.table.place(of: key) else {
            novelties.insert("info.participants.\(key.name)")
            return false
        }
        guard participant.row.set(place, value) else { return false }
        if ParticipantColumns.isScore(place) {
            let isCapital = ParticipantColumns.capitalTable.place(of: key) != nil
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

    private mutating func take(puuid value: JSONValue) -> Bool {
        guard participant.player == nil, let player = Player(value) else { return false }
        participant.player = player
        return true
    }

    /// Spreads an object over a table; what cannot stand there goes into `extra` under the object's name.
    private mutating func take(
        _ value: JSONValue,
        _ name: String,
        into table: inout DetailTable
    )
        -> Bool
    {
        guard value.kind == .object, value.count > 0 else { return false }
        var rest = ExtraObject()
        for (key, member) in value.members
        where member.isNull || !table.add(key, member, participant: place) {
            rest.add(key.name, member)
        }
        participant.extra.add(name, rest)
        return true
    }

    private mutating func take(behavior value: JSONValue) -> Bool {
        guard value.kind == .object, value.count == 1, let only = value["PlayerBehavior_IsHeroInCombat"]
        else {
            return false
        }
        return participant.row.set(ParticipantColumns.isHeroInCombat, only)
    }

    // MARK: Runes

    /// Takes runes of the one shape that Riot sends: three statistics, a primary style with four, a secondary with two.
    ///
    /// Of any other shape the columns hold what fits, and `extra` the whole.
    private mutating func take(perks value: JSONValue) -> Bool {
        guard value.kind == .object, value.count == 2, let statistics = value["statPerks"],
            let styles = value["styles"],
            styles.kind == .array, styles.count == 2
        else { return false }
        var place = ParticipantColumns.firstPerk
        var fits = take(statistics, ["defense", "flex", "offense"], at: &place)
        for (style, shape) in zip(styles.elements, [("primaryStyle", 4), ("subStyle", 2)]) {
            fits = take(style: style, description: shape.0, runes: shape.1, at: &place) && fits
        }
        return fits
    }

    private mutating func take(
        style: JSONValue,
        description: String,
        runes: Int,
        at place: inout Int
    )
        -> Bool
    {
        let end = place + 1 + 4 * runes
        defer { place = end }
        guard style.kind == .object, style.count == 3, style["description"]?.string == description,
            let number = style["style"], let selections = style["selections"], selections.kind == .array,
            selections.count == runes
        else { return false }
        var fits = participant.row.set(place, number)
        place += 1
        for selection in selections.elements {
            fits = take(selection, ["perk", "var1", "var2", "var3"], at: &place) && fits
        }
        return fits
    }

    private mutating func take(_ value: JSONValue, _ names: [String], at place: inout Int) -> Bool {
        let end = place + names.count
        defer { place = end }
        guard value.kind == .object, value.count == names.count else { return false }
        var fits = true
        for (offset, name) in names.enumerated() {
            guard let member = value[name], participant.row.set(place + offset, member) else {
                fits = false
                continue
            }
        }
        return fits
    }
}
