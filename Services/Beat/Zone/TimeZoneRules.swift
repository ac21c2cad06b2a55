/// The offset of a zone's clocks from UTC at every instant.
///
/// Made of a file of the system's time zone database, because `FoundationEssentials` knows no zones without ICU's data.
struct TimeZoneRules: Sendable, Equatable {
    /// A stretch of time in which the offset stays the same; instants are in epoch seconds.
    struct Span: Sendable, Equatable {
        /// Its first second; nil when nothing is known before it.
        let start: Int64?
        /// The first second after it; nil when it never ends.
        let end: Int64?
        /// Seconds that local clocks are ahead of UTC.
        let offset: Int64
        /// The same in the span before; its own where there is none.
        let offsetBefore: Int64
    }

    static let utc = TimeZoneRules(name: "UTC", transitions: [], offsets: [0], rule: nil)

    let name: String
    /// Epoch seconds at which the offset may change, in order.
    private let transitions: [Int64]
    /// The offset before the first transition, then after each: one more than transitions.
    private let offsets: [Int64]
    /// What holds from the last transition on; nil when the last offset holds for ever.
    private let rule: PosixZoneRule?

    /// Takes what a file says.
    ///
    /// - Precondition: `offsets` has one element more than `transitions`, which is in order.
    init(name: String, transitions: [Int64], offsets: [Int64], rule: PosixZoneRule?) {
        precondition(offsets.count == transitions.count + 1, "an offset before the first and after every transition")
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.rule = rule
    }

    /// Seconds that local clocks are ahead of UTC at an instant.
    func offset(at second: Int64) -> Int64 { span(at: second).offset }

    /// The span in which an instant lies.
    func span(at second: Int64) -> Span {
        let index = transitionsUpTo(second)
        guard index == transitions.count, let rule else {
            return Span(
                start: index > 0 ? transitions[index - 1] : nil,
                end: index < transitions.count ? transitions[index] : nil,
                offset: offsets[index],
                offsetBefore: offsets[max(index - 1, 0)]
            )
        }
        let changes = rule.changes(around: second)
        let before = changes.last { $0.second <= second }
        let after = changes.first { $0.second > second }
        if let last = transitions.last, last >= before?.second ?? .min {
            return Span(
                start: last,
                end: after?.second,
                offset: offsets[index],
                offsetBefore: offsets[index - 1]
            )
        }
        return Span(
            start: before?.second,
            end: after?.second,
            offset: before?.offset ?? rule.standardOffset,
            offsetBefore: changes.last { $0.second < before?.second ?? .min }?.offset ?? rule.standardOffset
        )
    }

    private func transitionsUpTo(_ second: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
