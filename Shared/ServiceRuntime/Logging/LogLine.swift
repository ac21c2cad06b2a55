import Logging

/// One log line before it is encoded; a pure value, so that its text can be tested.
struct LogLine {
    /// The longest line, its newline included: up to this a pipe takes a line whole (PIPE_BUF, pipe(7)), so that
    /// lines of processes that share one are never mixed.
    static let maximumBytes = 4_096
    /// The longest single text in it: what is longer is cut and ends in an ellipsis.
    static let maximumTextBytes = 2_048

    var milliseconds: Int64
    var level: Logger.Level
    var service: String
    var instance: String
    var message: String
    var metadata: Logger.Metadata

    /// The line's bytes, newline included.
    func encoded(as format: LogFormat) -> [UInt8] {
        switch format {
        case .json: encodedAsJSON()
        case .text: encodedAsText()
        }
    }

    // MARK: JSON

    private func encodedAsJSON() -> [UInt8] {
        var line = Array("{\"ts\":\"\(EpochTime.iso8601(milliseconds))\",\"level\":\"\(level.rawValue)\"".utf8)
        Self.appendMember("service", .string(service), to: &line)
        Self.appendMember("instance", .string(instance), to: &line)
        Self.appendMember("message", .string(message), to: &line)
        let mark = Array(",\"truncated\":true".utf8)
        let reserve = mark.count + 2
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            var member: [UInt8] = []
            Self.appendMember(Self.reserved.contains(key) ? key + "_" : key, value, to: &member)
            guard line.count + member.count + reserve <= Self.maximumBytes else {
                line += mark
                break
            }
            line += member
        }
        line += Array("}\n".utf8)
        return line
    }

    /// Members of every line; metadata of the same name gets an underscore.
    private static let reserved: Set<String> = ["ts", "level", "service", "instance", "message", "truncated"]

    private static func appendMember(_ key: String, _ value: Logger.Metadata.Value, to line: inout [UInt8]) {
        line.append(UInt8(ascii: ","))
        JSONText.append(string: key, maximumBytes: 256, to: &line)
        line.append(UInt8(ascii: ":"))
        append(value, depth: 0, to: &line)
    }

    private static func append(_ value: Logger.Metadata.Value, depth: Int, to line: inout [UInt8]) {
        guard depth < 4 else { return JSONText.append(string: "…", maximumBytes: 16, to: &line) }
        switch value {
        case .string(let text):
            JSONText.append(string: text, maximumBytes: maximumTextBytes, to: &line)
        case .stringConvertible(let value):
            if let number = value as? any BinaryInteger {
                line += Array(String(describing: number).utf8)
            } else if let flag = value as? Bool {
                line += Array((flag ? "true" : "false").utf8)
            } else {
                JSONText.append(string: value.description, maximumBytes: maximumTextBytes, to: &line)
            }
        case .array(let values):
            line.append(UInt8(ascii: "["))
            for (index, element) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                append(element, depth: depth + 1, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        case .dictionary(let members):
            line.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                JSONText.append(string: member.key, maximumBytes: 256, to: &line)
                line.append(UInt8(ascii: ":"))
                append(member.value, depth: depth + 1, to: &line)
            }
            line.append(UInt8(ascii: "}"))
        }
    }

    // MARK: Text

    private func encodedAsText() -> [UInt8] {
        let time = EpochTime.iso8601(milliseconds).dropFirst(11).dropLast()
        let name = level.rawValue.uppercased()
        var line = Array("\(time) \(name)\(String(repeating: " ", count: 9 - name.count))\(instance): ".utf8)
        line += Self.plain(message)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let text = Self.plain(value.description)
            let isBare = !text.isEmpty && text.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
            var member = Array("  \(key)=".utf8)
            if isBare {
                member += text
            } else {
                JSONText.append(
                    string: String(decoding: text, as: UTF8.self),
                    maximumBytes: LogLine.maximumTextBytes,
                    to: &member
                )
            }
            guard line.count + member.count + 5 <= Self.maximumBytes else {
                line += Array(" …".utf8)
                break
            }
            line += member
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// A text cut to its limit, with control characters shown as spaces, so that a line stays one line.
    private static func plain(_ text: String) -> [UInt8] {
        JSONText.prefix(of: text, maximumBytes: maximumTextBytes).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
    }
}
