/// The id of a sync task: a UUID of version 7 in lower case, so that ids sort by time (RFC 9562, section 5.7).
///
/// It is the `task_id` of the HTTP API, the run of the queue and the key of `sync_task`.
public struct TaskID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The 36 characters of the id.
    public let text: String

    /// Takes over a UUID of any version, in any case; nil when `text` is not one.
    public init?(_ text: String) {
        let bytes = Array(text.lowercased().utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = [8, 13, 18, 23].contains(index)
            let isHex =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            guard isDash ? byte == UInt8(ascii: "-") : isHex else { return nil }
        }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// Makes a new id for a time in epoch milliseconds.
    public init(at milliseconds: Int64, using generator: inout some RandomNumberGenerator) {
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
        bytes += (0..<10).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// Makes a new id for a time in epoch milliseconds.
    public init(at milliseconds: Int64) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: milliseconds, using: &generator)
    }

    /// The id's text.
    public var description: String { text }

    /// Reads the id from a string; anything else is a decoding error.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = TaskID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a task id is a UUID")
        }
        self = id
    }

    /// Writes the id as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
