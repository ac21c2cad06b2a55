/// Which keys are good.
public struct KeyPolicy: Sendable, Codable, Equatable {
    /// The only good key; nil means any that is not empty.
    public var key: String?
    /// The status that every key gets, 401 or 403; nil when good keys are served.
    public var rejects: Int?
    /// After so many more requests the key is rejected with 403; nil for never.
    public var expiresAfter: Int?

    /// Any key that is not empty unless said otherwise.
    public init(key: String? = nil, rejects: Int? = nil, expiresAfter: Int? = nil) {
        self.key = key
        self.rejects = rejects
        self.expiresAfter = expiresAfter
    }

    /// The status that a request with this key gets before anything else; nil when it may go on.
    mutating func refusal(of presented: String?) -> Int? {
        guard let presented, !presented.isEmpty else { return 401 }
        if let rejects { return rejects }
        if let key, key != presented { return 403 }
        if let left = expiresAfter {
            guard left > 0 else { return 403 }
            expiresAfter = left - 1
        }
        return nil
    }
}

/// How long answers take: a number drawn from a range for each, part of it before the request arrives.
///
/// Refusals of a key take as long as anything else.
public struct Latency: Sendable, Codable, Equatable {
    /// At least so many milliseconds.
    public var minimum: Int
    /// At most so many milliseconds.
    public var maximum: Int

    /// Between `minimum` and `maximum` milliseconds.
    public init(minimum: Int = 0, maximum: Int = 0) {
        self.minimum = minimum
        self.maximum = max(minimum, maximum)
    }

    /// No delay.
    public static let none = Latency()
}
