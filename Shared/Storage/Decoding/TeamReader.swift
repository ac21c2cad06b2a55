import JSON

/// Reads one team of a match.
struct TeamReader {
    private(set) var team = DecodedTeam()
    private(set) var novelties: Set<String> = []

    mutating func read(_ value: JSONValue) {
        for (key, member) in value.members {
            let isTaken =
                switch key.id {
                case BodyKeys.objectives?: take(objectives: member)
                case BodyKeys.feats?: take(feats: member)
                case BodyKeys.bans?: take(bans: member)
                default: take(field: key, member)
                }
            if !isTaken { team.extra.add(key.name, member) }
        }
    }

    private mutating func take(field key: JSONKey, _ value: JSONValue) -> Bool {
        guard let place = TeamColumns.table.place(of: key) else {
            novelties.insert("info.teams.\(key.name)")
            return false
        }
        return team.row.set(place, value)
    }

    private mutating func take(objectives value: JSONValue) -> Bool {
        guard value.kind == .object, value.count > 0 else { return false }
        var rest = ExtraObject()
        for (key, objective) in value.members {
            guard let number = TeamColumns.objectiveTable.place(of: key) else {
                novelties.insert("info.teams.objectives.\(key.name)")
                rest.add(key.name, objective)
                continue
            }
            let place = TeamColumns.firstObjective + 2 * number
            guard objective.kind == .object, objective.count == 2, let first = objective["first"],
                let kills = objective["kills"], team.row.set(place, first), team.row.set(place + 1, kills)
            else {
                rest.add(key.name, objective)
                objective.addUnknownNames(below: "info.teams.objectives.\(key.name)", to: &novelties)
                continue
            }
        }
        team.extra.add("objectives", rest)
        return true
    }

    private mutating func take(feats value: JSONValue) -> Bool {
        guard value.kind == .object, value.count > 0 else { return false }
        var rest = ExtraObject()
        for (key, feat) in value.members {
            guard let number = TeamColumns.featTable.place(of: key) else {
                novelties.insert("info.teams.feats.\(key.name)")
                rest.add(key.name, feat)
                continue
            }
            guard feat.kind == .object, feat.count == 1, let state = feat["featState"],
                team.row.set(TeamColumns.firstFeat + number, state)
            else {
                rest.add(key.name, feat)
                feat.addUnknownNames(below: "info.teams.feats.\(key.name)", to: &novelties)
                continue
            }
        }
        team.extra.add("feats", rest)
        return true
    }

    /// Takes what fits of the bans; if anything does not, `extra` gets all of them beside it.
    private mutating func take(bans value: JSONValue) -> Bool {
        guard team.bannedChampions == nil, value.kind == .array else { return false }
        var champions: [Int32?] = []
        var turns: [Int16?] = []
        var fits = true
        for ban in value.elements {
            let champion = ban["championId"]?.int64.flatMap { Int32(exactly: $0) }
            let turn = ban["pickTurn"]?.int64.flatMap { Int16(exactly: $0) }
            fits = fits && champion != nil && turn != nil && ban.count == 2
            champions.append(champion)
            turns.append(turn)
        }
        team.bannedChampions = champions
        team.pickTurns = turns
        if !fits { value.addUnknownNames(below: "info.teams.bans", to: &novelties) }
        return fits
    }
}
