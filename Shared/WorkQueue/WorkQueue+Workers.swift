public import Redis

/// What workers do: claim, keep, finish.
extension WorkQueue {
    /// Takes up to `maximum` jobs into the worker's list, with a lease.
    ///
    /// Tenants take turns. `tenantCap` is how many jobs of one tenant may run while another tenant with fewer waits; 0
    /// means no cap. Ask the limiter for a permit first.
    ///
    /// - Throws: ``RedisError``. After `timedOut`, `cancelled` or `connectionLost` jobs may be held without the caller
    ///   knowing: they come back when their lease ends, or with a reap of the worker.
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
            lane: lane,
            [
                RedisArgument(kind), RedisArgument(worker), RedisArgument(maximum),
                RedisArgument(lease.wholeMilliseconds), RedisArgument(tenantCap),
            ]
        )
        guard let parts = reply.array, parts.count >= 2, let status = parts[0].text, let wait = parts[1].int else {
            throw unexpected(QueueScripts.claim)
        }
        switch status {
        case "paused": return .paused
        case "hold": return .hold(.milliseconds(wait))
        default: break
        }
        let jobs = try claimedJobs(parts.dropFirst(2), lane: lane, kind: kind)
        if jobs.isEmpty { return .empty(nextIn: wait > 0 ? .milliseconds(wait) : nil) }
        return .jobs(jobs, waiting: Int(clamping: wait))
    }

    private func claimedJobs(
        _ parts: ArraySlice<RedisValue>,
        lane: String,
        kind: String
    ) throws(RedisError) -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        var rest = parts
        while !rest.isEmpty {
            let fields = Array(rest.prefix(5))
            rest = rest.dropFirst(5)
            guard fields.count == 5, let id = fields[0].text, let token = fields[1].int,
                let attempt = fields[2].int, let stalls = fields[3].int, let payload = fields[4].text
            else { throw unexpected(QueueScripts.claim) }
            jobs.append(
                ClaimedJob(
                    id: id,
                    token: token,
                    attempt: Int(attempt),
                    stalls: Int(stalls),
                    payload: payload,
                    lane: lane,
                    kind: kind
                )
            )
        }
        return jobs
    }

    /// Ends the worker's hold of a job.
    ///
    /// The effect must be in PostgreSQL before: a crash in between runs the job again, and it finds its rows.
    ///
    /// - Throws: ``RedisError``; after `timedOut`, `cancelled` or `connectionLost` call it again, a doubled call is
    ///   answered ``Finished/lost``.
    public func finish(
        _ job: ClaimedJob,
        worker: String,
        outcome: Outcome
    ) async throws(RedisError) -> Finished {
        let words: (name: RedisArgument, delay: Duration, attempts: Int, reason: String, followUp: FollowUp?) =
            switch outcome {
            case .done(let followUp): ("ok", .zero, 0, "", followUp)
            case .retry(let after, let maximum, let reason): ("retry", after, maximum, reason, nil)
            case .snooze(let after, let reason): ("snooze", after, 0, reason, nil)
            case .failed(let reason): ("fail", .zero, 0, reason, nil)
            }
        var arguments: [RedisArgument] = [
            RedisArgument(job.kind), RedisArgument(worker), RedisArgument(job.id), RedisArgument(job.token),
            words.name, RedisArgument(max(0, words.delay.wholeMilliseconds)), RedisArgument(words.attempts),
            RedisArgument(words.reason),
        ]
        if let followUp = words.followUp {
            arguments += [followUp.kind, followUp.job.id, followUp.job.payload].map { RedisArgument($0) }
        }
        let reply = try await run(QueueScripts.finish, lane: job.lane, arguments)
        guard let finished = reply.text.flatMap(Finished.init) else { throw unexpected(QueueScripts.finish) }
        return finished
    }

    /// Renews the leases of held jobs; names those that are lost, and those that nobody wants any more.
    public func heartbeat(
        lane: String,
        kind: String,
        worker: String,
        jobs: [ClaimedJob],
        lease: Duration
    ) async throws(RedisError) -> (lost: [String], cancelled: [String]) {
        var arguments = [RedisArgument(kind), RedisArgument(worker), RedisArgument(lease.wholeMilliseconds)]
        for job in jobs { arguments += [RedisArgument(job.id), RedisArgument(job.token)] }
        let reply = try await run(QueueScripts.heartbeat, lane: lane, arguments)
        guard let lists = reply.array, lists.count == 2, let lost = lists[0].array, let cancelled = lists[1].array
        else { throw unexpected(QueueScripts.heartbeat) }
        return (lost.compactMap(\.text), cancelled.compactMap(\.text))
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that nothing ends too early.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
