/// Writes JSON strings of bounded length.
enum JSONText {
    /// Appends `string` quoted and escaped; what would take more than `maximumBytes` is cut, and ends in an ellipsis.
    static func append(string: String, maximumBytes: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let limit = bytes.count + maximumBytes
        for byte in prefix(of: string, maximumBytes: maximumBytes) {
            if bytes.count >= limit, byte & 0xC0 != 0x80 {  // escapes made it longer
                bytes += Array("…".utf8)
                break
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20:
                bytes += Array("\\u00".utf8)
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The UTF-8 of `text`, cut between two scalars when it is longer than `maximumBytes`.
    static func prefix(of text: String, maximumBytes: Int) -> [UInt8] {
        guard text.utf8.count > maximumBytes else { return Array(text.utf8) }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: maximumBytes)
        while end > text.utf8.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return Array(text.utf8[..<end]) + Array("…".utf8)
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
