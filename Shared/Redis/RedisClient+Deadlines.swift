/// Deadlines of commands, and of a server that sends nothing.
extension RedisClient {
    /// Makes sure that somebody looks at the deadlines at that time or before.
    func sweep(at instant: ContinuousClock.Instant) {
        if let sweep, sweep.at <= instant { return }
        sweep?.task.cancel()
        let task = Task {
            try? await Task.sleep(until: instant, clock: .continuous)
            if !Task.isCancelled { self.expire() }
        }
        sweep = (instant, task)
    }

    private func expire() {
        sweep = nil
        // On a busy machine the replies may be there already; they are read before anybody is told that they are late.
        if case .connected(let connection) = state {
            do throws(RedisError) { try receive(on: connection) } catch { didLose(connection, error) }
        }
        let error = RedisError(.timedOut, "Redis at \(address) did not answer in time; the command may have run")
        for waiter in pipeline.expire(now: .now) {
            metrics.timedOut()
            waiter.resume(returning: .failure(error))
        }
        if case .connected(let connection) = state, let stallsAt = stallsAt(connection), stallsAt <= .now {
            didLose(connection, RedisError(.timedOut, "the server sends nothing"))
        }
        guard let nearest = nearestLook else { return }
        sweep(at: nearest)
    }

    func stallsAt(_ connection: Connection) -> ContinuousClock.Instant? {
        pipeline.stallsAt(lastReceivedAt: connection.lastReceivedAt)
    }

    /// The nearest deadline of all; looks at every command, so it is asked only when a deadline has passed.
    private var nearestLook: ContinuousClock.Instant? {
        guard case .connected(let connection) = state else { return pipeline.nearestDeadline }
        return [pipeline.nearestDeadline, stallsAt(connection)].compactMap(\.self).min()
    }
}
