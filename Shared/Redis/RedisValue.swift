/// An answer of the server in the types of its protocol, version 2.
public enum RedisValue: Sendable, Equatable {
    /// Nothing: a missing key, a time-out of a blocking command.
    case null
    /// A short word such as `OK`.
    case status(String)
    /// A whole number.
    case integer(Int64)
    /// A string of bytes, not necessarily text.
    case string([UInt8])
    /// Several answers.
    case array([RedisValue])
    /// An error inside an array; one at the top is thrown instead.
    case error(String)

    /// The text of a string or status; nil for other types.
    ///
    /// Bytes that are not UTF-8 are replaced.
    public var text: String? {
        switch self {
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let word): word
        case .null, .integer, .array, .error: nil
        }
    }

    /// The bytes of a string; nil for other types.
    public var bytes: [UInt8]? {
        if case .string(let bytes) = self { bytes } else { nil }
    }

    /// The number of an integer, or of a string that is a decimal number.
    public var int: Int64? {
        switch self {
        case .integer(let number): number
        case .string, .status: text.flatMap { Int64($0) }
        case .null, .array, .error: nil
        }
    }

    /// The elements of an array; nil for other types.
    public var array: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Whether there is nothing.
    public var isNull: Bool { self == .null }
}
