public import Redis

/// Work over Redis lists: fair between tenants, leased to workers, counted for the runs that wait.
///
/// Everything of a lane (a match-v5 route) has one hash tag, and every change is one script on Redis's clock. Redis is
/// dispatch only: whatever it forgets, the reconciler puts back from the ledger in PostgreSQL.
public struct WorkQueue: Sendable {
    /// Times a job may lose its worker before it is given up.
    public static let maximumStalls = 3
    /// Jobs in one call of a script.
    static let batch = 500

    let redis: RedisClient
    let prefix: String

    /// A queue whose keys begin with `prefix`.
    public init(redis: RedisClient, prefix: String) {
        self.redis = redis
        self.prefix = prefix
    }

    /// The list on which workers of a kind wait for work.
    public func wakeKey(lane: String, kind: String) -> String { "\(key(lane))\(kind):wake" }

    // MARK: Producers

    /// Makes a run want jobs, in their order; what the run has settled or queued already is left alone.
    ///
    /// - Parameter seal: with the last of them the list of the run is complete, and its end will be announced.
    @discardableResult
    public func enqueue(
        lane: String,
        kind: String,
        run: String,
        tenant: String,
        ring: Ring,
        jobs: [Job],
        seal: Bool
    ) async throws(RedisError) -> Enqueued {
        try await put(
            lane: lane,
            kind: kind,
            run: run,
            tenant: tenant,
            ring: ring,
            jobs: jobs,
            seal: seal,
            force: false
        )
    }

    /// Puts back jobs that the ledger wants, whatever Redis remembers of them; one that is there is not doubled.
    @discardableResult
    public func reopen(
        lane: String,
        kind: String,
        run: String,
        tenant: String,
        ring: Ring,
        jobs: [Job]
    ) async throws(RedisError) -> Enqueued {
        try await put(lane: lane, kind: kind, run: run, tenant: tenant, ring: ring, jobs: jobs, seal: true, force: true)
    }

    private func put(
        lane: String,
        kind: String,
        run: String,
        tenant: String,
        ring: Ring,
        jobs: [Job],
        seal: Bool,
        force: Bool
    ) async throws(RedisError) -> Enqueued {
        var sum = Enqueued(new: 0, joined: 0, total: 0)
        var start = 0
        repeat {
            let end = min(start + Self.batch, jobs.count)
            let isLast = end == jobs.count
            var arguments: [RedisArgument] = [
                RedisArgument(kind), RedisArgument(run), RedisArgument(tenant), RedisArgument(ring.rawValue),
                seal && isLast ? "1" : "0", force ? "1" : "0",
            ]
            for job in jobs[start..<end] { arguments += [RedisArgument(job.id), RedisArgument(job.payload)] }
            let numbers = try await integers(of: QueueScripts.enqueue, lane, arguments, count: 3)
            sum = Enqueued(new: sum.new + numbers[0], joined: sum.joined + numbers[1], total: numbers[2])
            start = end
        } while start < jobs.count
        return sum
    }

    // MARK: Workers

    /// Takes up to `maximum` jobs for a worker; they stay in its list until they are finished or given back.
    public func claim(
        lane: String,
        kind: String,
        worker: String,
        maximum: Int,
        lease: Duration,
        tenantCap: Int
    ) async throws(RedisError) -> Claim {
        let reply = try await run(
            QueueScripts.claim,
            lane,
            [
                RedisArgument(kind), RedisArgument(worker), RedisArgument(maximum),
                RedisArgument(lease.queueMilliseconds), RedisArgument(tenantCap),
            ]
        )
        guard let fields = reply.array, fields.count >= 2, let status = fields[0].text, let wait = fields[1].int else {
            throw RedisError(.unexpectedReply, "claim answered what it never answers")
        }
        switch status {
        case "paused": return .paused
        case "hold": return .hold(.milliseconds(wait))
        default: break
        }
        var jobs: [ClaimedJob] = []
        for index in stride(from: 2, to: fields.count - 3, by: 4) {
            guard let id = fields[index].text, let token = fields[index + 1].int, let attempt = fields[index + 2].int,
                let payload = fields[index + 3].text
            else { throw RedisError(.unexpectedReply, "claim answered a job that is not whole") }
            jobs.append(
                ClaimedJob(id: id, token: token, attempt: Int(attempt), payload: payload, lane: lane, kind: kind)
            )
        }
        if jobs.isEmpty { return .empty(nextIn: wait > 0 ? .milliseconds(wait) : nil) }
        return .jobs(jobs)
    }

