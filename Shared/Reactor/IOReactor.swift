import CSystemShims
import DequeModule
import Glibc
import Synchronization

/// A serial executor on one dedicated thread that parks in `poll(2)`.
///
/// Actors that own a C handle with a descriptor (libpq, hiredis) run here, so the library's calls never touch the
/// cooperative pool, and `await` between such actors switches no thread. A reactor lives as long as its process: its
/// thread is never joined, waits end by readiness, deadline or cancellation.
public final class IOReactor: SerialExecutor, @unchecked Sendable {  // mutable: `waits` (isolated)
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

    /// Runs whole tasks on this thread: `Task(executorPreference: reactor.tasks)`.
    ///
    /// For tasks that do little but await actors that live here; what they would spend on changing threads is more than
    /// what they do. Long computations belong elsewhere: they would hold up every connection of the process.
    public let tasks: ReactorTaskExecutor

    private let name: String
    private let mailbox = ReactorMailbox()
    private let threadID = Atomic<UInt>(0)  // atomic, because any thread may ask whether it is the reactor's
    private nonisolated(unsafe) var waits: ReactorWaits?  // written once, before the thread starts

    /// Starts the thread.
    ///
    /// `name` shows in `ps -L` (15 bytes).
    public init(name: String) {
        self.name = name
        self.tasks = ReactorTaskExecutor(mailbox: mailbox)
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
        mailbox.put(.ofActor(UnownedJob(job)))
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

    func requestCancel(_ id: UInt64) { mailbox.cancel(id) }

    // MARK: Thread

    /// After so many turns without a pause the descriptors are looked at.
    private static let turnsBetweenLooks = 64

    private func run() {
        csystem_set_thread_name(name)
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        let executor = asUnownedSerialExecutor()
        let taskExecutor = tasks.asUnownedTaskExecutor()
        var turns = 0
        while let waits {
            var (work, cancelled) = mailbox.takeAll()
            while let next = work.popFirst() {
                switch next {
                case .ofActor(let job): job.runSynchronously(on: executor)
                case .ofTask(let job): job.runSynchronously(on: taskExecutor)
                }
            }
            waits.assumeIsolated { waits in
                for id in cancelled { waits.finish(id, .failure(.cancelled)) }
            }
            if mailbox.isEmptyAndAsleep() {
                turns = 0
                waits.assumeIsolated { $0.park(wakeDescriptor: mailbox.wakeDescriptor) }
            } else {
                turns += 1
                guard turns == Self.turnsBetweenLooks else { continue }
                // Jobs that keep making new ones must not keep others from their data or their deadlines.
                turns = 0
                waits.assumeIsolated { $0.look(wakeDescriptor: mailbox.wakeDescriptor) }
            }
        }
    }
}
