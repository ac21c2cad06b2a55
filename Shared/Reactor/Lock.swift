import Glibc

/// A value behind a mutex, for state that threads share outside any actor.
///
/// `pthread_mutex_t` and not `Synchronization.Mutex`, because ThreadSanitizer sees through the former only.
/// The closure must not block: callers hold it for a few instructions.
public final class Lock<State>: @unchecked Sendable {  // `state` is touched only with `mutex` held
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var state: State

    /// Creates an unlocked box that holds `state`.
    public init(_ state: State) {
        self.state = state
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with exclusive access and returns what it returns.
    public func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }
}
