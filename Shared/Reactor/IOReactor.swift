import CSystemShims
import DequeModule
import Glibc
import Synchronization

/// A serial executor on one dedicated thread that parks in `poll(2)`.
///
/// Actors that own a C handle with a descriptor (libpq, hiredis) run here, so the library's calls never touch the
/// cooperative pool, and `await` between such actors switches no thread. A reactor lives as long as its process: its
/// thread is never joined, waits end by readiness, deadline or cancellation.
public final class IOReactor: SerialExecutor, @unchecked Sendable {  // mutable: `mailbox` (locked), `waits` (isolated)
    /// What a wait is for, and what it found.
    public struct Events: OptionSet, Sendable {
        /// Bits of `poll(2)`.
        public let rawValue: Int16
        /// Wraps bits of `poll(2)`.
        public init(rawValue: Int16) { self.rawValue = rawValue }
        /// Data can be read, or the peer has closed.
        public static let read = Events(rawValue: Int16(POLLIN))
        /// Data can be written, or a connect has ended.
        public static let write = Events(rawValue: Int16(POLLOUT))
    }

    /// Why a wait ended without readiness.
    public enum WaitError: Error, Equatable { case timedOut, cancelled }

    /// The reactor that the clients of one process share unless they are given another.
    public static let shared = IOReactor(name: "io-reactor")

    private struct Mailbox {
        var jobs = Deque<UnownedJob>()
        var cancelled: [UInt64] = []
        var isAwake = false
    }

    private let name: String
    private let wakeDescriptor: Int32
    private let mailbox = Lock(Mailbox())
    private let threadID = Atomic<UInt>(0)  // atomic, because any thread may ask whether it is the reactor's
    private nonisolated(unsafe) var waits: ReactorWaits?  // written once, before the thread starts

    /// Starts the thread.
    ///
    /// `name` shows in `ps -L` (15 bytes).
    public init(name: String) {
        self.name = name
        self.wakeDescriptor = csystem_eventfd()
        precondition(wakeDescriptor >= 0, "eventfd(2) failed: the process is out of descriptors")
        self.waits = ReactorWaits(reactor: self)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 512 * 1024)
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            &attributes,
            { raw in
                if let raw { Unmanaged<IOReactor>.fromOpaque(raw).takeRetainedValue().run() }
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        precondition(code == 0, "pthread_create(3) failed with \(code)")
        pthread_attr_destroy(&attributes)
        pthread_detach(thread)
    }

    // MARK: SerialExecutor

    /// Queues a job of an actor that lives here.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        post { $0.jobs.append(job) }
    }

    /// The reference that an actor returns from `unownedExecutor`.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Traps when the caller is not on the reactor's thread.
    public func checkIsolated() { precondition(isIsolatingCurrentContext() == true, "not on \(name)") }

    /// Whether the caller is on the reactor's thread.
    public func isIsolatingCurrentContext() -> Bool? { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: Waiting

    /// Suspends until `descriptor` is ready for one of `events`; nothing stays registered afterwards.
    ///
    /// The caller keeps the descriptor open until this returns. Cancellation ends the wait with `.cancelled`.
    public func wait(
        descriptor: Int32,
        for events: Events,
        until deadline: ContinuousClock.Instant
    ) async throws(WaitError) -> Events {
        guard let waits else { throw .cancelled }
        return try await waits.wait(descriptor: descriptor, for: events, until: deadline).get()
    }

    func requestCancel(_ id: UInt64) { post { $0.cancelled.append(id) } }

    private func post(_ change: (inout Mailbox) -> Void) {
        let mustWake = mailbox.withLock { box in
            change(&box)
            defer { box.isAwake = true }
            return !box.isAwake
        }
        guard mustWake else { return }
        var one: UInt64 = 1
        _ = Glibc.write(wakeDescriptor, &one, 8)  // EAGAIN means that it is awake already
    }

    // MARK: Thread

    private func run() {
        csystem_set_thread_name(name)
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        let executor = asUnownedSerialExecutor()
        while let waits {
            var (jobs, cancelled) = mailbox.withLock { box in
                defer {
                    box.jobs = []
                    box.cancelled = []
                    box.isAwake = true
                }
                return (box.jobs, box.cancelled)
            }
            while let job = jobs.popFirst() { job.runSynchronously(on: executor) }
            waits.assumeIsolated { waits in
                for id in cancelled { waits.finish(id, .failure(.cancelled)) }
            }
            let isIdle = mailbox.withLock { box in
                box.isAwake = !(box.jobs.isEmpty && box.cancelled.isEmpty)
                return !box.isAwake
            }
            if isIdle { waits.assumeIsolated { $0.park(wakeDescriptor: wakeDescriptor) } }
        }
    }
}
