import DequeModule
import Glibc
import Reactor

/// A few threads for the calls that may block: name resolution, the files that libpq reads at connect, cancel requests.
///
/// Threads exist only while there is work. A call that hangs (a dead name server) costs its thread until it returns;
/// its caller goes on at its deadline.
final class HelperThreads: Sendable {
    static let shared = HelperThreads()

    private struct State {
        var queue = Deque<@Sendable () -> Void>()
        var threads = 0
    }

    private let state = Lock(State())

    /// Runs `work` on a thread of its own; nil when it could not begin, or did not end before the deadline.
    ///
    /// What `work` returns after the deadline is dropped, so it must own what it returns.
    func run<Value: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ work: @escaping @Sendable () -> Value
    ) async -> Promise<Value>.Outcome {
        let promise = Promise<Value>()
        guard submit({ promise.fulfil(work()) }) else { return .timedOut }
        return await promise.wait(until: deadline)
    }

    private func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        enum Decision { case start, queued, refused }
        let decision: Decision = state.withLock { state in
            if state.threads < PostgresLimits.helperThreads {
                state.threads += 1
                return .start
            }
            guard state.queue.count < PostgresLimits.helperQueue else { return .refused }
            state.queue.append(job)
            return .queued
        }
        switch decision {
        case .start: return start(with: job)
        case .queued: return true
        case .refused: return false
        }
    }

    private final class FirstJob: Sendable {
        let threads: HelperThreads
        let job: @Sendable () -> Void

        init(threads: HelperThreads, job: @escaping @Sendable () -> Void) {
            self.threads = threads
            self.job = job
        }
    }

    private func start(with job: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(FirstJob(threads: self, job: job))
        let code = pthread_create(
            &thread,
            nil,
            { raw in
                guard let raw else { return nil }
                let first = Unmanaged<FirstJob>.fromOpaque(raw).takeRetainedValue()
                first.job()
                first.threads.drain()
                return nil
            },
            argument.toOpaque()
        )
        guard code == 0 else {
            argument.release()
            state.withLock { $0.threads -= 1 }
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// Runs what has queued up meanwhile, then ends the calling thread.
    private func drain() {
        while true {
            let next: (@Sendable () -> Void)? = state.withLock { state in
                if let job = state.queue.popFirst() { return job }
                state.threads -= 1
                return nil
            }
            guard let next else { return }
            next()
        }
    }
}
