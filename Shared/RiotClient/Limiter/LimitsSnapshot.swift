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
    }

    /// The key's state.
    public var key: Key
    /// All limits that are known, by route and endpoint.
    public var buckets: [Bucket]

    /// The application limit of a route; nil while it is unknown.
    public func application(_ route: String) -> Bucket? { buckets.first { $0.route == route && $0.method == nil } }

    /// The limit of an endpoint on a route; nil while it is unknown.
    public func method(_ method: RiotMethod, _ route: String) -> Bucket? {
        buckets.first { $0.route == route && $0.method == method.rawValue }
    }
}
