/// Other cron lines for single entries, as the setting `SCHEDULE` names them.
///
/// `cleanup_old_data: 30 4 * * *; refresh_ranks: off` — semicolons between entries, because cron lines hold commas.
/// Empty for none.
struct ScheduleSetting: Sendable, Equatable {
    /// The cron line of an entry; nil switches it off.
    let lines: [(name: String, cron: CronExpression?)]

    /// Reads the setting.
    ///
    /// - Throws: ``ScheduleSettingError`` with the entry, the field, what is wrong with it and what would be right.
    init(_ text: String) throws(ScheduleSettingError) {
        var lines: [(name: String, cron: CronExpression?)] = []
        for part in text.split(separator: ";").map(Self.trimmed) where !part.isEmpty {
            guard let colon = part.firstIndex(of: ":") else {
                throw ScheduleSettingError(
                    "\"\(part.prefix(64))\" names no entry; right is cleanup_old_data: 30 4 * * *, or "
                        + "refresh_ranks: off"
                )
            }
            let name = Self.trimmed(part[..<colon])
            let line = Self.trimmed(part[part.index(after: colon)...])
            guard !lines.contains(where: { $0.name == name }) else {
                throw ScheduleSettingError("the entry \(name) is named twice")
            }
            do {
                lines.append((name, line == "off" ? nil : try CronExpression(line)))
            } catch {
                throw ScheduleSettingError("\(name): \(error), or the word off")
            }
        }
        self.lines = lines
    }

    static func == (left: ScheduleSetting, right: ScheduleSetting) -> Bool {
        left.lines.elementsEqual(right.lines) { $0 == $1 }
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character.isNewline }
        let start = text.drop(while: isSpace)
        return String(start.reversed().drop(while: isSpace).reversed())
    }
}

/// Why the setting cannot be understood.
struct ScheduleSettingError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
