extension RiotClient {
    /// Sends a request with all the patience that it needs: waits in line for a permit, and tries again what is worth it.
    ///
    /// - Parameters:
    ///   - priority: Whether a person waits for it.
    ///   - attempts: Tries that may fail; a 429, a refused key and a wait for a permit are no failures.
    ///   - patience: For everything together.
    /// - Throws: Not later than one request's time-out and a second after `patience`; `.cancelled` at once.
    public func fetch(
        _ request: RiotRequest,
        priority: RequestPriority = .background,
        attempts: Int = 4,
        patience: Duration
    ) async throws(RiotError) -> RiotResponse {
        let deadline = ContinuousClock.now + patience
        var failures = 0
        while true {
            let permit = try await permit(for: request, priority, until: deadline)
            switch await attempt(request, permit: permit) {
            case .success(let response): return response
            case .notFound(let message): throw RiotError(.notFound, message, status: 404)
            case .refused(let status, let message):
                throw RiotError(.refused, message, status: status == 0 ? nil : status)
            case .keyRejected(let status):
                // The limiter knows until when, unless it has no Redis to remember it in.
                if !permit.isMetered { throw Self.error(for: .keyRejected(status: status)) }
            case .rateLimited(let after, _):
                if !permit.isMetered { try await sleep(min(after, ContinuousClock.now.duration(to: deadline))) }
            case .abandoned:
                guard !Task.isCancelled else { throw Self.cancellation }
            case .retryable(let reason, let asked):
                failures += 1
                let pause = asked ?? BackOff.pause(attempt: failures, jitter: .random(in: 0..<1))
                guard !Task.isCancelled else { throw Self.cancellation }
                guard failures < attempts, ContinuousClock.now + pause < deadline else {
                    throw RiotError(.unavailable, "\(reason) Tried \(failures) times.")
                }
                try await sleep(pause)
            }
        }
    }

    /// Waits in line for a permit; `RiotError` when there was none before the deadline.
    func permit(
        for request: RiotRequest,
        _ priority: RequestPriority,
        until deadline: ContinuousClock.Instant
    ) async throws(RiotError) -> Permit {
        let began = ContinuousClock.now
        let line = PermitDesk.Line(route: request.route, method: request.method, priority: priority)
        let outcome = await desk.wait(in: line, until: deadline) { [self] in
            await acquire(route: line.route, method: line.method, priority: line.priority)
        } release: { [limiter] permit in
            await limiter.giveBack(permit)
        }
        switch outcome {
        case .permit(let permit):
            RiotMetrics.record(wait: began.duration(to: .now), for: permit)
            return permit
        case .tooLong(let reason): throw Self.error(for: reason)
        case .full:
            throw RiotError(
                .unavailable,
                "\(PermitDesk.limit) requests of this process wait for Riot already; this one was not added to them."
            )
        case .cancelled: throw Self.cancellation
        }
    }

    private func sleep(_ duration: Duration) async throws(RiotError) {
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw Self.cancellation
        }
    }

    private static var cancellation: RiotError { RiotError(.cancelled, "The request was cancelled.") }

    private static func error(for reason: WaitReason) -> RiotError {
        switch reason {
        case .keyRejected(let status): RiotError(.keyRejected, reason.description, status: status)
        case .limiterUnavailable: RiotError(.limiterUnavailable, reason.description)
        default:
            RiotError(.noPermit, "\(reason.description) The wait was too long.", waitingFor: reason.waitingFor)
        }
    }
}
