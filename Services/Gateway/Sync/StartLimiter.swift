import Reactor

/// How many syncs a client address may start per minute: a bucket of that many tokens, refilled evenly.
final class StartLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var seen: ContinuousClock.Instant
    }

    private let perMinute: Int
    private let capacity: Int
    private let buckets = Lock<[String: Bucket]>([:])

    /// - Parameters:
    ///   - perMinute: 0 lifts the limit.
    ///   - capacity: addresses that are remembered.
    init(perMinute: Int, capacity: Int = GatewayLimits.maximumStartAddresses) {
        self.perMinute = perMinute
        self.capacity = capacity
    }

    /// Takes a token, or returns after how many whole seconds there will be one.
    func retryAfterSeconds(_ client: ClientAddress, now: ContinuousClock.Instant = .now) -> Int? {
        guard perMinute > 0, !client.isLoopback else { return nil }
        let full = Double(perMinute)
        return buckets.withLock { buckets in
            if buckets[client.text] == nil, buckets.count >= capacity { Self.forgetHalf(&buckets) }
            var bucket = buckets[client.text] ?? Bucket(tokens: full, seen: now)
            let passed = bucket.seen.duration(to: now) / .seconds(60)
            bucket.tokens = min(full, bucket.tokens + max(0, passed) * full)
            bucket.seen = now
            defer { buckets[client.text] = bucket }
            guard bucket.tokens < 1 else {
                bucket.tokens -= 1
                return nil
            }
            return max(1, Int(((1 - bucket.tokens) * 60 / full).rounded(.up)))
        }
    }

    /// Drops the half that was seen longest ago; at once, so that a flood of addresses does not sort at each request.
    private static func forgetHalf(_ buckets: inout [String: Bucket]) {
        let oldest = buckets.sorted { $0.value.seen < $1.value.seen }.prefix(buckets.count / 2 + 1)
        for (address, _) in oldest { buckets[address] = nil }
    }
}