    /// Ends a claimed job; `.lost` when the claim is not the worker's any more, and then nothing was changed.
    public func finish(_ job: ClaimedJob, worker: String, outcome: Outcome) async throws(RedisError) -> Finished {
        var (word, delay, attempts, reason) = ("ok", Int64(0), 0, "")
        var next: FollowUp?
        switch outcome {
        case .done(let followUp): next = followUp
        case .retry(let after, let maximum, let why):
            (word, delay, attempts, reason) = ("retry", after.queueMilliseconds, maximum, why)
        case .snooze(let after, let why): (word, delay, reason) = ("snooze", after.queueMilliseconds, why)
        case .failed(let why): (word, reason) = ("fail", why)
        }
        let reply = try await run(
            QueueScripts.finish,
            job.lane,
            [
                RedisArgument(job.kind), RedisArgument(worker), RedisArgument(job.id), RedisArgument(job.token),
                RedisArgument(word), RedisArgument(delay), RedisArgument(attempts), RedisArgument(reason),
                RedisArgument(next?.kind ?? ""), RedisArgument(next?.job.id ?? ""),
                RedisArgument(next?.job.payload ?? ""),
            ]
        )
        switch reply.text {
        case "DONE": return .done
        case "DELAYED": return .delayed
        case "DEAD": return .dead
        case "LOST": return .lost
        default: throw RedisError(.unexpectedReply, "finish answered what it never answers")
        }
    }

    /// Renews the leases of running jobs and returns the ids that are not the worker's any more.
    public func heartbeat(
        lane: String,
        kind: String,
        worker: String,
        jobs: [ClaimedJob],
        lease: Duration
    ) async throws(RedisError) -> [String] {
        var arguments = [RedisArgument(kind), RedisArgument(worker), RedisArgument(lease.queueMilliseconds)]
        for job in jobs { arguments += [RedisArgument(job.id), RedisArgument(job.token)] }
        return try await run(QueueScripts.heartbeat, lane, arguments).array?.compactMap(\.text) ?? []
    }

    /// Gives back the jobs of ended leases and, with `deadWorker`, all that this worker holds.
    public func reap(
        lane: String,
        kind: String,
        limit: Int,
        maximumStalls: Int,
        deadWorker: String?
    ) async throws(RedisError) -> Reaped {
        let reply = try await run(
            QueueScripts.reap,
            lane,
            [RedisArgument(kind), RedisArgument(limit), RedisArgument(maximumStalls), RedisArgument(deadWorker ?? "")]
        )
        guard let fields = reply.array, fields.count >= 2, let requeued = fields[0].int, let adopted = fields[1].int
        else { throw RedisError(.unexpectedReply, "reap answered what it never answers") }
        return Reaped(
            requeued: Int(requeued),
            adopted: Int(adopted),
            buried: fields.dropFirst(2).compactMap(\.text)
        )
    }

    /// How many jobs of a kind wait, run, are delayed or dead.
    public func depth(lane: String, kind: String) async throws(RedisError) -> Depth {
        let numbers = try await integers(of: QueueScripts.depth, lane, [RedisArgument(kind)], count: 4)
        return Depth(waiting: numbers[0], running: numbers[1], delayed: numbers[2], dead: numbers[3])
    }

    // MARK: Scripts

    private func key(_ lane: String) -> String { "\(prefix)lq:{\(lane)}:" }

    private func run(
        _ script: RedisScript,
        _ lane: String,
        _ arguments: [RedisArgument]
    ) async throws(RedisError) -> RedisValue {
        try await redis.evaluate(script, keys: [key(lane)], arguments: arguments)
    }

    private func integers(
        of script: RedisScript,
        _ lane: String,
        _ arguments: [RedisArgument],
        count: Int
    ) async throws(RedisError) -> [Int] {
        let numbers = try await run(script, lane, arguments).array?.compactMap { $0.int.map(Int.init) } ?? []
        guard numbers.count == count else {
            throw RedisError(.unexpectedReply, "\(script.name) answered what it never answers")
        }
        return numbers
    }
}
