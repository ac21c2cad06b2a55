public import Redis

/// What the orchestrator does: give back, bury, hold.
extension WorkQueue {
    /// How long a doomed job is left to whoever was told of it, before it is named again.
    static let burialGrace = Duration.seconds(30)
    /// Time between two jobs of a lost worker that had lost one before: about what a job takes.
    static let stallSpacing = Duration.milliseconds(500)

    /// Whether Redis has forgotten everything since this was last asked, by any process; the first time it has too.
    ///
    /// - Throws: When Redis is away, which says nothing about what it will know when it is back.
    public func hasBeenForgotten() async throws(RedisError) -> Bool {
        try await redis.send(["SETNX", RedisArgument("\(prefix)lq:known"), "1"], timeout: .seconds(2)).int == 1
    }

    /// How often this process has connected to Redis; after each time the last writes may be gone.
    public func connections() async -> Int { await redis.connections }

    /// Whether Redis was not emptied since ``hasBeenForgotten()`` was last asked, by any process.
    ///
    /// - Throws: When Redis is away.
    public func isRemembered() async throws(RedisError) -> Bool {
        try await redis.send(["EXISTS", RedisArgument("\(prefix)lq:known")], timeout: .seconds(2)).int == 1
    }

    /// This process, for whoever has to tell it from another one under the same worker's name.
    public static let process = String(UInt64.random(in: .min ... .max), radix: 36)

    /// Gives back the jobs whose lease has ended, and all that `deadWorker` holds.
    ///
    /// That costs a stall, not an attempt. A job with more than `maximumStalls` is named in ``Reaped/buried``. Those for
    /// which it is not the first stall come back one after the other.
    public func reap(
        lane: String,
        kind: String,
        limit: Int,
        maximumStalls: Int,
        deadWorker: DeadWorker?
    ) async throws(RedisError) -> Reaped {
        try await reap(
            lane: lane,
            kind: kind,
            limit: limit,
            maximumStalls: maximumStalls,
            deadWorker: deadWorker,
            spacing: Self.stallSpacing
        )
    }

    func reap(
        lane: String,
        kind: String,
        limit: Int,
        maximumStalls: Int,
        deadWorker: DeadWorker?,
        spacing: Duration
    ) async throws(RedisError) -> Reaped {
        let reply = try await run(
            QueueScripts.reap,
            lane: lane,
            [
                RedisArgument(kind), RedisArgument(limit), RedisArgument(maximumStalls),
                RedisArgument(Self.burialGrace.wholeMilliseconds), RedisArgument(deadWorker?.name ?? ""),
                RedisArgument(spacing.wholeMilliseconds), RedisArgument(deadWorker?.process ?? ""),
                deadWorker?.isSucceeded == true ? "1" : "0",
            ]
        )
        guard let parts = reply.array, parts.count == 3, let requeued = parts[0].int, let adopted = parts[1].int,
            let doomed = parts[2].array
        else { throw unexpected(QueueScripts.reap) }
        return Reaped(requeued: Int(requeued), adopted: Int(adopted), buried: doomed.compactMap(\.text))
    }

    /// Makes dead letters of jobs that ``reap(lane:kind:limit:maximumStalls:deadWorker:)`` named, and counts them as
    /// failed for their runs; returns how many still were to be buried.
    ///
    /// Write them down in PostgreSQL before: the end of a run that this brings about is decided there.
    @discardableResult
    public func bury(lane: String, kind: String, ids: [String], reason: String) async throws(RedisError) -> Int {
        guard !ids.isEmpty else { return 0 }
        let reply = try await run(
            QueueScripts.bury,
            lane: lane,
            [RedisArgument(kind), RedisArgument(reason)] + ids.map { RedisArgument($0) }
        )
        guard let count = reply.int else { throw unexpected(QueueScripts.bury) }
        return Int(count)
    }

    /// Nobody claims jobs of this kind for that long; a hold is only ever lengthened.
    public func hold(lane: String, kind: String, for duration: Duration) async throws(RedisError) {
        let milliseconds = duration.wholeMilliseconds
        guard milliseconds > 0 else { return }
        _ = try await run(QueueScripts.hold, lane: lane, [RedisArgument(kind), RedisArgument(milliseconds)])
    }
}
