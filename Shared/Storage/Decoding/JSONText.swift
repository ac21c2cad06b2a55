import JSON

/// Writes values again as JSON text that `jsonb` accepts.
///
/// PostgreSQL refuses NUL characters and numbers of extreme size: the former become U+FFFD, the latter strings.
enum JSONText {
    /// Digits and sign of numbers that are written as numbers; longer ones become strings.
    private static let numberLength = 64

    static func append(_ value: JSONCursor, to text: inout [UInt8]) {
        switch value.kind {
        case .null: text += "null".utf8
        case .bool: text += (value.bool == true ? "true" : "false").utf8
        case .integer: text += value.rawBytes
        case .number: appendNumber(value, to: &text)
        case .string: if let string = value.utf8 { appendString(string, to: &text) }
        case .array:
            text.append(UInt8(ascii: "["))
            for (place, element) in value.elements.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                append(element, to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object:
            text.append(UInt8(ascii: "{"))
            for (place, member) in value.members.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                append(keyOf: member, to: &text)
                append(member, to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    /// Writes the name of a member with its colon.
    static func append(key: String, to text: inout [UInt8]) {
        var key = key
        key.withUTF8 { appendString($0, to: &text) }
        text.append(UInt8(ascii: ":"))
    }

    /// Writes the name of a member with its colon.
    static func append(keyOf member: JSONCursor, to text: inout [UInt8]) {
        appendString(member.keyUTF8, to: &text)
        text.append(UInt8(ascii: ":"))
    }

    private static func appendNumber(_ value: JSONCursor, to text: inout [UInt8]) {
        let digits = value.rawBytes
        let isModerate =
            value.double.map { $0 == 0 || (1e-300...1e300).contains($0.magnitude) } ?? false
        let hasExponent = digits.contains { $0 | 0x20 == UInt8(ascii: "e") }
        if digits.count <= numberLength, isModerate, !(value.double == 0 && hasExponent) {
            text += digits
        } else {
            text.append(UInt8(ascii: "\""))
            text += digits
            text.append(UInt8(ascii: "\""))
        }
    }

    private static func appendString(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 0: text += [0xEF, 0xBF, 0xBD]
            case 1..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                text += "\\u00".utf8
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 0x0F)])
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}

/// An object for an `extra` column: what has no column of its own, or does not fit it.
struct ExtraObject: Sendable {
    private var text: [UInt8] = []

    /// Adds a member as the body has it.
    mutating func add(_ name: String, _ value: JSONCursor) {
        begin(name)
        JSONText.append(value, to: &text)
    }

    /// Adds a member under its own name.
    mutating func add(_ member: JSONCursor) {
        text.append(UInt8(ascii: text.isEmpty ? "{" : ","))
        JSONText.append(keyOf: member, to: &text)
        JSONText.append(member, to: &text)
    }

    /// Adds an object of its own, unless it is empty.
    mutating func add(_ name: String, _ object: ExtraObject) {
        guard let json = object.json else { return }
        begin(name)
        text += json
    }

    /// Adds an object under a number, unless it is empty.
    mutating func add(_ number: Int, _ object: ExtraObject) {
        if !object.text.isEmpty { add(String(number), object) }
    }

    /// The object; nil when nothing was added.
    var json: [UInt8]? { text.isEmpty ? nil : text + [UInt8(ascii: "}")] }

    /// Its text; nil when nothing was added.
    var string: String? { json.map { String(decoding: $0, as: UTF8.self) } }

    private mutating func begin(_ name: String) {
        text.append(UInt8(ascii: text.isEmpty ? "{" : ","))
        JSONText.append(key: name, to: &text)
    }
}
