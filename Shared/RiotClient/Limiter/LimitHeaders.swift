/// The rate limit headers of one answer; what is absent or malformed is nil.
struct LimitHeaders: Sendable, Equatable {
    var applicationLimits, applicationCounts, methodLimits, methodCounts: RateWindows?

    init(_ headers: HTTPHeaders) {
        func limits(_ name: HTTPHeaders.Name) -> RateWindows? {
            headers[name].flatMap { RateWindows($0) }.flatMap { $0.isUsableAsLimit ? $0 : nil }
        }
        applicationLimits = limits(.applicationLimit)
        applicationCounts = headers[.applicationCount].flatMap { RateWindows($0) }
        methodLimits = limits(.methodLimit)
        methodCounts = headers[.methodCount].flatMap { RateWindows($0) }
    }

    /// In the order of `settle.lua`.
    var arguments: [String] {
        [applicationLimits, applicationCounts, methodLimits, methodCounts].map { $0?.text ?? "" }
    }

    /// When Riot gave no time: the length of the longest window that it has counted to its limit.
    func fullWindow(for scope: LimitScope) -> Duration? {
        let (limits, counts) =
            switch scope {
            case .application: (applicationLimits, applicationCounts)
            case .method: (methodLimits, methodCounts)
            case .service, .none: (RateWindows?.none, RateWindows?.none)
            }
        guard let limits, let counts else { return nil }
        return counts.longestFull(of: limits).map { .seconds($0) }
    }
}
