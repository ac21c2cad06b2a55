/// Everything that is wrong with the settings, at once, so that one start shows all of it.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence each: the setting, what is wrong with its value, what would be right.
    public let problems: [String]

    init(_ problems: [String]) {
        precondition(!problems.isEmpty, "an error without a problem")
        self.problems = problems
    }

    /// The sentences, one a line.
    public var description: String { problems.joined(separator: "\n") }
}

/// What is wrong with one text: the end of a sentence that begins with the setting and its value.
struct SettingProblem: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
