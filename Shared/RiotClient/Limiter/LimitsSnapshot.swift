/// What the limiter knows at one moment: what `limits.show` answers.
public struct LimitsSnapshot: Codable, Sendable, Equatable {
    /// One limit: an application's on a route, or an endpoint's on a route.
    public struct Bucket: Codable, Sendable, Equatable {
        /// The route.
        public var route: String
        /// The endpoint; nil for the application limit.
        public var method: String?
        /// Requests that were granted and have no answer yet, lost ones included until they cannot arrive any more.
        public var underWay: Int
        /// Milliseconds that it stays stopped after a 429; 0 when it is not.
        public var stoppedFor: Int64
        /// The type of that 429: `application`, `method`, `service` or `none`.
        public var stoppedBy: String?
        /// Its windows, as Riot last told them.
        public var windows: [Window]

        enum CodingKeys: String, CodingKey {
            case route, method, windows
            case underWay = "under_way"
            case stoppedFor = "stopped_for_ms"
            case stoppedBy = "stopped_by"
        }

        /// A bucket by its figures.
        public init(
            route: String,
            method: String?,
            underWay: Int,
            stoppedFor: Int64,
            stoppedBy: String?,
            windows: [Window]
        ) {
            self.route = route
            self.method = method
            self.underWay = underWay
            self.stoppedFor = stoppedFor
            self.stoppedBy = stoppedBy
            self.windows = windows
        }
    }

    /// One window of a limit.
    public struct Window: Codable, Sendable, Equatable {
        /// Requests that it allows.
        public var limit: Int
        /// Its length in seconds.
        public var seconds: Int
        /// Requests that Riot can have counted in it at most.
        public var used: Int
        /// Milliseconds until all of it is free again; 0 when nothing is used.
        public var endsIn: Int64
        /// Slots that are kept free because another program uses the key.
        public var guarded: Int

        enum CodingKeys: String, CodingKey {
            case limit, seconds, used, guarded
            case endsIn = "ends_in_ms"
        }

        /// A window by its figures.
        public init(limit: Int, seconds: Int, used: Int, endsIn: Int64, guarded: Int = 0) {
            self.limit = limit
            self.seconds = seconds
            self.used = used
            self.endsIn = endsIn
            self.guarded = guarded
        }
    }

    /// Whether Riot accepts the key.
    public struct Key: Codable, Sendable, Equatable {
        /// False while requests are stopped because Riot refuses it.
        public var isAccepted: Bool
        /// The status with which it was refused.
        public var status: Int?
        /// Milliseconds since the first refusal.
        public var refusedFor: Int64?
        /// Milliseconds to the next probe.
        public var nextProbeIn: Int64?

        enum CodingKeys: String, CodingKey {
            case status
            case isAccepted = "accepted"
            case refusedFor = "refused_for_ms"
            case nextProbeIn = "next_probe_in_ms"
        }

        /// A state by its figures.
        public init(isAccepted: Bool, status: Int? = nil, refusedFor: Int64? = nil, nextProbeIn: Int64? = nil) {
            self.isAccepted = isAccepted
            self.status = status
            self.refusedFor = refusedFor
            self.nextProbeIn = nextProbeIn
        }
    }

    /// The key's state.
    public var key: Key
    /// All limits that are known, by route and endpoint.
    public var buckets: [Bucket]

    /// A snapshot of some limits.
    public init(key: Key, buckets: [Bucket]) {
        self.key = key
        self.buckets = buckets
    }

    /// The application limit of a route; nil while it is unknown.
    public func application(_ route: String) -> Bucket? { buckets.first { $0.route == route && $0.method == nil } }

    /// The limit of an endpoint on a route; nil while it is unknown.
    public func method(_ method: RiotMethod, _ route: String) -> Bucket? {
        buckets.first { $0.route == route && $0.method == method.rawValue }
    }
}

extension LimitsSnapshot {
    /// What the next request that nobody waits for would have to wait for; nil when it may go.
    ///
    /// `now` is in epoch milliseconds.
    public func wait(route: String, method: RiotMethod, now: Int64) -> PermitWait? {
        guard key.isAccepted else {
            return PermitWait(.milliseconds(key.nextProbeIn ?? 0), .keyRejected(status: key.status ?? 403), now: now)
        }
        var longest: (milliseconds: Int64, reason: WaitReason)?
        func hold(_ milliseconds: Int64, _ reason: WaitReason) {
            if milliseconds > longest?.milliseconds ?? 0 { longest = (milliseconds, reason) }
        }
        for bucket in [application(route), self.method(method, route)].compactMap({ $0 }) {
            hold(bucket.stoppedFor, .blocked(route: route, method: method, type: bucket.stoppedBy ?? "none"))
            for window in bucket.windows {
                let limit = "\(window.limit):\(window.seconds)"
                hold(
                    window.backgroundWait,
                    bucket.method == nil
                        ? .application(route: route, limit: limit)
                        : .method(route: route, method: method, limit: limit)
                )
            }
        }
        return longest.map { PermitWait(.milliseconds($0.milliseconds), $0.reason, now: now) }
    }
}

extension LimitsSnapshot.Window {
    /// The last slots are left to people while the window is young, as `acquire.lua` does; milliseconds.
    var backgroundWait: Int64 {
        let free = limit - used
        guard free > guarded else { return endsIn }
        let reserved = Double(limit / 20)
        let melting = Double(seconds) * 750
        let left = Double(endsIn) - Double(seconds) * 250
        guard reserved > 0, left > 0, Double(free) <= (reserved * left / melting).rounded(.up) else { return 0 }
        return Int64((left - Double(free - 1) / reserved * melting).rounded(.up))
    }
}
