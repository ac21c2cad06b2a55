/// What one request brought.
public enum RiotOutcome: Sendable {
    /// 200 with a body.
    case success(RiotResponse)
    /// 404, or 204: it is not there. Riot does not say whether that is temporary; the text is Riot's or ours.
    case notFound(String)
    /// 401 or 403: every process has stopped; this one waits for `RateLimiter` to let a probe through.
    case keyRejected(Int)
    /// 429; the limiter keeps everybody away for `after`. `type` is `application`, `method`, `service` or `none`.
    case rateLimited(after: Duration, type: String)
    /// Worth another try: after the given time, else after a back-off of the caller's choice.
    case retryable(reason: String, after: Duration?)
    /// Given up by ourselves, which says nothing of Riot: the task was cancelled, or the permit had become too old.
    case abandoned(reason: String)
    /// Not worth another try. Status 0: it was not sent.
    case refused(status: Int, message: String)
}
