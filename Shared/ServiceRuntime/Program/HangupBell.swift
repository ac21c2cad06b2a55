import Reactor

/// Carries SIGHUP from the signal handling to the one task that acts on it.
final class HangupBell: Sendable {
    private struct State {
        var hasListener = false
        var isPending = false
        var waiter: Promise<Void>?
    }

    private let state = Lock(State())

    /// From now on somebody acts on a ring, at once or soon.
    func listen() { state.withLock { $0.hasListener = true } }

    /// Tells of a SIGHUP; several that come before they are noticed are one.
    ///
    /// - Returns: whether anybody acts on it.
    @discardableResult
    func ring() -> Bool {
        let (hasListener, waiter) = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.isPending = state.hasListener }
            return (state.hasListener, state.waiter)
        }
        // A waiter whose deadline has just passed takes nothing any more; its next wait does.
        if let waiter, !waiter.fulfil(()) { state.withLock { $0.isPending = true } }
        return hasListener
    }

    /// Waits for a ring; false when `deadline` passed or the task was cancelled before one.
    func wait(until deadline: ContinuousClock.Instant) async -> Bool {
        let promise = Promise<Void>()
        let hasRung = state.withLock { state in
            defer { state.isPending = false }
            if !state.isPending { state.waiter = promise }
            return state.isPending
        }
        if hasRung { return true }
        let outcome = await promise.wait(until: deadline)
        state.withLock { $0.waiter = nil }
        if case .value = outcome { return true }
        return false
    }
}
