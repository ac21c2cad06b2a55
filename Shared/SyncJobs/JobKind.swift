public import Storage

/// The queue's kinds of jobs.
public enum JobKind: String, Sendable, CaseIterable, Codable {
    /// Finds the player of a task and lists his matches: the job `player:<task id>`.
    case player
    /// The hint that a run has nothing open, `fin:<task id>`.
    case completion = "fin"
    /// One match body, `match:<match id>`.
    case match
    /// One timeline, `timeline:<match id>`.
    case timeline

    /// The kind of a job that fetches.
    public init(_ kind: FetchKind) {
        self =
            switch kind {
            case .match: .match
            case .timeline: .timeline
            }
    }

    /// Whether operators may pause it.
    ///
    /// A hint only brings forward what the reconciler decides from the ledger anyway.
    public var isPausable: Bool { self != .completion }

    /// How often and when it is tried again.
    ///
    /// Workers are killed for many reasons, so an innocent job may well lose three in a row; one that is to blame is
    /// soon alone with its worker, see `reap.lua`.
    public var retryPolicy: RetryPolicy {
        switch self {
        case .player: RetryPolicy(attempts: 5, firstPause: .seconds(2), longestPause: .seconds(60), stalls: 7)
        case .match: RetryPolicy(attempts: 5, firstPause: .seconds(2), longestPause: .seconds(300), stalls: 7)
        case .timeline: RetryPolicy(attempts: 5, firstPause: .seconds(2), longestPause: .seconds(300), stalls: 7)
        case .completion: RetryPolicy(attempts: .max, firstPause: .seconds(1), longestPause: .seconds(2), stalls: .max)
        }
    }
}
