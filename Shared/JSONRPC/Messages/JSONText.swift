import FoundationEssentials

/// One JSON value as text, passed on byte for byte.
public struct JSONText: Sendable, Hashable, CustomStringConvertible {
    /// The UTF-8 bytes of the value.
    public let bytes: [UInt8]

    /// Takes bytes that are known to be one JSON value on one line.
    public init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// Encodes a value; line feeds inside strings are escaped, so the text is one line.
    ///
    /// - Throws: what the value's own `encode(to:)` throws, and for numbers that JSON cannot express.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        bytes = try Array(encoder.encode(value))
    }

    /// The text as a string.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Decodes the value as `type`; unknown members are ignored.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// The text `null`.
    static let null = JSONText(trusted: Array("null".utf8))

    /// `text` as a JSON string, quotes included.
    static func quote(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case ..<0x20: bytes += Array("\\u00".utf8) + hexadecimal(byte)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        [byte >> 4, byte & 0xF].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") + $0 - 10 }
    }
}
