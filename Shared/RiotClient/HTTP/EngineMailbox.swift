import CCurl
import Reactor

/// The answer to one submitted request.
typealias HTTPContinuation = CheckedContinuation<Result<HTTPResponse, HTTPFailure>, Never>

/// Figures of one engine since its start.
package struct EngineCounters: Sendable, Equatable {
    package var requests = 0
    package var connectionsOpened = 0
    package var outstanding = 0
}

/// What tasks say to the engine's thread.
final class EngineMailbox: Sendable {
    enum Command {
        case start(UInt64, HTTPRequest, HTTPContinuation)
        case cancel(UInt64)
    }

    private struct State {
        /// Nil once the thread has begun to clean up; `curl_multi_wakeup` is called with the lock held for that reason.
        var multi: UnsafeMutableRawPointer?
        var lastID: UInt64 = 0
        var commands: [Command] = []
        var outstanding: Set<UInt64> = []
        /// Cancelled before they were submitted.
        var cancelled: Set<UInt64> = []
        var isAwake = true
        var isStopping = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
        var counters = EngineCounters()
    }

    private let state: Lock<State>

    init(multi: UnsafeMutableRawPointer) { state = Lock(State(multi: multi)) }

    // MARK: For tasks

    func makeID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    func submit(_ id: UInt64, _ request: HTTPRequest, _ continuation: HTTPContinuation) {
        let refusal: HTTPFailure? = state.withLock { state in
            if state.cancelled.contains(id) {
                return .init(.cancelled, "the request was cancelled", wasSent: false)
            }
            if state.isStopping { return .init(.closed, "the HTTP client is shut down", wasSent: false) }
            if state.outstanding.count >= EngineLimits.outstanding {
                return .init(
                    .overloaded,
                    "\(EngineLimits.outstanding) requests are under way already",
                    wasSent: false
                )
            }
            state.outstanding.insert(id)
            post(.start(id, request, continuation), &state)
            return nil
        }
        if let refusal { continuation.resume(returning: .failure(refusal)) }
    }

    func cancel(_ id: UInt64) {
        state.withLock { state in
            if state.outstanding.contains(id) {
                post(.cancel(id), &state)
            } else {
                state.cancelled.insert(id)
            }
        }
    }

    /// Drops what a cancellation that came too late has left.
    func forget(_ id: UInt64) { _ = state.withLock { $0.cancelled.remove(id) } }

    func stop(_ waiter: CheckedContinuation<Void, Never>?) {
        let isOver = state.withLock { state in
            state.isStopping = true
            if state.multi == nil { return true }
            if let waiter { state.stopWaiters.append(waiter) }
            wake(&state)
            return false
        }
        if isOver { waiter?.resume() }
    }

    var counters: EngineCounters {
        state.withLock { state in
            var counters = state.counters
            counters.outstanding = state.outstanding.count
            return counters
        }
    }

    private func post(_ command: Command, _ state: inout State) {
        state.commands.append(command)
        wake(&state)
    }

    private func wake(_ state: inout State) {
        guard !state.isAwake, let multi = state.multi else { return }
        state.isAwake = true
        curl_multi_wakeup(multi)
    }

    // MARK: For the thread

    func makeLoop() -> EngineLoop? {
        state.withLock { $0.multi }.map { EngineLoop(multi: $0, mailbox: self) }
    }

    func take() -> (commands: [Command], isStopping: Bool) {
        state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.isStopping)
        }
    }

    /// Whether nothing came since `take`, so that the thread may sleep.
    func mayPark() -> Bool {
        state.withLock { state in
            state.isAwake = !state.commands.isEmpty || state.isStopping
            return !state.isAwake
        }
    }

    func didWake() { state.withLock { $0.isAwake = true } }

    func didFinish(_ id: UInt64, connectionsOpened: Int) {
        state.withLock { state in
            state.outstanding.remove(id)
            state.counters.requests += 1
            state.counters.connectionsOpened += connectionsOpened
        }
    }

    /// The last word of the thread, before it frees the multi handle.
    func close() -> (commands: [Command], waiters: [CheckedContinuation<Void, Never>]) {
        state.withLock { state in
            defer {
                state.multi = nil
                state.commands = []
                state.stopWaiters = []
                state.outstanding = []
            }
            return (state.commands, state.stopWaiters)
        }
    }
}
