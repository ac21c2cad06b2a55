import FoundationEssentials
import Synchronization

/// What the `Date` header of answers shows.
public struct AnswerClock: Sendable, Codable, Equatable {
    /// Seconds that the clock is ahead; negative when it is behind.
    public var skewSeconds: Int
    /// The header is there twice, as Riot's edge has been seen to send it: the true time, then the skewed clock's.
    public var isTwice: Bool

    private enum CodingKeys: String, CodingKey {
        case skewSeconds = "skew_seconds"
        case isTwice = "twice"
    }

    /// The true time, once, unless said otherwise.
    public init(skewSeconds: Int = 0, isTwice: Bool = false) {
        self.skewSeconds = skewSeconds
        self.isTwice = isTwice
    }

    /// Reads it, what is absent being as usual.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        skewSeconds = try values.decodeIfPresent(Int.self, forKey: .skewSeconds) ?? 0
        isTwice = try values.decodeIfPresent(Bool.self, forKey: .isTwice) ?? false
    }

    /// Seconds that a clock may be off, about 30 years.
    public static let skewLimit = -1_000_000_000...1_000_000_000

    /// A sentence about what cannot be; nil when all is in order.
    var problem: String? {
        Self.skewLimit.contains(skewSeconds) ? nil : "skew_seconds is at most 1000000000 to either side"
    }

    /// The values of the headers at a time, in seconds since 1970.
    func dates(at now: Int = Int(Date.now.timeIntervalSince1970)) -> [String] {
        let skewed = HTTPDate.text(now + skewSeconds)
        return isTwice ? [HTTPDate.text(now), skewed] : [skewed]
    }
}

/// The clock that all connections show.
final class SharedAnswerClock: Sendable {
    private let clock: Mutex<AnswerClock>

    init(_ clock: AnswerClock) {
        self.clock = Mutex(clock)
    }

    var value: AnswerClock {
        get { clock.withLock { $0 } }
        set { clock.withLock { $0 = newValue } }
    }
}
