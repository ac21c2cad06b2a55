public import Redis

/// What runs do: want jobs, want them again, want them no more.
extension WorkQueue {
    /// Makes a run wait for jobs, which are taken in the order given; idempotent per run and job.
    ///
    /// A job that is queued already for somebody else is shared: the run's tenant gets an entry of its own for it. A job
    /// that this run has settled is left alone. `seal` says that nothing more will come, so that the end is announced
    /// by a job of the kind `fin` once nothing is open. A run's tenant stays the same.
    ///
    /// - Throws: ``RedisError``. After an error part of the jobs may be queued: call again.
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
        try await enqueue(
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

    /// Puts back what the ledger still wants, whatever the counters of the run say.
    ///
    /// A job that is queued, delayed or running stays as it is, and the run waits for it; any other is made anew.
    ///
    /// - Throws: as ``enqueue(lane:kind:run:tenant:ring:jobs:seal:)``.
    @discardableResult
    public func reopen(
        lane: String,
        kind: String,
        run: String,
        tenant: String,
        ring: Ring,
        jobs: [Job],
        seal: Bool = true
    ) async throws(RedisError) -> Enqueued {
        guard !jobs.isEmpty else { return Enqueued() }
        return try await enqueue(
            lane: lane,
            kind: kind,
            run: run,
            tenant: tenant,
            ring: ring,
            jobs: jobs,
            seal: seal,
            force: true
        )
    }

    private func enqueue(
        lane: String,
        kind: String,
        run: String,
        tenant: String,
        ring: Ring,
        jobs: [Job],
        seal: Bool,
        force: Bool
    ) async throws(RedisError) -> Enqueued {
        var sum = Enqueued()
        var rest = jobs[...]
        repeat {
            let batch = rest.prefix(Self.batch)
            rest = rest.dropFirst(Self.batch)
            let isSealing = seal && rest.isEmpty
            var arguments: [RedisArgument] = [
                RedisArgument(kind), RedisArgument(run), RedisArgument(tenant), RedisArgument(ring.rawValue),
                isSealing ? "1" : "0", force ? "1" : "0",
            ]
            for job in batch {
                arguments.append(RedisArgument(job.id))
                arguments.append(RedisArgument(job.payload))
            }
            let reply = try await self.run(QueueScripts.enqueue, lane: lane, arguments)
            guard let counts = reply.array?.compactMap(\.int), counts.count == 3 else {
                throw unexpected(QueueScripts.enqueue)
            }
            sum.total = Int(counts[2])
            guard counts[0] >= 0 else {
                sum.isCancelled = true
                return sum
            }
            sum.new += Int(counts[0])
            sum.joined += Int(counts[1])
        } while !rest.isEmpty
        return sum
    }

    /// Withdraws a run from everything it still waits for in a lane; jobs that nobody else wants are dropped.
    ///
    /// Workers learn of running ones by their heartbeat. The run accepts nothing more afterwards.
    ///
    /// - Throws: ``RedisError``. After an error part of it may be withdrawn: call again.
    public func cancelRun(lane: String, run: String) async throws(RedisError) {
        while true {
            let reply = try await self.run(
                QueueScripts.cancel,
                lane: lane,
                [RedisArgument(run), RedisArgument(Self.cancelBatch)]
            )
            guard let left = reply.int else { throw unexpected(QueueScripts.cancel) }
            if left == 0 { return }
        }
    }

    /// The counters of a run in a lane; nil when Redis does not know the run.
    public func progress(lane: String, run: String) async throws(RedisError) -> Progress? {
        let fields = ["total", "open", "done", "failed", "cancelled", "sealed", "fin"]
        let reply = try await redis.send(
            ["HMGET", RedisArgument("\(lanePrefix(lane))run:\(run)")] + fields.map { RedisArgument($0) }
        )
        guard let values = reply.array, values.count == fields.count else {
            throw RedisError(.unexpectedReply, "Redis answered HMGET with something else than \(fields.count) values")
        }
        guard values.contains(where: { !$0.isNull }) else { return nil }
        let counts = values.map { Int($0.int ?? 0) }
        return Progress(
            total: counts[0],
            open: counts[1],
            done: counts[2],
            failed: counts[3],
            cancelled: counts[4],
            isSealed: !values[5].isNull,
            isAnnounced: !values[6].isNull
        )
    }
}
