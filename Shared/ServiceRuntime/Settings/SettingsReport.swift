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
    /// A text that is no URL may hold a password anywhere (libpq's `password=`), so nothing of it is shown.
    static func masked(url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return Secret.mask }
        let afterScheme = url[scheme.upperBound...]
        let queryStart = afterScheme.firstIndex(of: "?") ?? afterScheme.endIndex
        var location = String(afterScheme[..<queryStart])
        if let at = location.lastIndex(of: "@") {
            let user = location[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if user.count == 2 { location = "\(user[0]):\(Secret.mask)\(location[at...])" }
        }
        let query = afterScheme[queryStart...]
        let shownQuery = query.lowercased().contains("password") ? "?\(Secret.mask)" : String(query)
        return url[..<scheme.upperBound] + location + shownQuery
    }
}
