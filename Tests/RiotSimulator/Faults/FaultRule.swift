/// What goes wrong with answers, and with how many.
public struct FaultRule: Sendable, Codable, Equatable {
    /// What goes wrong.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Another status, with Riot's body for it.
        case status
        /// A 429 of type `type`, or untyped.
        case rateLimit = "rate-limit"
        /// The request is counted, then the connection is reset.
        case reset
        /// The request is counted, then the connection is closed without an answer.
        case lost
        /// No answer until the client gives up.
        case hang
        /// The body ends in the middle and the connection with it.
        case truncated
        /// The connection is reset in the middle of the body.
        case resetBody = "reset-body"
        /// The body says gzip and is not.
        case wrongGzip = "wrong-gzip"
        /// A page of HTML with the status.
        case html
        /// The status without a body.
        case empty
        /// The body byte by byte, one each `interval` milliseconds.
        case trickle
        /// The right body cut inside its JSON, everything else in order.
        case brokenJSON = "broken-json"
        /// Limit headers that cannot be read.
        case malformedHeaders = "malformed-headers"
        /// No limit headers at all.
        case noHeaders = "no-headers"
        /// A body of `bytes` bytes, sent as it is: JSON, and far too much of it.
        case oversized
        /// A small gzip body that inflates to `bytes` bytes of JSON.
        case inflates
        /// A `Content-Length` that is `bytes` more than the body has, or less when negative.
        ///
        /// When it is more the connection ends after the body; when it is less the connection stays open and the rest
        /// of the body lies in the way of the next answer.
        case wrongLength = "wrong-length"
        /// The lines of the head one by one, one each `interval` milliseconds; the connection ends after the answer.
        case slowHeaders = "slow-headers"
        /// The connection ends, as `ending` says, after the first `bytes` bytes of the answer, its head included.
        ///
        /// With a reset the kernel throws away what the client has not taken in, so he may see fewer.
        case cutAt = "cut-at"
    }

    /// How a connection ends.
    public enum Ending: String, Sendable, Codable {
        /// In good order.
        case close
        /// With a reset.
        case reset
    }

    /// Bytes of `oversized` at most, 16 GiB: they are made while they are sent.
    public static let oversizedLimit = 1 << 34
    /// Bytes of `inflates` at most, 256 MiB: they are held while they are compressed.
    public static let inflatesLimit = 1 << 28

    /// What goes wrong.
    public var fault: Kind
    /// Only this method; nil for all.
    public var method: SimulatedMethod?
    /// Only this route; nil for all.
    public var route: String?
    /// How many answers; nil until the faults are cleared.
    public var count: Int?
    /// The share of answers that it strikes, 0 to 1; nil for every one.
    public var share: Double?
    /// The status of `status`, `html` and `empty`; 500 when absent.
    public var status: Int?
    /// The message in the body of `status`; Riot's for the status when absent.
    public var message: String?
    /// The type of a 429; nil for one without.
    public var type: RateLimitType?
    /// Seconds of `Retry-After`; nil for none.
    public var retryAfter: Int?
    /// Milliseconds between bytes of `trickle` and lines of `slow-headers`; 1000 when absent.
    public var interval: Int?
    /// The number of `oversized`, `inflates`, `wrong-length` and `cut-at`, which cannot do without.
    public var bytes: Int?
    /// How `cut-at` ends the connection; `close` when absent.
    public var ending: Ending?

    /// A fault that strikes the next `count` answers.
    public init(
        _ fault: Kind,
        method: SimulatedMethod? = nil,
        route: String? = nil,
        count: Int? = 1,
        share: Double? = nil,
        status: Int? = nil,
        type: RateLimitType? = nil,
        retryAfter: Int? = nil,
        interval: Int? = nil,
        bytes: Int? = nil,
        ending: Ending? = nil
    ) {
        self.fault = fault
        self.method = method
        self.route = route
        self.count = count
        self.share = share
        self.status = status
        self.type = type
        self.retryAfter = retryAfter
        self.interval = interval
        self.bytes = bytes
        self.ending = ending
    }

    /// A sentence about what cannot be; nil when all is in order.
    var problem: String? {
        if let share, !(0...1).contains(share) { return "share is between 0 and 1" }
        if let count, count < 1 { return "count is above 0" }
        if let status, !(200...599).contains(status) { return "status is 200 to 599" }
        if let interval, !(0...600_000).contains(interval) { return "interval is 0 to 600000 milliseconds" }
        if let retryAfter, !(0...86_400).contains(retryAfter) { return "retryAfter is 0 to 86400 seconds" }
        let range: ClosedRange<Int>? =
            switch fault {
            case .oversized: PaddedBody.smallest...Self.oversizedLimit
            case .inflates: PaddedBody.smallest...Self.inflatesLimit
            case .wrongLength: -Self.inflatesLimit...Self.inflatesLimit
            case .cutAt: 0...Self.inflatesLimit
            default: nil
            }
        guard let range, !range.contains(bytes ?? .min) else { return nil }
        return "\(fault.rawValue) needs bytes, \(range.lowerBound) to \(range.upperBound)"
    }
}
