/// Which of Redis Cluster's 16,384 slots a key belongs to (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec).
public enum ClusterSlot {
    /// The slot of a key: of what stands in its first pair of braces, unless that is empty; else of all of it.
    public static func of(_ key: String) -> Int {
        let bytes = Array(key.utf8)
        if let open = bytes.firstIndex(of: UInt8(ascii: "{")),
            let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        {
            return Int(checksum(bytes[(open + 1)..<close]) % 16_384)
        }
        return Int(checksum(bytes[...]) % 16_384)
    }

    /// CRC-16 with the polynomial 0x1021, from zero (XMODEM).
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        bytes.reduce(UInt16(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte) << 8) { value, _ in
                value & 0x8000 == 0 ? value << 1 : value << 1 ^ 0x1021
            }
        }
    }
}
