/// One window of a limit, as Riot counts: it opens when the first request arrives and ends after its length.
struct FixedWindow: Sendable {
    private(set) var limit: RateLimit
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

    /// Counts a request; true when it opened the window.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        count += 1
        guard opened == nil else { return false }
        opened = now
        return true
    }

    /// The same window, with what it has counted, under another limit of the same length.
    func changed(to limit: RateLimit) -> FixedWindow {
        var window = self
        window.limit = limit
        return window
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
    /// The full window that a request has to wait for longest.
    struct Refusal: Sendable {
        let window: RateLimit
        let seconds: Int
    }

    private var windows: [FixedWindow]

    init(_ limits: [RateLimit]) {
        windows = limits.map(FixedWindow.init)
    }

    /// Other limits from now on.
    ///
    /// Riot goes on counting in a window whose length stays, whatever it may hold from now on; windows of other lengths
    /// are forgotten, and new ones open with the next request.
    mutating func change(to limits: [RateLimit]) {
        windows = limits.map { limit in
            windows.first { $0.limit.seconds == limit.seconds }?.changed(to: limit) ?? FixedWindow(limit: limit)
        }
    }

    /// What refuses a request that arrives now; nil when all windows let it through.
    ///
    /// A refused request is counted in the windows that refused it, so that the count shows more than the limit, as
    /// Riot's does.
    mutating func refusal(at now: ContinuousClock.Instant) -> Refusal? {
        for index in windows.indices { windows[index].expire(at: now) }
        let full = windows.indices.filter { windows[$0].isFull }
        for index in full { _ = windows[index].take(at: now) }
        return full.map { Refusal(window: windows[$0].limit, seconds: windows[$0].secondsLeft(at: now)) }
            .max { $0.seconds < $1.seconds }
    }

    /// Counts a request that all windows let through; the limits whose windows it opened.
    mutating func take(at now: ContinuousClock.Instant) -> [RateLimit] {
        windows.indices.filter { windows[$0].take(at: now) }.map { windows[$0].limit }
    }

    var isEmpty: Bool { windows.isEmpty }

    /// The text of the limit header; nil without windows.
    var limitText: String? {
        windows.isEmpty ? nil : windows.map(\.limit.description).joined(separator: ",")
    }

    /// The text of the count header.
    var countText: String? {
        windows.isEmpty ? nil : windows.map { "\($0.count):\($0.limit.seconds)" }.joined(separator: ",")
    }
}
