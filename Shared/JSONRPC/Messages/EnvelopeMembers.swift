import JSON

/// The members that JSON-RPC 2.0 gives to its messages.
enum EnvelopeKey: Int, CaseIterable {
    case jsonrpc, id, method, parameters, result, error

    static let table = JSONKeys(["jsonrpc", "id", "method", "params", "result", "error"])
}

/// The members of one message, found in one walk.
struct EnvelopeMembers {
    private var values = [JSONValue?](repeating: nil, count: EnvelopeKey.allCases.count)

    subscript(key: EnvelopeKey) -> JSONValue? { values[key.rawValue] }

    /// The id that an answer to this message carries: null when none could be read.
    var answerID: RequestID { self[.id].flatMap { RequestID($0) } ?? .null }

    /// Fills the members, or says why the value is no message.
    ///
    /// Names that JSON-RPC does not know are left alone. A name that comes twice, anywhere in the message, is refused:
    /// which of the values counts differs from one library to the next.
    mutating func read(_ message: JSONValue) -> String? {
        guard message.kind == .object else { return "A request is an object." }
        var id: JSONValue?
        var duplicate: String?
        for (key, value) in message.members {
            guard let known = key.id else { continue }
            if values[known] != nil { duplicate = key.name }
            if known == EnvelopeKey.id.rawValue, values[known] == nil { id = value }
            values[known] = value
        }
        duplicate = duplicate ?? DuplicateNames.first(in: message)
        guard let duplicate else { return nil }
        values[EnvelopeKey.id.rawValue] = duplicate == "id" ? nil : id
        return "The name \(duplicate.prefix(64)) comes twice in one object."
    }
}

/// Finds names that come twice in an object.
enum DuplicateNames {
    /// Objects with more members than this are checked with a set; comparing all pairs is faster below.
    private static let pairLimit = 8

    /// The first such name in the value or anything inside it.
    static func first(in value: JSONValue) -> String? {
        switch value.kind {
        case .object:
            if let name = value.count <= pairLimit ? byPairs(value) : bySet(value) { return name }
            for (_, member) in value.members {
                if let name = first(in: member) { return name }
            }
        case .array:
            for element in value.elements {
                if let name = first(in: element) { return name }
            }
        default: break
        }
        return nil
    }

    private static func byPairs(_ object: JSONValue) -> String? {
        let names = object.members.map(\.key.name)
        for (index, name) in names.enumerated() where names[..<index].contains(name) { return name }
        return nil
    }

    private static func bySet(_ object: JSONValue) -> String? {
        var seen = Set<String>(minimumCapacity: object.count)
        return object.members.first { !seen.insert($0.key.name).inserted }?.key.name
    }
}
