import JSON
import Postgres

/// The four damage recaps that a champion's death can have, from the victim's side.
enum DamageList: String, CaseIterable, Sendable {
    case received, dealt
    case teamfightReceived = "teamfight_received"
    case teamfightDealt = "teamfight_dealt"

    /// Riot's name of the list.
    var field: String {
        switch self {
        case .received: "victimDamageReceived"
        case .dealt: "victimDamageDealt"
        case .teamfightReceived: "victimTeamfightDamageReceived"
        case .teamfightDealt: "victimTeamfightDamageDealt"
        }
    }

    /// Its number in the order of `allCases`.
    var place: Int {
        switch self {
        case .received: 0
        case .dealt: 1
        case .teamfightReceived: 2
        case .teamfightDealt: 3
        }
    }
}

/// All entries of one kind of damage recap of a timeline: a row of `timeline_kill_damage`.
struct DamageRow: Sendable {
    private let list: DamageList
    private let table = DamageColumns.table
    private var killOrdinals = ArrayColumn(.int16)
    private var arrays = ArrayRow(DamageColumns.all)
    private var extra = ExtraObject()

    init(_ list: DamageList) { self.list = list }

    var count: Int { killOrdinals.count }

    /// Adds an entry of the kill with that ordinal; names of members without a column go into `novelties`.
    mutating func add(_ entry: JSONCursor, kill: Int, novelties: inout Set<String>) {
        let index = count
        killOrdinals.append(Int64(kill))
        guard entry.kind == .object, entry.count > 0 else { return extra.add(String(index + 1), entry) }
        var rest = ExtraObject()
        for member in entry.members {
            if let place = table.place(of: member) {
                if !arrays.set(place, at: index, member) { rest.add(member) }
            } else {
                novelties.insert("info.frames.events.\(list.field).\(member.keyName)")
                rest.add(member)
            }
        }
        extra.add(index + 1, rest)
    }

    static let copy = SQL(
        trusted: """
            COPY timeline_kill_damage (match_id, list, kill_ordinal,
                \(DamageColumns.all.map(\.name).joined(separator: ", ")), extra) FROM STDIN (FORMAT binary)
            """
    )

    func append(to writer: inout BinaryCopyWriter, matchID: Int32) {
        writer.beginRow(columns: DamageColumns.all.count + 4)
        writer.append(int32: matchID)
        writer.append(text: list.rawValue)
        killOrdinals.append(to: &writer)
        arrays.append(to: &writer, count: count)
        writer.append(jsonb: extra.json)
    }
}
