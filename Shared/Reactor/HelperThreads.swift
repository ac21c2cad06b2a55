import DequeModule
import Glibc

/// A few threads for the calls of C libraries that may block: name resolution, files read at connect, cancel requests.
///
/// Threads exist only while there is work. A call that hangs (a dead name server) costs its thread until it returns;
/// its caller goes on at its deadline.
public final class HelperThreads: Sendable {
    /// The threads that the modules of one process share.
    public static let shared = HelperThreads()

    /// Threads at one time.
    static let maximumThreads = 4
    /// Calls that may wait for a thread.
    static let maximumQueue = 64

    private struct State {
        var queue = Deque<@Sendable () -> Void>()
        var threads = 0
    }

    private let state = Lock(State())

    /// Creates a set of threads that has none until there is work.
    public init() {}

    /// Runs `work` on a thread of its own; `.timedOut` also when too many calls wait for a thread already.
    ///
    /// What `work` returns after the deadline is dropped, so it must own what it returns.
    public func run<Value: Sendable>(
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
            if state.threads < Self.maximumThreads {
                state.threads += 1
                return .start
            }
            guard state.queue.count < Self.maximumQueue else { return .refused }
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
