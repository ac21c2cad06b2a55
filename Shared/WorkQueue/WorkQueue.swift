public import Redis

/// Jobs on Redis lists: fair between tenants, leased to workers, counted once per run.
///
/// A lane is a routing region; within it every kind has lists of its own. A job's id is the thing itself
/// (`match:EUW1_1`), so runs that want the same thing share one job. Redis is dispatch only: what it says of a run is a
/// hint, and whatever it forgets is put back from the ledger with ``reopen(lane:kind:run:tenant:ring:jobs:seal:)``.
public struct WorkQueue: Sendable {
    /// Jobs that a consumer claims at once when so many wait: what was stored together ends together, and as many
    /// follow with one question.
    static let claimBatch = 8
    /// Jobs that one script call enqueues.
    static let batch = 500
    /// Items that one script call cancels.
    static let cancelBatch = 500
    /// Dead letters that one script call forgets; each is searched for in a list of up to 10,000.
    static let letterBatch = 50

    let redis: RedisClient
    let prefix: String

    /// Creates a queue whose keys begin with `<prefix>lq:{<lane>}:`.
    public init(redis: RedisClient, prefix: String) {
        self.redis = redis
        self.prefix = prefix
    }

    /// Where the keys of a lane begin.
    ///
    /// The braces keep them in one slot of a cluster.
    func lanePrefix(_ lane: String) -> String { "\(prefix)lq:{\(lane)}:" }

    /// The list to wait on for work of a kind, with ``RedisBell``.
    public func wakeKey(lane: String, kind: String) -> String { "\(lanePrefix(lane))\(kind):wake" }

    func run(_ script: RedisScript, lane: String, _ arguments: [RedisArgument]) async throws(RedisError) -> RedisValue {
        try await redis.evaluate(script, keys: [lanePrefix(lane)], arguments: arguments)
    }

    func unexpected(_ script: RedisScript) -> RedisError {
        RedisError(.unexpectedReply, "the queue script \(script.name) answered with something else than it should")
    }
}
