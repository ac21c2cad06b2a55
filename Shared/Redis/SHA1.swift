/// SHA-1 (FIPS 180-4), because Redis names scripts by it; not for anything that must be secret or safe.
enum SHA1 {
    /// The digest in 40 lower-case hexadecimal digits.
    static func hexadecimal(of message: [UInt8]) -> String {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        let padded = pad(message)
        for start in stride(from: 0, to: padded.count, by: 64) {
            mix(padded[start..<start + 64], into: &state)
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = state.flatMap { word in
            (0..<8).map { digits[Int(word >> (28 - 4 * UInt32($0)) & 0xF)] }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func pad(_ message: [UInt8]) -> [UInt8] {
        let zeros = (119 - message.count % 64) % 64
        let bits = UInt64(message.count) * 8
        return message + [0x80] + [UInt8](repeating: 0, count: zeros)
            + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { at in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[at + $1]) }
        }
        for round in 16..<80 {
            let word = words[round - 3] ^ words[round - 8] ^ words[round - 14] ^ words[round - 16]
            words.append(word << 1 | word >> 31)
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            let (choice, constant): (UInt32, UInt32) =
                switch round {
                case 0..<20: (b & c | ~b & d, 0x5A82_7999)
                case 20..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case 40..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = (a << 5 | a >> 27) &+ choice &+ e &+ constant &+ words[round]
            (a, b, c, d, e) = (next, a, b << 30 | b >> 2, c, d)
        }
        for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
    }
}
