/// FNV-1a of 64 bits, the same in every process, to tell paths apart without keeping names in Redis.
enum StableHash {
    static func text(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
