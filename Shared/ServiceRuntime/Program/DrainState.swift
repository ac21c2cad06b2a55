import Reactor

/// Whether the process is on its way out, and the one way to send it there.
final class DrainState: Sendable {
    private struct State {
        var isDraining = false
        var onDrain: (@Sendable () -> Void)?
    }

    private let state = Lock(State())

    var isDraining: Bool { state.withLock(\.isDraining) }

    /// Starts the way out; the second call changes nothing.
    ///
    /// - Returns: whether this call was the first.
    @discardableResult
    func begin() -> Bool {
        let (isFirst, action) = state.withLock { state in
            defer { state.isDraining = true }
            return (!state.isDraining, state.isDraining ? nil : state.onDrain)
        }
        action?()
        return isFirst
    }

    /// What happens on the way out; at once when it has begun already.
    func onDrain(_ action: @escaping @Sendable () -> Void) {
        let hasBegun = state.withLock { state in
            state.onDrain = action
            return state.isDraining
        }
        if hasBegun { action() }
    }
}
