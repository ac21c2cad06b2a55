/// What is in force and where each value came from, with secrets masked: the text of `--check-config`.
public struct SettingsReport: Sendable, Equatable, CustomStringConvertible {
    /// One setting as it may be shown.
    public struct Line: Sendable, Equatable {
        /// The setting.
        public let name: SettingName
        /// Its value, masked where it holds a secret; empty when nothing is in force.
        public let shown: String
        /// Where the value came from.
        public let origin: SettingOrigin
    }

    /// All settings, in the order of ``SettingName``.
    public let lines: [Line]

    /// The line of one setting.
    public subscript(name: SettingName) -> Line? { lines.first { $0.name == name } }

    /// A table of three columns.
    public var description: String {
        let nameWidth = lines.map(\.name.rawValue.count).max() ?? 0
        let valueWidth = lines.map(\.shown.count).max() ?? 0
        return lines.map { line in
            let name = line.name.rawValue + String(repeating: " ", count: nameWidth - line.name.rawValue.count)
            let value = line.shown + String(repeating: " ", count: valueWidth - line.shown.count)
            return "\(name)  \(value)  \(line.origin)\n"
        }.joined()
    }

    /// An address with the password of its user part replaced by the mask, and so any query that mentions one.
    ///
    /// A text that is no URL may hold a password anywhere (libpq's `password=`), so nothing of it is shown. Looks at single
    /// Unicode scalars, as the readers of these addresses look at bytes: a password may begin with a combining accent.
    static func masked(url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return Secret.mask }
        let address = url[scheme.upperBound...].unicodeScalars
        let end = endOfLogin(address)
        // A query begins behind the login only: libpq takes a password with a question mark in it.
        let location = address[(end ?? address.startIndex)...]
        let queryStart = location.firstIndex(of: "?") ?? location.endIndex
        let query = String(location[queryStart...])
        let shownQuery = query.lowercased().contains("password") ? "?\(Secret.mask)" : query
        return url[..<scheme.upperBound] + login(address[..<(end ?? address.startIndex)])
            + String(location[..<queryStart]) + shownQuery
    }

    /// Where the `@` is behind which nothing of the password can stand, whoever reads the address.
    ///
    /// libpq ends the login at the first `@` before the first slash (conninfo_uri_parse_options in its fe-connect.c), Redis
    /// libraries at the last one. One with a slash in its password is refused by both, and its password hidden too.
    private static func endOfLogin(_ address: Substring.UnicodeScalarView) -> String.Index? {
        let slash = address.firstIndex(of: "/") ?? address.endIndex
        let inAuthority = address[..<slash].lastIndex(of: "@")
        let rest = address[(inAuthority ?? address.startIndex)...]
        let beforeQuery = rest.prefix { $0 != "?" }.lastIndex(of: "@")
        return beforeQuery ?? address.lastIndex(of: "@")
    }

    private static func login(_ text: Substring.UnicodeScalarView) -> String {
        guard let colon = text.firstIndex(of: ":") else { return String(text) }
        return "\(String(text[..<colon])):\(Secret.mask)"
    }
}
