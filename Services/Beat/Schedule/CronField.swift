/// The values at which one field of a cron line fits.
struct CronField: Sendable, Equatable {
    /// Which field it is: its range, its names and what it is called.
    struct Kind: Sendable {
        let title: String
        let range: ClosedRange<Int>
        let names: [String]

        static let minute = Kind(title: "minute", range: 0...59, names: [])
        static let hour = Kind(title: "hour", range: 0...23, names: [])
        static let dayOfMonth = Kind(title: "day of month", range: 1...31, names: [])
        static let month = Kind(
            title: "month",
            range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        )
        /// Sunday is both ends, so that ranges may begin or end with it.
        static let dayOfWeek = Kind(
            title: "day of week",
            range: 0...7,
            names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        )
    }

    private let bits: UInt64
    /// The field does not begin with `*`.
    let isRestricted: Bool

    init(_ text: String, _ kind: Kind) throws(CronError) {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let (range, step) = try Self.parse(part, kind)
            for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
                bits |= 1 << UInt64(kind.title == Kind.dayOfWeek.title && value == 7 ? 0 : value)
            }
        }
        self.bits = bits
        isRestricted = !text.hasPrefix("*")
    }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    private static func parse(_ part: Substring, _ kind: Kind) throws(CronError) -> (ClosedRange<Int>, Int) {
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if halves.count == 2 {
            guard let number = number(halves[1]), (1...kind.range.upperBound).contains(number) else {
                throw refusal(part, kind, "a step is a number from 1 to \(kind.range.upperBound)")
            }
            step = number
        }
        if halves[0] == "*" { return (kind == .dayOfWeek ? 0...6 : kind.range, step) }
        let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = value(ends[0], kind) else { throw refusal(part, kind, expectation(kind)) }
        guard ends.count == 2 else {
            // `5/10` means from 5 on, every 10, as cron has it.
            return (first...(halves.count == 2 ? kind.range.upperBound : first), step)
        }
        guard let last = value(ends[1], kind) else { throw refusal(part, kind, expectation(kind)) }
        guard first <= last else { throw refusal(part, kind, "a range goes upwards") }
        return (first...last, step)
    }

    private static func value(_ text: Substring, _ kind: Kind) -> Int? {
        if let index = kind.names.firstIndex(of: text.lowercased()) { return index + kind.range.lowerBound }
        guard let number = number(text), kind.range.contains(number) else { return nil }
        return number
    }

    /// Digits only: `Int` would take a sign.
    private static func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func expectation(_ kind: Kind) -> String {
        let names = kind.names.isEmpty ? "" : " or \(kind.names.joined(separator: ", "))"
        return "it takes \(kind.range.lowerBound) to \(kind.range.upperBound)\(names)"
    }

    private static func refusal(_ part: Substring, _ kind: Kind, _ right: String) -> CronError {
        CronError("\"\(part)\" is no \(kind.title): \(right)")
    }
}

extension CronField.Kind: Equatable {
    static func == (left: Self, right: Self) -> Bool { left.title == right.title }
}
