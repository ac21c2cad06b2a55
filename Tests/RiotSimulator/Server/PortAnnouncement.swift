/// Tells everybody who waits for it on which port the simulator listens.
actor PortAnnouncement {
    private enum State {
        case pending([Int: CheckedContinuation<Int, any Error>])
        case listening(Int)
        case failed(SimulatorError)
    }

    private var state = State.pending([:])
    private var nextWaiter = 0

    func announce(_ port: Int) {
        resume(.success(port))
        state = .listening(port)
    }

    func fail(_ message: String) {
        let error = SimulatorError(message: message)
        resume(.failure(error))
        state = .failed(error)
    }

    func port() async throws -> Int {
        let waiter = nextWaiter
        nextWaiter += 1
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(continuation, as: waiter)
            }
        } onCancel: {
            Task { await self.cancel(waiter) }
        }
    }

    private func wait(_ continuation: CheckedContinuation<Int, any Error>, as waiter: Int) {
        switch state {
        case .listening(let port): continuation.resume(returning: port)
        case .failed(let error): continuation.resume(throwing: error)
        case .pending(var waiters):
            guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
            waiters[waiter] = continuation
            state = .pending(waiters)
        }
    }

    private func cancel(_ waiter: Int) {
        guard case .pending(var waiters) = state, let continuation = waiters.removeValue(forKey: waiter) else { return }
        state = .pending(waiters)
        continuation.resume(throwing: CancellationError())
    }

    private func resume(_ result: Result<Int, any Error>) {
        guard case .pending(let waiters) = state else { return }
        for continuation in waiters.values { continuation.resume(with: result) }
    }
}
