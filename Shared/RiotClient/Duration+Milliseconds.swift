extension Duration {
    /// Rounded up, so that a wait never ends too early and a time-out is never the 0 that means "none".
    var wholeMilliseconds: Int { rounded(up: 1_000) }

    /// Rounded up.
    var wholeMicroseconds: Int64 { Int64(rounded(up: 1_000_000)) }

    private func rounded(up partsOfASecond: Int64) -> Int {
        let (seconds, attoseconds) = components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000 / partsOfASecond)
        return Int(
            clamping: seconds.multipliedReportingOverflow(by: partsOfASecond).partialValue + whole + (rest > 0 ? 1 : 0)
        )
    }
}
