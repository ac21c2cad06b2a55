extension RiotClient {
    /// Sends a request with all the patience that it needs: waits for a permit, and tries again what is worth it.
    ///
    /// - Parameters:
    ///   - attempts: Tries that may fail; a 429, a refused key and a wait for a permit are no failures.
    ///   - patience: For everything together.
    ///   - onWait: Told before each wait for a permit.
    /// - Throws: Never later than one request's time-out after `patience`; `.cancelled` at once.
    public func fetch(
        _ request: RiotRequest,
        attempts: Int = 4,
        patience: Duration,
        onWait: (@Sendable (WaitReason, Duration) async -> Void)? = nil
    ) async throws(RiotError) -> RiotResponse {
        let deadline = ContinuousClock.now + patience
        var failures = 0
        while true {
            let permit = try await permit(for: request, until: deadline, onWait)
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

    private func permit(
        for request: RiotRequest,
        until deadline: ContinuousClock.Instant,
        _ onWait: (@Sendable (WaitReason, Duration) async -> Void)?
    ) async throws(RiotError) -> Permit {
        while true {
            if Task.isCancelled { throw Self.cancellation }
            switch await limiter.acquire(route: request.route, method: request.method) {
            case .granted(let permit): return permit
            case .wait(let wait, let reason):
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { throw Self.error(for: reason) }
                await onWait?(reason, wait)
                try await sleep(min(wait, left))
            }
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
        default: RiotError(.unavailable, "\(reason.description) The wait was too long.")
        }
    }
}
