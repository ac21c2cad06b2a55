import FoundationEssentials

/// A JSON value of whatever type a client sent, so that a wrong type can be named instead of only refused.
enum LooseJSON: Decodable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that is no 64-bit integer.
    case number
    case string(String)
    case array
    case object([String: LooseJSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let members = try? value.decode([String: LooseJSON].self) {
            self = .object(members)
        } else if (try? decoder.unkeyedContainer()) != nil {
            self = .array
        } else {
            self = .number
        }
    }

    /// The type in words, for a sentence.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
