/// Builds JSON text straight into bytes.
///
/// Bodies of half a megabyte are made on demand, so nothing here goes through a tree of values. Commas are placed by
/// looking at the last byte; names are literals, so that only values need escaping.
struct JSONBuffer {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func beginObject(_ name: StaticString) {
        key(name)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
    }

    mutating func beginArray(_ name: StaticString) {
        key(name)
        bytes.append(UInt8(ascii: "["))
    }

    mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        digits(value)
    }

    mutating func member(_ name: StaticString, _ value: Int64) {
        member(name, Int(value))
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        literal(value ? "true" : "false")
    }

    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        quoted(value)
    }

    /// A value of closed lists, which needs no escaping.
    mutating func member(_ name: StaticString, _ value: StaticString) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        literal(value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number that may be a fraction; whole ones are written without a point, as Riot does.
    mutating func member(_ name: StaticString, _ value: Double) {
        key(name)
        if let whole = Int(exactly: value) {
            digits(whole)
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    mutating func null(_ name: StaticString) {
        key(name)
        literal("null")
    }

    mutating func element(_ value: Int) {
        separate()
        digits(value)
    }

    mutating func element(_ value: String) {
        separate()
        quoted(value)
    }

    /// Starts an object whose name is a number, as the participants of a frame have it.
    mutating func beginObject(number: Int) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        digits(number)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: "{"))
    }

    /// An array of whole numbers.
    mutating func array(_ name: StaticString, _ values: [Int]) {
        beginArray(name)
        for value in values { element(value) }
        endArray()
    }

    private mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        literal(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func literal(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func digits(_ value: Int) {
        var rest = value.magnitude
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        guard rest >= 10 else {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest))
            return
        }
        var divisor: UInt = 10
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
