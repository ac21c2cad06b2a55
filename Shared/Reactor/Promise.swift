/// A value that one side delivers and the other awaits once, with a deadline.
public final class Promise<Value: Sendable>: Sendable {
    /// How a wait ended.
    public enum Outcome: Sendable {
        /// The value was delivered.
        case value(Value)
        /// The deadline passed first.
        case timedOut
        /// The waiting task was cancelled first.
        case cancelled
    }

    private enum State {
        case empty
        case waiting(CheckedContinuation<Outcome, Never>)
        case settled(Outcome)
        case finished
    }

    private let state = Lock(State.empty)

    /// Creates a promise that nobody has kept yet.
    public init() {}

    /// Delivers the value; false when nobody waits for it any more.
    @discardableResult
    public func fulfil(_ value: Value) -> Bool { settle(.value(value)) }

    /// Suspends until the value is there, the deadline has passed or the task is cancelled.
    ///
    /// One call at most.
    public func wait(until deadline: ContinuousClock.Instant) async -> Outcome {
        // Ends with this call: cancelled below, and its sleep ends at once then.
        let timer = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            if !Task.isCancelled { self.settle(.timedOut) }
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let settled: Outcome? = state.withLock { state in
                    guard case .settled(let outcome) = state else {
                        state = .waiting(continuation)
                        return nil
                    }
                    state = .finished
                    return outcome
                }
                if let settled { continuation.resume(returning: settled) }
            }
        } onCancel: {
            settle(.cancelled)
        }
    }

    @discardableResult
    private func settle(_ outcome: Outcome) -> Bool {
        let (isFirst, continuation): (Bool, CheckedContinuation<Outcome, Never>?) = state.withLock { state in
            switch state {
            case .empty:
                state = .settled(outcome)
                return (true, nil)
            case .waiting(let continuation):
                state = .finished
                return (true, continuation)
            case .settled, .finished: return (false, nil)
            }
        }
        continuation?.resume(returning: outcome)
        return isFirst
    }
}
