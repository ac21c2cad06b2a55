import JSON
import RiotModels

/// What a puuid stands for.
enum Player: Sendable, Equatable {
    case human(String)
    /// Every bot has the puuid `BOT`.
    case bot

    /// Nil for what cannot be a puuid: another type, empty, or longer than an index holds.
    init?(_ value: JSONCursor) {
        guard let text = value.storableText, !text.isEmpty, text.utf8.count <= StorageLimits.puuidBytes
        else {
            return nil
        }
        self = text == "BOT" ? .bot : .human(text)
    }

    var puuid: String? { if case .human(let puuid) = self { puuid } else { nil } }
}

/// What match bodies and timelines have in common: `metadata`, and an object called `info`.
///
/// Valid as long as the body's root.
struct Envelope {
    let info: JSONCursor
    private(set) var dataVersion = Cell.null
    /// `metadata.participants` in their order; nil for what cannot be a puuid.
    private(set) var listed: [Player?] = []
    /// What the outer object and `metadata` hold beyond that.
    private(set) var extra = ExtraObject()
    private(set) var novelties: Set<String> = []

    /// Finds both parts, and makes sure that the body is of the match that was asked for.
    init(_ root: JSONCursor, of body: Body) throws(BodyRejection) {
        guard root.kind == .object else { throw body.rejection("it is not an object", at: "/") }
        guard let metadata = root[key: BodyKeys.metadata], metadata.kind == .object else {
            throw body.rejection("metadata is not an object", at: "metadata")
        }
        guard let info = root[key: BodyKeys.info], info.kind == .object else {
            throw body.rejection("info is not an object", at: "info")
        }
        self.info = info
        try read(metadata, of: body)
        var isRead: Set<Int> = []
        for member in root.members {
            switch member.keyNumber {
            case BodyKeys.metadata, BodyKeys.info:
                guard isRead.insert(member.keyNumber).inserted else {
                    throw body.rejection("it has \(member.keyName) twice", at: member.keyName)
                }
                continue
            default: break
            }
            extra.add(member)
            novelties.insert(member.keyName)
        }
    }

    private mutating func read(_ metadata: JSONCursor, of body: Body) throws(BodyRejection) {
        guard let matchID = metadata[key: BodyKeys.matchID]?.string else {
            throw body.rejection("the match id is missing", at: "metadata.matchId")
        }
        guard matchID == body.id.text else {
            throw body.rejection("it is the body of another match", at: "metadata.matchId")
        }
        guard let participants = metadata[key: BodyKeys.participants], participants.kind == .array
        else {
            throw body.rejection("the list of players is missing", at: "metadata.participants")
        }
        guard participants.count <= StorageLimits.participants else {
            throw body.rejection("it lists \(participants.count) players", at: "metadata.participants")
        }
        listed = participants.elements.map { Player($0) }
        var metadataExtra = ExtraObject()
        if listed.contains(nil) { metadataExtra.add("participants", participants) }
        var isRead: Set<Int> = []
        for member in metadata.members {
            switch member.keyNumber {
            case BodyKeys.matchID, BodyKeys.participants:
                if isRead.insert(member.keyNumber).inserted { continue }
            case BodyKeys.dataVersion:
                if dataVersion.isNull, let cell = Cell(member, as: .text) {
                    dataVersion = cell
                    continue
                }
            default:
                novelties.insert("metadata.\(member.keyName)")
            }
            metadataExtra.add(member)
        }
        extra.add("metadata", metadataExtra)
    }

    /// Puts what `info` holds beyond the columns beside the rest.
    mutating func add(infoExtra: ExtraObject, novelties: Set<String>) {
        extra.add("info", infoExtra)
        self.novelties.formUnion(novelties)
    }
}
