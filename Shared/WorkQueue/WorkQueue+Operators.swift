public import Redis

/// What operators do: look, pause, forget.
extension WorkQueue {
    /// How many jobs of a kind there are, by state, and whether they may be claimed.
    public func depth(lane: String, kind: String) async throws(RedisError) -> Depth {
        let reply = try await run(QueueScripts.depth, lane: lane, [RedisArgument(kind)])
        guard let counts = reply.array?.compactMap(\.int), counts.count == 6 else {
            throw unexpected(QueueScripts.depth)
        }
        return Depth(
            waiting: Int(counts[0]),
            running: Int(counts[1]),
            delayed: Int(counts[2]),
            dead: Int(counts[3]),
            isPaused: counts[4] == 1,
            hold: .milliseconds(counts[5])
        )
    }

    /// Who has jobs of a kind on the lists or running, in the order of their turns, and how many those are in all.
    ///
    /// - Parameter limit: how many are described; one step of Redis looks at all of them.
    public func tenants(
        lane: String,
        kind: String,
        limit: Int
    ) async throws(RedisError) -> (tenants: [Tenant], total: Int) {
        let reply = try await run(QueueScripts.tenants, lane: lane, [RedisArgument(kind), RedisArgument(limit)])
        guard let values = reply.array, let total = values.first?.int, values.count % 5 == 1 else {
            throw unexpected(QueueScripts.tenants)
        }
        var tenants: [Tenant] = []
        for start in stride(from: 1, to: values.count, by: 5) {
            guard let name = values[start].text else { throw unexpected(QueueScripts.tenants) }
            let counts = values[(start + 1)..<(start + 5)].compactMap(\.int)
            guard counts.count == 4 else { throw unexpected(QueueScripts.tenants) }
            tenants.append(
                Tenant(
                    name: name,
                    interactive: Int(counts[0]),
                    background: Int(counts[1]),
                    running: Int(counts[2]),
                    oldest: counts[3] < 0 ? nil : .milliseconds(counts[3])
                )
            )
        }
        return (tenants, Int(total))
    }

    /// Sets the pause switches of a lane; returns how many changed.
    ///
    /// Nobody claims jobs of a paused kind, and running ones go on. Whoever waits for a kind that is resumed is woken. The
    /// switches go when Redis is emptied: keep the truth elsewhere and set them again.
    @discardableResult
    public func setPauses(lane: String, _ isPaused: [String: Bool]) async throws(RedisError) -> Int {
        let kinds = isPaused.keys.sorted()
        let arguments = kinds.flatMap { [RedisArgument($0), isPaused[$0] == true ? "1" : "0"] }
        guard let changed = try await run(QueueScripts.pauses, lane: lane, arguments).int else {
            throw unexpected(QueueScripts.pauses)
        }
        return Int(changed)
    }

    /// Forgets dead letters; returns how many there were.
    ///
    /// Jobs of the same ids that wait or run go on.
    @discardableResult
    public func forgetLetters(lane: String, kind: String, ids: [String]) async throws(RedisError) -> Int {
        var count = 0
        for start in stride(from: 0, to: ids.count, by: Self.letterBatch) {
            let batch = ids[start..<min(start + Self.letterBatch, ids.count)]
            let arguments = [RedisArgument(kind)] + batch.map { RedisArgument($0) }
            guard let forgotten = try await run(QueueScripts.letters, lane: lane, arguments).int else {
                throw unexpected(QueueScripts.letters)
            }
            count += Int(forgotten)
        }
        return count
    }

    /// What Redis knows of a job: the job itself, else its dead letter; nil when it knows neither.
    public func job(lane: String, id: String) async throws(RedisError) -> KnownJob? {
        for key in ["job", "dead"] {
            let reply = try await redis.send(
                ["HMGET", RedisArgument("\(lanePrefix(lane))\(key):\(id)"), "s", "a", "x"],
                timeout: .seconds(5)
            )
            guard let state = reply.array?.first?.text.flatMap(JobState.init) else { continue }
            let counts = reply.array?.dropFirst().map { Int($0.int ?? 0) } ?? []
            return KnownJob(state: state, attempts: counts.first ?? 0, stalls: counts.last ?? 0)
        }
        return nil
    }
}
