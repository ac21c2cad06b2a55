extension Simulation {
    /// Lets a second program use the same key from now on, in place of the one before; nil ends it.
    ///
    /// It presents the key that a client last presented on its route, and waits for the first one. It runs until it is
    /// ended or the simulator stops.
    public func setSecondProgram(_ program: SecondProgram?) {
        secondProgramTask?.cancel()
        secondProgramTask = nil
        secondProgram = program.map { SecondProgramSchedule($0, at: Int(milliseconds(.now))) }
        guard program != nil else { return }
        secondProgramTask = Task { [weak self] in
            while !Task.isCancelled, let pause = await self?.stepSecondProgram() {
                try? await Task.sleep(for: .milliseconds(pause))
            }
        }
    }

    /// Makes the requests that are due.
    ///
    /// - Returns: Milliseconds until the next ones; nil when there is no second program.
    private func stepSecondProgram() -> Int? {
        guard var schedule = secondProgram else { return nil }
        let now = ContinuousClock.now
        let time = Int(milliseconds(now))
        if let key = lastKeys[schedule.program.route] {
            let due = schedule.take(at: time)
            for _ in 0..<due {
                guard let seconds = refusal(of: schedule.program, key, at: now) else { continue }
                schedule.stop(at: time, retryAfter: seconds)
            }
        } else {
            schedule.postpone(at: time)
        }
        secondProgram = schedule
        return max(1, schedule.next - time)
    }

    /// Makes one request; the seconds of its `Retry-After` when it is refused.
    private func refusal(of program: SecondProgram, _ key: String, at now: ContinuousClock.Instant) -> Int? {
        switch book.admit(key: key, route: program.route, method: program.method, by: .secondProgram, at: now) {
        case .granted:
            counts.stats.secondProgram.accepted += 1
            return nil
        case .refused(_, _, let seconds, _):
            counts.stats.secondProgram.refused += 1
            return seconds
        }
    }
}
