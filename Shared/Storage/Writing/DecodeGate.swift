import Glibc
import Reactor

/// Lets few bodies be decoded at a time.
///
/// Decoding is nothing but computing: more at a time than there are processors only makes each of them later, holds
/// more memory, and keeps the threads from those who have an answer to pass on.
final class DecodeGate: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Lock<State>

    /// One processor is left to everything else.
    init(width: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1)) {
        state = Lock(State(free: width))
    }

    /// Runs `work` when it is its turn.
    ///
    /// A cancelled task waits for its turn too, which comes within the time that those before it take to compute.
    func pass<R, Failure: Error>(_ work: () throws(Failure) -> R) async throws(Failure) -> R {
        await enter()
        defer { leave() }
        return try work()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
