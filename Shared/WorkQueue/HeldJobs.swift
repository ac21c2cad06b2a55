import Reactor

/// The jobs that a consumer runs, and whether it may take more.
final class HeldJobs: Sendable {
    private struct Entry {
        var job: WorkQueue.ClaimedJob
        var task: Task<Void, Never>?
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        var isDraining = false
        var isStopped = false
        var intake: Task<Void, Never>?
        /// The intake, while all slots are taken.
        var waiter: CheckedContinuation<Void, Never>?
        /// Whoever wants to know that no job runs any more.
        var idle: Promise<Void>?
    }

    private let slots: Int
    private let state = Lock(State())

    init(slots: Int) { self.slots = slots }

    var isDraining: Bool { state.withLock(\.isDraining) }
    var jobs: [WorkQueue.ClaimedJob] { state.withLock { $0.entries.values.map(\.job) } }

    /// How many more jobs may be taken.
    var room: Int { state.withLock { [slots] state in max(0, slots - state.entries.count) } }

    // MARK: Intake

    /// Takes note of the task that claims, so that `drain` can end its waits.
    func willClaim(_ task: Task<Void, Never>) {
        let isLate = state.withLock { state in
            state.intake = task
            return state.isDraining
        }
        if isLate { task.cancel() }
    }

    /// Suspends until there is room for another job, or no more are taken.
    ///
    /// Only the intake waits here.
    func untilThereIsRoom() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { [slots] state in
                if state.entries.count < slots || state.isDraining { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    // MARK: Jobs

    func add(_ job: WorkQueue.ClaimedJob) { state.withLock { $0.entries[job.token] = Entry(job: job) } }

    /// Takes note of the task that runs a job, so that it can be cancelled.
    func didStart(_ job: WorkQueue.ClaimedJob, _ task: Task<Void, Never>) {
        let isLate = state.withLock { state in
            state.entries[job.token]?.task = task
            return state.isStopped
        }
        if isLate { task.cancel() }
    }

    func remove(_ job: WorkQueue.ClaimedJob) {
        let (waiter, idle) = state.withLock { state in
            defer { state.waiter = nil }
            state.entries[job.token] = nil
            return (state.waiter, state.entries.isEmpty ? state.idle : nil)
        }
        waiter?.resume()
        idle?.fulfil(())
    }

    /// Cancels the handlers of jobs; those that were finished meanwhile and claimed anew are others.
    func cancel(_ jobs: [WorkQueue.ClaimedJob]) {
        let tasks = state.withLock { state in jobs.compactMap { state.entries[$0.token]?.task } }
        for task in tasks { task.cancel() }
    }

    // MARK: The end

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

    /// No more jobs are taken, and those that run are cancelled.
    func stop() {
        drain()
        let (tasks, idle) = state.withLock { state in
            state.isStopped = true
            return (state.entries.values.compactMap(\.task), state.idle)
        }
        for task in tasks { task.cancel() }
        idle?.fulfil(())
    }

    /// Suspends until no job runs, the deadline has passed, or all were told to stop.
    func untilIdle(until deadline: ContinuousClock.Instant) async {
        let promise = Promise<Void>()
        let isOver = state.withLock { state in
            state.idle = promise
            return state.entries.isEmpty
        }
        if isOver { return }
        _ = await promise.wait(until: deadline)
    }
}
