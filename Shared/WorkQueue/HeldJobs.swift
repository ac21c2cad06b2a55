import Reactor

/// The jobs that a consumer runs, and whether it may take more.
final class HeldJobs: Sendable {
    private struct Entry {
        var job: WorkQueue.ClaimedJob
        var task: Task<Void, Never>?
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var isDraining = false
        var intake: Task<Void, Never>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let slots: Int
    private let state = Lock(State())

    init(slots: Int) { self.slots = slots }

    var isDraining: Bool { state.withLock(\.isDraining) }
    var jobs: [WorkQueue.ClaimedJob] { state.withLock { $0.entries.values.map(\.job) } }

    /// Takes note of the task that claims, so that `drain` can end its waits.
    func willClaim(_ task: Task<Void, Never>) {
        let isLate = state.withLock { state in
            state.intake = task
            return state.isDraining
        }
        if isLate { task.cancel() }
    }

    /// No more jobs are taken from now on.
    func drain() {
        let (intake, waiter) = state.withLock { state in
            defer { state.waiter = nil }
            state.isDraining = true
            return (state.intake, state.waiter)
        }
        intake?.cancel()
        waiter?.resume()
    }

    func add(_ job: WorkQueue.ClaimedJob) { state.withLock { $0.entries[job.id] = Entry(job: job) } }

    /// Takes note of the task that runs a job, so that it can be cancelled.
    func didStart(_ job: WorkQueue.ClaimedJob, _ task: Task<Void, Never>) {
        state.withLock { $0.entries[job.id]?.task = task }
    }

    func remove(_ job: WorkQueue.ClaimedJob) {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.entries[job.id] = nil
            return state.waiter
        }
        waiter?.resume()
    }

    func cancel(_ id: String) { state.withLock { $0.entries[id]?.task }?.cancel() }

    func cancelAll() { for job in jobs { cancel(job.id) } }

    /// Suspends until there is room for another job, or the consumer drains.
    func untilThereIsRoom() async {
        await wait { [slots] state in state.entries.count < slots || state.isDraining }
    }

    /// Suspends until no job runs.
    func untilIdle() async {
        while !jobs.isEmpty { await wait { $0.entries.isEmpty } }
    }

    /// One waiter at a time: first the intake, then, when that has ended, the drain.
    private func wait(until isDone: @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if isDone(state) { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}
