/// An HTTP/1.1 response read to its end.
struct HTTPAnswer {
    let status: Int
    /// Names in lower case; of a repeated one the last.
    let headers: [String: String]
    let body: [UInt8]

    /// Reads a whole response; `nil` when it is not one or was cut off.
    init?(parsing bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let rest = bytes[end.upperBound...]
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            guard let joined = Self.joinChunks(rest) else { return nil }
            body = joined
        } else if let length = headers["content-length"].flatMap({ Int($0) }) {
            guard length >= 0, rest.count >= length else { return nil }
            body = Array(rest.prefix(length))
        } else {
            body = Array(rest)
        }
        self.status = status
        self.headers = headers
    }

    private static func joinChunks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var joined: [UInt8] = []
        while let line = rest.firstRange(of: [13, 10]) {
            let size = rest[..<line.lowerBound].prefix { $0 != UInt8(ascii: ";") }
            guard let count = Int(String(decoding: size, as: UTF8.self), radix: 16), count >= 0 else { return nil }
            rest = rest[line.upperBound...]
            if count == 0 { return joined }
            guard rest.count >= count + 2 else { return nil }
            joined += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
        return nil
    }
}
