/// Reads a TZ string of POSIX, `EST5EDT,M3.2.0,M11.1.0`.
///
/// Its offsets count westwards; those of ``PosixZoneRule`` count eastwards, as everywhere else.
struct PosixZoneParser {
    private var rest: Substring

    /// Reads a whole string.
    ///
    /// - Throws: ``ZoneError`` when it is none, or names no days for its daylight saving.
    static func rule(_ text: String) throws(ZoneError) -> PosixZoneRule {
        var parser = PosixZoneParser(rest: text[...])
        guard let rule = parser.rule(), parser.rest.isEmpty else {
            throw ZoneError("\"\(text.prefix(64))\" is no rule for a time zone")
        }
        return rule
    }

    private mutating func rule() -> PosixZoneRule? {
        guard skipName(), let west = time(upTo: 24) else { return nil }
        let standard = -west
        if rest.isEmpty { return PosixZoneRule(standardOffset: standard, daylightSaving: nil) }
        guard skipName() else { return nil }
        var saving = standard + 3_600
        if rest.first != "," {
            guard let west = time(upTo: 24) else { return nil }
            saving = -west
        }
        guard take(","), let start = change(), take(","), let end = change() else { return nil }
        return PosixZoneRule(
            standardOffset: standard,
            daylightSaving: .init(offset: saving, start: start, end: end)
        )
    }

    /// Three letters or more, or anything between angle brackets.
    private mutating func skipName() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: ">"), end != rest.startIndex else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let letters = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest[letters.endIndex...]
        return letters.count >= 3
    }

    private mutating func change() -> PosixZoneRule.Change? {
        guard let day = day() else { return nil }
        guard take("/") else { return PosixZoneRule.Change(day: day, time: 7_200) }
        return time(upTo: 167).map { PosixZoneRule.Change(day: day, time: $0) }
    }

    private mutating func day() -> PosixZoneRule.Day? {
        if take("J") { return number(in: 1...365).map { .julian($0) } }
        guard take("M") else { return number(in: 0...365).map { .zeroBased($0) } }
        guard let month = number(in: 1...12), take("."), let week = number(in: 1...5), take("."),
            let weekday = number(in: 0...6)
        else { return nil }
        return .weekday(month: month, week: week, weekday: weekday)
    }

    /// `[+-]h[h][h][:mm[:ss]]` in seconds.
    private mutating func time(upTo hours: Int64) -> Int64? {
        let sign: Int64 = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard let hour = number(in: 0...hours) else { return nil }
        var seconds = hour * 3_600
        if take(":") {
            guard let minute = number(in: 0...59) else { return nil }
            seconds += minute * 60
            if take(":") {
                guard let second = number(in: 0...59) else { return nil }
                seconds += second
            }
        }
        return sign * seconds
    }

    private mutating func number(in range: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count), let number = Int64(digits), range.contains(number) else { return nil }
        rest = rest[digits.endIndex...]
        return number
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }
}
