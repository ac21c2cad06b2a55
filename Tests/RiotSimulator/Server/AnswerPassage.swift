/// How long a request and its answer take on their way.
struct AnswerPassage: Sendable {
    /// When the client sent the request.
    let sent: ContinuousClock.Instant
    /// The delay before it arrives.
    let before: Duration
    /// The delay before its answer goes out.
    let after: Duration
    /// When it arrived, once it has.
    var arrived: ContinuousClock.Instant?
}
