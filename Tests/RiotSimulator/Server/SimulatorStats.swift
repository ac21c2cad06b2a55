/// What the simulator has counted since it started or was reset.
public struct SimulatorStats: Sendable, Codable, Equatable {
    /// Bodies of one kind.
    public struct Fetches: Sendable, Codable, Equatable {
        /// Different ids that were answered with 200.
        public var distinct = 0
        /// Answers with 200.
        public var answers = 0
        /// Ids answered more than once, with how often; at most `repeatedLimit` of them.
        public var repeated: [String: Int] = [:]
    }

    /// Requests of the second program.
    public struct SecondProgramCount: Sendable, Codable, Equatable {
        /// Requests that the limits let through.
        public var accepted = 0
        /// Requests that were over a limit.
        public var refused = 0
    }

    /// Ids that `repeated` names at most.
    public static let repeatedLimit = 1000

    /// Requests to Riot's endpoints, whatever became of them.
    public var requests = 0
    /// Requests by route, method and status.
    public var byRoute: [String: [String: [String: Int]]] = [:]
    /// Requests by method.
    public var byMethod: [String: Int] = [:]
    /// Requests by status; `closed` for those that got no answer.
    public var byStatus: [String: Int] = [:]
    /// 429s of type application because the client went over the limit.
    public var applicationViolations = 0
    /// 429s of type method because the client went over the limit.
    public var methodViolations = 0
    /// Requests that arrived in a scope while its `Retry-After` was running.
    public var arrivedWhileBlocked = 0
    /// Those of them that were sent when the 429 had gone out already; the others were on their way.
    public var sentWhileBlocked = 0
    /// Requests with no key or a rejected one.
    public var keyRefusals = 0
    /// Requests that a faithful Riot refuses, one by one under `GET /_sim/violations`.
    public var violations = 0
    /// What the second program under the same key has done, which is in no other figure here.
    public var secondProgram = SecondProgramCount()
    /// Faults that were carried out, by kind.
    public var faults: [String: Int] = [:]
    /// Connections that carried a request to Riot's endpoints.
    public var connections = 0
    /// Matches.
    public var matches = Fetches()
    /// Timelines.
    public var timelines = Fetches()

    /// Counts a 429; the reason of it.
    mutating func countViolation(_ type: RateLimitType) -> Violation.Reason {
        guard type == .application else {
            methodViolations += 1
            return .method
        }
        applicationViolations += 1
        return .application
    }
}

/// One request as the log keeps it, in the order in which they end.
public struct LoggedRequest: Sendable, Codable, Equatable {
    /// Milliseconds since the simulator started, when the client sent the request.
    public let sent: Double
    /// The same, when the request arrived: what windows and stops go by.
    public let at: Double
    /// The same, when its answer went out.
    public let ended: Double
    /// The route.
    public let route: String
    /// The method.
    public let method: String
    /// The status; 0 when there was no answer.
    public let status: Int
    /// The type of a 429 or the fault.
    public let note: String?
}
