public import Redis

extension RateLimiter {
    /// Buckets that are shown at most: twenty-odd routes with ten endpoints each.
    private static let shownBuckets = 500

    /// What is known of all limits and of the key.
    ///
    /// - Throws: `RedisError` when Redis is away; `.unavailable` for a limiter that has none.
    public func snapshot() async throws(RedisError) -> LimitsSnapshot {
        guard let redis else { throw RedisError(.unavailable, "there is no Redis, so no limits are known") }
        let index = try await redis.send(["SMEMBERS", RedisArgument(indexKey)], timeout: timing.redisTimeout)
        let names = (index.array ?? []).compactMap(\.text).sorted().prefix(Self.shownBuckets)
        let reply = try await redis.evaluate(
            scripts.show,
            keys: [shiftKey, keyKey] + names,
            arguments: [],
            timeout: timing.redisTimeout
        )
        let parts = reply.array ?? []
        guard parts.count == names.count + 1, let key = Self.key(parts[0]) else {
            throw RedisError(.unexpectedReply, "the limiter's script answered in another form than it is written to")
        }
        var buckets: [LimitsSnapshot.Bucket] = []
        for (name, part) in zip(names, parts.dropFirst()) {
            guard let (route, method) = place(of: name), let bucket = Self.bucket(part, route, method) else { continue }
            buckets.append(bucket)
        }
        return LimitsSnapshot(key: key, buckets: buckets)
    }

    /// The route and the endpoint that a bucket's key names.
    private func place(of name: String) -> (route: String, method: String?)? {
        guard let open = name.firstIndex(of: "{"), let close = name[open...].firstIndex(of: "}"),
            let colon = name.lastIndex(of: ":")
        else { return nil }
        let method = String(name[name.index(after: colon)...])
        return (String(name[name.index(after: open)..<close]), method == "app" ? nil : method)
    }

    private static func key(_ part: RedisValue) -> LimitsSnapshot.Key? {
        guard let fields = part.array, fields.count == 3 else { return nil }
        guard let status = fields[0].number else { return LimitsSnapshot.Key(isAccepted: true) }
        return LimitsSnapshot.Key(
            isAccepted: false,
            status: Int(status),
            refusedFor: (fields[1].number ?? 0) / 1000,
            nextProbeIn: (fields[2].number ?? 0) / 1000
        )
    }

    private static func bucket(_ part: RedisValue, _ route: String, _ method: String?) -> LimitsSnapshot.Bucket? {
        guard let fields = part.array, fields.count == 4, let underWay = fields[0].number,
            let stopped = fields[1].number, let windows = fields[3].array
        else { return nil }
        return LimitsSnapshot.Bucket(
            route: route,
            method: method,
            underWay: Int(underWay),
            stoppedFor: (stopped + 999) / 1000,
            stoppedBy: fields[2].text.flatMap { $0.isEmpty ? nil : $0 },
            windows: windows.compactMap { window in
                let figures = (window.array ?? []).compactMap(\.number)
                guard figures.count == 5 else { return nil }
                return LimitsSnapshot.Window(
                    limit: Int(figures[0]),
                    seconds: Int(figures[1]),
                    used: Int(figures[2]),
                    endsIn: (figures[3] + 999) / 1000,
                    guarded: Int(figures[4])
                )
            }
        )
    }
}

extension RedisValue {
    /// An integer, whether it came as one or as text.
    fileprivate var number: Int64? { int ?? text.flatMap { Int64($0) } }
}
