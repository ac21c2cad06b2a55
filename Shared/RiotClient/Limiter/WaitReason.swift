/// Why a request has to wait, for the operator and for the status of a task.
public enum WaitReason: Sendable, Equatable, CustomStringConvertible {
    /// A window of the key on this route is full; the limit is `count:seconds`.
    case application(route: String, limit: String)
    /// A window of this endpoint is full.
    case method(route: String, method: RiotMethod, limit: String)
    /// Riot answered 429, and said or implied until when; type `application`, `method`, `service` or `none`.
    case blocked(route: String, method: RiotMethod, type: String)
    /// The limits are not known yet; one request is on its way to learn them.
    case probing(route: String, method: RiotMethod)
    /// Riot refused the key; one request per interval finds out whether it is good again.
    case keyRejected(status: Int)
    /// Redis, which holds the shared limits, is away; nothing is sent.
    case limiterUnavailable

    /// The word of the status API: `quota`, `key`, `riot` or `queue`.
    public var waitingFor: String {
        switch self {
        case .application, .method, .probing: "quota"
        case .blocked(_, _, let type): LimitScope(header: type).isOurs ? "quota" : "riot"
        case .keyRejected: "key"
        case .limiterUnavailable: "queue"
        }
    }

    /// A sentence.
    public var description: String {
        switch self {
        case .application(let route, let limit): "The application limit \(limit) of \(route) is used up."
        case .method(let route, let method, let limit):
            "The limit \(limit) of \(method.rawValue) at \(route) is used up."
        case .blocked(let route, _, "application"): "Riot asked to stop all requests to \(route) for a while."
        case .blocked(let route, let method, "method"): "Riot asked to stop \(method.rawValue) at \(route) for a while."
        case .blocked(let route, let method, _): "Riot's \(method.rawValue) at \(route) is overloaded."
        case .probing(let route, let method):
            "The limits of \(method.rawValue) at \(route) are not known yet; one request is finding them out."
        case .keyRejected(let status):
            "Riot refuses the API key (\(status)). It is expired, wrong or blacklisted; work goes on when it is good."
        case .limiterUnavailable: "Redis, which holds the shared rate limits, cannot be reached; nothing is sent."
        }
    }

    /// The value of the metric label, from a closed set.
    var label: String {
        switch self {
        case .application: "application"
        case .method: "method"
        case .blocked: "blocked"
        case .probing: "probing"
        case .keyRejected: "key"
        case .limiterUnavailable: "unavailable"
        }
    }
}
