/// The id under which a request is found in the log and in the answer.
enum RequestIdentifier {
    /// The client's own id when it is one that a log line and a header can carry, else a new one.
    static func take(over proposed: String?) -> String {
        guard let proposed, (1...GatewayLimits.maximumRequestIDBytes).contains(proposed.utf8.count),
            proposed.utf8.allSatisfy(isAccepted)
        else { return make() }
        return proposed
    }

    /// 128 random bits in hexadecimal.
    static func make() -> String {
        let halves = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        return halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private static func isAccepted(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-_.:/+=@".utf8.contains(byte)
        }
    }
}
