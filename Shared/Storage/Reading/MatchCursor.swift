/// Where a page of a match list ends: the next one begins after that match.
///
/// For clients an opaque text. It names a place in the order of the list, not a number of rows, so matches that come
/// while somebody turns pages neither repeat nor hide one.
struct MatchCursor: Sendable, Equatable {
    private static let version: UInt8 = 1
    private static let byteCount = 17

    /// Epoch milliseconds.
    let startedAt: Int64
    let matchKey: Int32
    /// Of the list that the cursor belongs to.
    let fingerprint: UInt32

    init(startedAt: Int64, matchKey: Int32, fingerprint: UInt32) {
        self.startedAt = startedAt
        self.matchKey = matchKey
        self.fingerprint = fingerprint
    }

    /// Reads a cursor that a client sends back.
    ///
    /// - Throws: `ReadRefusal` when it is none, or belongs to a list with other filters or of another player.
    init(_ text: String, of fingerprint: UInt32) throws(ReadRefusal) {
        guard let bytes = Base64URL.decode(text), bytes.count == Self.byteCount, bytes[0] == Self.version else {
            throw ReadRefusal(
                parameter: "cursor",
                message:
                    "This is not a cursor; send back the one of the page before as it is, or none for the first page."
            )
        }
        startedAt = Int64(bitPattern: Self.number(bytes[1..<9]))
        matchKey = Int32(truncatingIfNeeded: Self.number(bytes[9..<13]))
        self.fingerprint = UInt32(truncatingIfNeeded: Self.number(bytes[13..<17]))
        guard self.fingerprint == fingerprint else {
            throw ReadRefusal(
                parameter: "cursor",
                message: "The cursor belongs to another list; begin without one when the player or a filter changes."
            )
        }
    }

    /// What a client is given.
    var text: String {
        var bytes = [Self.version]
        Self.append(UInt64(bitPattern: startedAt), count: 8, to: &bytes)
        Self.append(UInt64(UInt32(bitPattern: matchKey)), count: 4, to: &bytes)
        Self.append(UInt64(fingerprint), count: 4, to: &bytes)
        return Base64URL.encode(bytes)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func append(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
        for shift in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8))) }
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648, section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let limit = 128

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for other characters, for a length that cannot be, and for set bits beyond the last byte, so that a value
    /// has one spelling.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= limit, text.utf8.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }
}
