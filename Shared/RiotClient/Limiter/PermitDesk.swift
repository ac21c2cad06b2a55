import DequeModule
import Reactor

/// Where requests of one process wait for permits.
///
/// There is a line for each route, endpoint and priority, of which only the first one asks the limiter: ten thousand
/// that wait cost memory, and no more questions than one.
final class PermitDesk: Sendable {
    /// Requests of this process that may wait at once; the next one is refused.
    static let limit = 16_384
    /// How often those in line are looked through for deadlines, and a change of the limiter's mind is noticed.
    static let longestPause: Duration = .seconds(1)

    /// What is waited for.
    struct Line: Hashable, Sendable {
        var route: String
        var method: RiotMethod
        var priority: RequestPriority
    }

    /// How a wait ends.
    enum Outcome: Sendable {
        case permit(Permit)
        case tooLong(WaitReason)
        case full
        case cancelled
    }

    private struct Waiter {
        var id: UInt64
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var lastID: UInt64 = 0
        var lines: [Line: Deque<Waiter>] = [:]
        var count = 0
        /// Cancelled before they stood in line.
        var cancelled: Set<UInt64> = []
    }

    private let state = Lock(State())

    /// Requests that wait now.
    var count: Int { state.withLock(\.count) }

    /// Waits in line; `acquire` asks the limiter for whoever is first, `release` takes back what nobody wants any more.
    ///
    /// Ends at once when the task is cancelled, and not much later than `deadline`.
    func wait(
        in line: Line,
        until deadline: ContinuousClock.Instant,
        acquire: @escaping @Sendable () async -> PermitDecision,
        release: @escaping @Sendable (Permit) async -> Void
    ) async -> Outcome {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        defer { _ = state.withLock { $0.cancelled.remove(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter(Waiter(id: id, deadline: deadline, continuation: continuation), line, acquire, release)
            }
        } onCancel: {
            leave(id, line)
        }
    }

    private func enter(
        _ waiter: Waiter,
        _ line: Line,
        _ acquire: @escaping @Sendable () async -> PermitDecision,
        _ release: @escaping @Sendable (Permit) async -> Void
    ) {
        enum Entry { case first, behind, refused(Outcome) }
        let entry: Entry = state.withLock { state in
            if state.cancelled.contains(waiter.id) { return .refused(.cancelled) }
            guard state.count < Self.limit else { return .refused(.full) }
            state.count += 1
            let isFirst = state.lines[line] == nil
            state.lines[line, default: []].append(waiter)
            return isFirst ? .first : .behind
        }
        switch entry {
        case .first: Task { await self.serve(line, acquire, release) }  // ends with the line
        case .behind: break
        case .refused(let outcome): waiter.continuation.resume(returning: outcome)
        }
    }

    private func leave(_ id: UInt64, _ line: Line) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.lines[line]?.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            state.count -= 1
            return state.lines[line]?.remove(at: index)
        }
        waiter?.continuation.resume(returning: .cancelled)
    }

    /// Asks for the first in line until nobody is left.
    private func serve(
        _ line: Line,
        _ acquire: @Sendable () async -> PermitDecision,
        _ release: @Sendable (Permit) async -> Void
    ) async {
        while hasWaiters(line) {
            switch await acquire() {
            case .granted(let permit):
                guard let waiter = takeFirst(line) else {
                    await release(permit)
                    continue
                }
                waiter.continuation.resume(returning: .permit(permit))
            case .wait(let wait):
                guard let next = endOverdue(line, wait.reason) else { continue }
                let pause = min(wait.duration, Self.longestPause, ContinuousClock.now.duration(to: next))
                if pause > .zero { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Whether anybody waits; the line is gone otherwise, so that the next one to come serves it anew.
    private func hasWaiters(_ line: Line) -> Bool {
        state.withLock { state in
            if state.lines[line]?.isEmpty ?? true {
                state.lines[line] = nil
                return false
            }
            return true
        }
    }

    private func takeFirst(_ line: Line) -> Waiter? {
        state.withLock { state in
            guard let waiter = state.lines[line]?.popFirst() else { return nil }
            state.count -= 1
            return waiter
        }
    }

    /// Sends away those whose time is over; the next deadline of those who stay.
    private func endOverdue(_ line: Line, _ reason: WaitReason) -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        let (overdue, next) = state.withLock { state in
            var overdue: [Waiter] = []
            var next: ContinuousClock.Instant?
            state.lines[line]?.removeAll { waiter in
                if waiter.deadline <= now {
                    overdue.append(waiter)
                    return true
                }
                next = min(next ?? waiter.deadline, waiter.deadline)
                return false
            }
            state.count -= overdue.count
            return (overdue, next)
        }
        for waiter in overdue { waiter.continuation.resume(returning: .tooLong(reason)) }
        return next
    }
}
