import CSystemShims
import DequeModule
import Glibc

/// What other threads want of a reactor, and the descriptor that wakes it.
final class ReactorMailbox: Sendable {
    /// A part of what runs on the reactor.
    enum Work {
        /// Belongs to an actor that lives there.
        case ofActor(UnownedJob)
        /// Belongs to a task that prefers to run there.
        case ofTask(UnownedJob)
    }

    private struct State {
        var work = Deque<Work>()
        var cancelled: [UInt64] = []
        var isAwake = false
    }

    /// Readable when there is something in the box and the reactor was asleep.
    let wakeDescriptor: Int32
    private let state = Lock(State())

    init() {
        wakeDescriptor = csystem_eventfd()
        precondition(wakeDescriptor >= 0, "eventfd(2) failed: the process is out of descriptors")
    }

    func put(_ work: Work) { post { $0.work.append(work) } }

    /// Asks for the end of a wait.
    func cancel(_ wait: UInt64) { post { $0.cancelled.append(wait) } }

    private func post(_ change: (inout State) -> Void) {
        let mustWake = state.withLock { box in
            change(&box)
            defer { box.isAwake = true }
            return !box.isAwake
        }
        guard mustWake else { return }
        var one: UInt64 = 1
        _ = Glibc.write(wakeDescriptor, &one, 8)  // EAGAIN means that it is awake already
    }

    /// Empties the box; the reactor is awake from now on.
    func takeAll() -> (work: Deque<Work>, cancelled: [UInt64]) {
        state.withLock { box in
            defer { box = State(isAwake: true) }
            return (box.work, box.cancelled)
        }
    }

    /// Whether the reactor may sleep; if so, whoever puts something in wakes it.
    func isEmptyAndAsleep() -> Bool {
        state.withLock { box in
            box.isAwake = !(box.work.isEmpty && box.cancelled.isEmpty)
            return !box.isAwake
        }
    }
}
