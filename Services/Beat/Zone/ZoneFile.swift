/// Reads a compiled time zone file (TZif, RFC 8536).
///
/// Only its part with times of 64 bits is used, which every file of the last twenty years has (version 2 and later).
struct ZoneFile {
    /// More than any zone has.
    private static let mostTransitions = 10_000

    private let bytes: [UInt8]
    private var place = 0

    /// Reads the whole file.
    ///
    /// - Throws: ``ZoneError``, whose sentence goes on after the file's name.
    static func rules(name: String, _ bytes: [UInt8]) throws(ZoneError) -> TimeZoneRules {
        var file = ZoneFile(bytes: bytes)
        return try file.rules(name)
    }

    private struct Header {
        let version: UInt8
        let utcIndicators: Int
        let standardIndicators: Int
        let leapSeconds: Int
        let transitions: Int
        let types: Int
        let characters: Int
    }

    private mutating func rules(_ name: String) throws(ZoneError) -> TimeZoneRules {
        let old = try header()
        guard old.version >= UInt8(ascii: "2") else {
            throw ZoneError("is of the format's first version, which ends in 2037; install a newer tzdata")
        }
        // The data block for times of 32 bits.
        try skip(old.transitions * 5 + old.types * 6 + old.characters + old.leapSeconds * 8)
        try skip(old.standardIndicators + old.utcIndicators)
        let header = try header()
        guard header.leapSeconds == 0 else { throw ZoneError("counts leap seconds, which nobody else here does") }
        guard header.transitions <= Self.mostTransitions, header.types > 0 else { throw damaged() }
        var transitions: [Int64] = []
        for _ in 0..<header.transitions { transitions.append(try number(8)) }
        var types: [Int] = []
        for _ in 0..<header.transitions { types.append(Int(try byte())) }
        var offsets: [Int64] = []
        for _ in 0..<header.types {
            offsets.append(try number(4))
            try skip(2)  // whether it is daylight saving, and what it is called
        }
        try skip(header.characters + header.standardIndicators + header.utcIndicators)
        let isOrdered = zip(transitions, transitions.dropFirst()).allSatisfy { $0 < $1 }
        guard isOrdered, types.allSatisfy(offsets.indices.contains), offsets.allSatisfy({ abs($0) < 200_000 }) else {
            throw damaged()
        }
        let footer = try footer()
        return TimeZoneRules(
            name: name,
            transitions: transitions,
            offsets: [offsets[0]] + types.map { offsets[$0] },
            rule: footer.isEmpty ? nil : try PosixZoneParser.rule(footer)
        )
    }

    private mutating func header() throws(ZoneError) -> Header {
        guard bytes.dropFirst(place).starts(with: "TZif".utf8) else { throw ZoneError("is no time zone file") }
        try skip(4)
        let version = try byte()
        try skip(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(try number(4))) }
        guard counts.allSatisfy({ (0...1_000_000).contains($0) }) else { throw damaged() }
        return Header(
            version: version,
            utcIndicators: counts[0],
            standardIndicators: counts[1],
            leapSeconds: counts[2],
            transitions: counts[3],
            types: counts[4],
            characters: counts[5]
        )
    }

    /// The text between two line ends.
    private mutating func footer() throws(ZoneError) -> String {
        guard try byte() == UInt8(ascii: "\n"), let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw damaged()
        }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    /// A signed number in network order.
    private mutating func number(_ width: Int) throws(ZoneError) -> Int64 {
        var value: Int64 = 0
        for index in 0..<width {
            let byte = try byte()
            value = index == 0 ? Int64(Int8(bitPattern: byte)) : value << 8 | Int64(byte)
        }
        return value
    }

    private mutating func byte() throws(ZoneError) -> UInt8 {
        try skip(1)
        return bytes[place - 1]
    }

    private mutating func skip(_ count: Int) throws(ZoneError) {
        guard bytes.count - place >= count else { throw damaged() }
        place += count
    }

    private func damaged() -> ZoneError { ZoneError("is damaged: it ends or contradicts itself at byte \(place)") }
}
