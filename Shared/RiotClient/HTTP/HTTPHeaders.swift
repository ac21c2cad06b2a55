/// The headers that are read; all others are dropped as they come.
package struct HTTPHeaders: Sendable, Equatable {
    /// What is kept.
    package enum Name: String, CaseIterable, Sendable {
        case applicationLimit = "X-App-Rate-Limit"
        case applicationCount = "X-App-Rate-Limit-Count"
        case methodLimit = "X-Method-Rate-Limit"
        case methodCount = "X-Method-Rate-Limit-Count"
        case limitType = "X-Rate-Limit-Type"
        case retryAfter = "Retry-After"
        case traceID = "X-Riot-Edge-Trace-Id"
        case contentEncoding = "Content-Encoding"
        case contentLength = "Content-Length"
        case transferEncoding = "Transfer-Encoding"
    }

    private static let names = Name.allCases.map { (name: $0, bytes: Array($0.rawValue.lowercased().utf8)) }

    private var values: [Name: String] = [:]
    /// When they were complete; nil for those that did not come over the wire.
    var receivedAt: ContinuousClock.Instant?

    package init(_ values: [Name: String] = [:]) { self.values = values }

    subscript(name: Name) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// Keeps a line `Name: value` if its name is one of those that are read; the last of a name counts.
    ///
    /// Names differ in case from one server to the next (RFC 9110, section 5.1).
    mutating func read(line: UnsafeRawBufferPointer) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let found = Self.names.first { candidate in
            candidate.bytes.count == colon
                && candidate.bytes.indices.allSatisfy { Self.lowercased(line[$0]) == candidate.bytes[$0] }
        }
        guard let found else { return }
        let value = line[(colon + 1)...].drop(while: Self.isSpace)
        let end = value.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? value.startIndex
        values[found.name] = String(decoding: value[..<end], as: UTF8.self)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
