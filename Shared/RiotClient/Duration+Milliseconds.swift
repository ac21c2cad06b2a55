extension Duration {
    /// Rounded up, so that a wait never ends too early and a time-out is never the 0 that means "none".
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        return Int(
            clamping: seconds.multipliedReportingOverflow(by: 1_000).partialValue + whole
                + (rest > 0 ? 1 : 0)
        )
    }
}
