/// Lays compact JSON out for people, without changing a token of it.
enum JSONIndent {
    /// The text with two spaces per level.
    static func indented(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        func breakLine() { text += [10] + [UInt8](repeating: 32, count: depth * 2) }
        for (index, byte) in bytes.enumerated() {
            if isInString {
                text.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isInString = true
                text.append(byte)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                text.append(byte)
                depth += 1
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                if next != UInt8(ascii: "}"), next != UInt8(ascii: "]") { breakLine() }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth = max(0, depth - 1)
                if text.last != UInt8(ascii: "{"), text.last != UInt8(ascii: "[") { breakLine() }
                text.append(byte)
            case UInt8(ascii: ","):
                text.append(byte)
                breakLine()
            case UInt8(ascii: ":"): text += [byte, 32]
            case 32, 9, 10, 13: break
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
