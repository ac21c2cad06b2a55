import Logging
import Postgres
import Redis

/// Turns texts into typed values; a refusal says what is wrong and what would be right.
enum SettingParsers {
    static func integer(_ text: String, _ range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw SettingProblem("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func level(_ text: String) throws(SettingProblem) -> Logger.Level {
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            throw SettingProblem("must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return level
    }

    static func format(_ text: String) throws(SettingProblem) -> LogFormat {
        guard let format = LogFormat(rawValue: text.lowercased()) else {
            throw SettingProblem("must be text or json")
        }
        return format
    }

    /// A name that becomes part of a database key: short, printable, without spaces.
    static func name(_ text: String, allowed: String, maximumBytes: Int) throws(SettingProblem) -> String {
        let isFit = text.utf8.allSatisfy { byte in
            isASCIIAlphanumeric(byte) || allowed.utf8.contains(byte)
        }
        guard isFit, (1...maximumBytes).contains(text.utf8.count) else {
            throw SettingProblem(
                "must have 1 to \(maximumBytes) characters out of letters, digits and \(allowed)"
            )
        }
        return text
    }

    /// An absolute path, without a slash at its end.
    static func path(_ text: String) throws(SettingProblem) -> String {
        guard text.hasPrefix("/"), !text.utf8.contains(0) else {
            throw SettingProblem("must be an absolute path")
        }
        var path = Substring(text)
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }

    static func host(_ text: String) throws(SettingProblem) -> String {
        let isFit = text.utf8.allSatisfy { isASCIIAlphanumeric($0) || "-._:%".utf8.contains($0) }
        guard isFit, (1...255).contains(text.utf8.count) else {
            throw SettingProblem("must be a host name or an address, such as 127.0.0.1 or ::1, without a port")
        }
        return text
    }

    /// The template of Riot's address: `{route}` once, in the host or in the path.
    static func riotBaseURL(_ text: String) throws(SettingProblem) -> String {
        let example = "such as https://{route}.api.riotgames.com or http://127.0.0.1:18080/{route}"
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else {
            throw SettingProblem("must begin with https:// or http://, \(example)")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), text.utf8.count <= 512 else {
            throw SettingProblem("must be printable ASCII without spaces, \(example)")
        }
        let rest = text.dropFirst(scheme.count)
        guard let host = rest.split(separator: "/", omittingEmptySubsequences: false).first, !host.isEmpty else {
            throw SettingProblem("has no host; \(example)")
        }
        guard !rest.contains(where: { "?#@".contains($0) }) else {
            throw SettingProblem("must have neither a user nor a query nor a fragment, \(example)")
        }
        guard text.split(separator: "{route}", omittingEmptySubsequences: false).count == 2 else {
            throw SettingProblem("must hold {route} once, \(example)")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// A key that can be sent as a header: no byte in it may end the header line.
    static func riotKey(_ text: String) throws(SettingProblem) -> Secret {
        guard (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SettingProblem("must be a key of 1 to 256 printable characters without spaces")
        }
        return Secret(text)
    }

    /// The address of Redis; ``ServiceContext`` makes the client of it.
    static func redisURL(_ text: String) throws(SettingProblem) -> Secret {
        do {
            _ = try RedisAddress(parsing: text)
        } catch {
            throw SettingProblem(error.message)
        }
        return Secret(text)
    }

    /// The address of PostgreSQL, in any form that libpq reads.
    static func databaseURL(_ text: String) throws(SettingProblem) -> Secret {
        do {
            _ = try PostgresConfiguration(url: text, applicationName: "")
        } catch {
            throw SettingProblem(error.message)
        }
        return Secret(text)
    }

    private static func isASCIIAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
