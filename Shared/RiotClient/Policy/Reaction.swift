/// What to do about an answer, or about its absence: the one table of the client.
enum Reaction: Sendable, Equatable {
    /// Use the body, once it was checked.
    case success
    /// It is not there; asking again at once would only spend quota.
    case absent
    /// Stop everything until a probe succeeds.
    case keyRejected
    /// Stop what the 429 was about.
    case limited(LimitScope)
    /// Try again, with the usual back-off.
    case again
    /// Try again, but later: what is down is likely to stay down for some seconds.
    case againLater
    /// Never try again.
    case refused

    /// The pause of `againLater` when the server names none.
    static let laterPause: Duration = .seconds(5)

    /// The reaction to a status; Riot says that logic must depend on the status alone.
    init(status: Int, limitType: String?) {
        self =
            switch status {
            case 200: .success
            case 204: .absent  // seen where a list is empty
            case 401: .keyRejected  // no key, "Unknown apikey"
            case 403: .keyRejected  // expired, wrong, blacklisted, or a path that this key must not use
            case 404: .absent
            case 429: .limited(LimitScope(header: limitType))
            case 503: .againLater  // down, or maintenance
            case 500...599: .again  // 500, 502, 504, and the CDN's 520, 522, 524
            default: .refused  // 400, 405, 415 and all others: the request itself is wrong
            }
    }

    /// The reaction to a transfer that brought no complete answer.
    init(failure: HTTPFailure.Code) {
        self =
            switch failure {
            case .responseTimedOut, .stalled, .timedOut: .again
            case .connectionLost, .truncated, .malformed, .tooLarge: .again
            case .unresolved, .unreachable, .tlsFailed, .connectTimedOut: .againLater
            case .cancelled, .closed, .overloaded: .again
            case .invalidAddress: .refused
            }
    }
}
