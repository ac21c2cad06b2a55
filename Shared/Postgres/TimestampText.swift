/// PostgreSQL's ISO form of times, exact to the millisecond and without any floating point.
enum TimestampText {
    /// What PostgreSQL can hold (15, table 8.9), in milliseconds since 1970: 4714 BC to 294276.
    static let range: ClosedRange<Int64> = -210_866_803_200_000...9_224_318_015_999_999

    private static let millisecondsPerDay: Int64 = 86_400_000

    /// `2025-01-02 03:04:05.678+00`; years before 1 with `BC`, times out of range as infinities.
    static func text(milliseconds: Int64) -> String {
        guard range.contains(milliseconds) else { return milliseconds < 0 ? "-infinity" : "infinity" }
        let (days, rest) = floorDivide(milliseconds, millisecondsPerDay)
        let (year, month, day) = civil(fromDays: days)
        let seconds = rest / 1_000
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year > 0 ? year : 1 - year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let clock = "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date) \(clock).\(padded(rest % 1_000, 3))+00" + (year > 0 ? "" : " BC")
    }

    /// Milliseconds since 1970 of `timestamptz`, `timestamp` (taken as UTC) or `date` in ISO form.
    ///
    /// Microseconds are rounded down. Nil for `infinity` and for anything else.
    static func milliseconds(_ text: some Collection<UInt8>) -> Int64? {
        var scanner = Scanner(text)
        guard let year = scanner.number(), scanner.skip("-"), let month = scanner.number(), scanner.skip("-"),
            let day = scanner.number(), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var clock: Int64 = 0
        if scanner.skip(" ") && !scanner.isAtEnd && scanner.peek != UInt8(ascii: "B") {
            guard let time = clockMilliseconds(&scanner), let offset = offsetSeconds(&scanner) else { return nil }
            clock = time - offset * 1_000
            _ = scanner.skip(" ")
        }
        let isBC = scanner.skip("B") && scanner.skip("C")
        guard scanner.isAtEnd else { return nil }
        return days(fromYear: isBC ? 1 - year : year, month: month, day: day) * millisecondsPerDay + clock
    }

    private static func clockMilliseconds(_ scanner: inout Scanner<some Collection<UInt8>>) -> Int64? {
        guard let hours = scanner.number(), scanner.skip(":"), let minutes = scanner.number(), scanner.skip(":"),
            let seconds = scanner.number()
        else { return nil }
        let fraction = scanner.skip(".") ? scanner.thousandths() : 0
        return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + fraction
    }

    /// `+02`, `-03:30`, `+00:19:32`, or nothing.
    private static func offsetSeconds(_ scanner: inout Scanner<some Collection<UInt8>>) -> Int64? {
        let isNegative = scanner.peek == UInt8(ascii: "-")
        guard scanner.skip("+") || scanner.skip("-") else { return 0 }
        guard let hours = scanner.number() else { return nil }
        var seconds = hours * 3_600
        if scanner.skip(":") { seconds += (scanner.number() ?? 0) * 60 }
        if scanner.skip(":") { seconds += scanner.number() ?? 0 }
        return isNegative ? -seconds : seconds
    }

    // Days and civil dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private struct Scanner<Bytes: Collection<UInt8>> {
        private let bytes: Bytes
        private var position: Bytes.Index

        init(_ bytes: Bytes) {
            self.bytes = bytes
            self.position = bytes.startIndex
        }

        var isAtEnd: Bool { position == bytes.endIndex }
        var peek: UInt8? { isAtEnd ? nil : bytes[position] }

        mutating func skip(_ letter: Unicode.Scalar) -> Bool {
            guard peek == UInt8(letter.value) else { return false }
            bytes.formIndex(after: &position)
            return true
        }

        /// At most nine digits, so that nothing computed from them overflows.
        mutating func number() -> Int64? {
            var value: Int64 = 0
            var digits = 0
            while let byte = peek, (48...57).contains(byte), digits < 9 {
                value = value * 10 + Int64(byte - 48)
                digits += 1
                bytes.formIndex(after: &position)
            }
            return digits > 0 ? value : nil
        }

        /// The first three digits of a fraction; the rest is passed over.
        mutating func thousandths() -> Int64 {
            var value: Int64 = 0
            var weight: Int64 = 100
            while let byte = peek, (48...57).contains(byte) {
                value += Int64(byte - 48) * weight
                weight /= 10
                bytes.formIndex(after: &position)
            }
            return value
        }
    }
}
