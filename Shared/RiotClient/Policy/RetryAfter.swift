/// The header `Retry-After`.
enum RetryAfter {
    /// Longer than this is not believed; a stop that is repeated in the next answer is repeated here too.
    private static let longest = 86_400

    /// Whole seconds; nil when it is absent, a date, or not a number.
    static func parse(_ header: String?) -> Duration? {
        guard let digits = header.map({ Substring($0).trimmingSpaces() }),
            (1...18).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(digits)
        else { return nil }
        return .seconds(min(seconds, longest))
    }
}
