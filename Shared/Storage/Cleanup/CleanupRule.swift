/// The kinds of old data, each with a switch and an age of its own.
public enum CleanupClass: String, Sendable, CaseIterable {
    /// Tasks that ended well or were revoked, with their ledger, and records of old runs.
    case tasks
    /// Tasks that failed, and fetches that failed and are not tried again.
    case failedTasks = "failed-tasks"
    /// Timelines as received, where the present decoder has made the rows; the match must have begun so long ago.
    case timelines
    /// Names of players whom nobody asked for and who were in no match for so long.
    case names
    /// Games that began before a date, unless a followed player has that year.
    case games
    /// Accounts that Riot has not known for so long, asked at least twice.
    case forgotten

    /// The age of a rule that names none; nil where a date is needed.
    var usualDays: Int? {
        switch self {
        case .tasks: 30
        case .failedTasks: 90
        case .timelines: 0
        case .names: 180
        case .games: nil
        case .forgotten: 60
        }
    }
}

/// One rule of the clean-up: what goes, and from which age on.
///
/// Written as `tasks:30` (days) or `games:2021-01-01`. Ages go by when a thing happened or a game began, never by when
/// its row was written: a backfill of old games must not delete itself.
public struct CleanupRule: Sendable, Equatable, CustomStringConvertible {
    /// How old a thing must be.
    enum Limit: Sendable, Equatable {
        case days(Int)
        /// `YYYY-MM-DD`, in UTC.
        case before(String)
    }

    /// The oldest age that makes sense, a century.
    static let longestDays = 36_500

    /// What goes.
    public let subject: CleanupClass
    let limit: Limit

    /// The rule as it is written.
    public var description: String {
        switch limit {
        case .days(let days): "\(subject.rawValue):\(days)"
        case .before(let date): "\(subject.rawValue):\(date)"
        }
    }

    /// Reads one rule; a class alone stands for its usual age.
    public init(parsing text: String) throws(CleanupRuleError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let subject = parts.first.flatMap(CleanupClass.init(rawValue:)) else {
            let known = CleanupClass.allCases.map(\.rawValue).joined(separator: ", ")
            throw CleanupRuleError("\"\(text.prefix(64))\" is no rule of the clean-up; its classes are \(known)")
        }
        self.subject = subject
        guard subject != .games else {
            guard parts.count == 2, Self.isDate(parts[1]) else {
                throw CleanupRuleError("\"\(text.prefix(64))\" needs the date before which games go: games:2021-01-01")
            }
            limit = .before(parts[1])
            return
        }
        let least = subject == .timelines ? 0 : 1
        let days = parts.count == 2 ? Int(parts[1]) : subject.usualDays
        guard let days, (least...Self.longestDays).contains(days) else {
            throw CleanupRuleError(
                "\"\(text.prefix(64))\" needs an age of \(least) to \(Self.longestDays) days, such as "
                    + "\(subject.rawValue):\(subject.usualDays ?? least)"
            )
        }
        limit = .days(days)
    }

    /// Reads rules with commas between them; `none` for no rule at all.
    public static func list(parsing text: String) throws(CleanupRuleError) -> [CleanupRule] {
        if text == "none" { return [] }
        return try list(text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } })
    }

    /// Reads rules one by one; no class may come twice.
    public static func list(_ texts: [String]) throws(CleanupRuleError) -> [CleanupRule] {
        var rules: [CleanupRule] = []
        for text in texts {
            let rule = try CleanupRule(parsing: text)
            if rules.contains(where: { $0.subject == rule.subject }) {
                throw CleanupRuleError("the class \(rule.subject.rawValue) is named twice")
            }
            rules.append(rule)
        }
        return rules
    }

    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0,
            (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return (1...[31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]).contains(day)
    }
}

/// Why a rule of the clean-up cannot be understood.
public struct CleanupRuleError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence that says what would be right.
    public let description: String

    init(_ description: String) { self.description = description }
}
