/// One window of a limit, as Riot counts: it opens when the first request arrives and ends after its length.
struct FixedWindow: Sendable {
    let limit: RateLimit
    private(set) var count = 0
    private var opened: ContinuousClock.Instant?

    init(limit: RateLimit) {
        self.limit = limit
    }

    private var length: Duration { .seconds(limit.seconds) }

    /// Forgets a window that is over.
    mutating func expire(at now: ContinuousClock.Instant) {
        guard let start = opened, now >= start + length else { return }
        opened = nil
        count = 0
    }

    var isFull: Bool { count >= limit.count }

    mutating func take(at now: ContinuousClock.Instant) {
        if opened == nil { opened = now }
        count += 1
    }

    /// Whole seconds until the window is over, rounded up.
    func secondsLeft(at now: ContinuousClock.Instant) -> Int {
        guard let start = opened else { return 0 }
        let left = (start + length - now).components
        return max(1, Int(left.seconds) + (left.attoseconds > 0 ? 1 : 0))
    }
}

/// The windows of one limit.
struct WindowSet: Sendable {
    private var windows: [FixedWindow]

    init(_ limits: [RateLimit]) {
        windows = limits.map(FixedWindow.init)
    }

    /// Counts a request that all windows let through; the seconds to wait otherwise.
    ///
    /// A refused request is counted in the windows that refused it, so that the count shows more than the limit, as
    /// Riot's does.
    mutating func refusal(at now: ContinuousClock.Instant) -> Int? {
        for index in windows.indices { windows[index].expire(at: now) }
        let full = windows.indices.filter { windows[$0].isFull }
        guard !full.isEmpty else { return nil }
        for index in full { windows[index].take(at: now) }
        return full.map { windows[$0].secondsLeft(at: now) }.max()
    }

    mutating func take(at now: ContinuousClock.Instant) {
        for index in windows.indices { windows[index].take(at: now) }
    }

    /// The text of the limit header; nil without windows.
    var limitText: String? {
        windows.isEmpty ? nil : windows.map(\.limit.description).joined(separator: ",")
    }

    /// The text of the count header.
    var countText: String? {
        windows.isEmpty ? nil : windows.map { "\($0.count):\($0.limit.seconds)" }.joined(separator: ",")
    }
}
