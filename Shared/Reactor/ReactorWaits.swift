import Glibc

/// The descriptors that are waited for, isolated to their reactor's thread.
actor ReactorWaits {
    private struct Wait {
        var descriptor: Int32
        var events: IOReactor.Events
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Result<IOReactor.Events, IOReactor.WaitError>, Never>
    }

    nonisolated let unownedExecutor: UnownedSerialExecutor
    private unowned let reactor: IOReactor  // a reactor is never deallocated: its thread holds it
    private var waits: [UInt64: Wait] = [:]
    private var lastID: UInt64 = 0
    private var pollSet: [pollfd] = []
    private var pollIDs: [UInt64] = []

    init(reactor: IOReactor) {
        self.reactor = reactor
        self.unownedExecutor = reactor.asUnownedSerialExecutor()
    }

    func wait(
        descriptor: Int32,
        for events: IOReactor.Events,
        until deadline: ContinuousClock.Instant
    ) async -> Result<IOReactor.Events, IOReactor.WaitError> {
        lastID += 1
        let id = lastID
        return await withTaskCancellationHandler {
            self.preconditionIsolated()  // touching self keeps this closure on the actor (swiftlang/swift #82483)
            return await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume(returning: .failure(.cancelled)) }
                self.waits[id] = Wait(
                    descriptor: descriptor,
                    events: events,
                    deadline: deadline,
                    continuation: continuation
                )
            }
        } onCancel: { [reactor] in
            reactor.requestCancel(id)
        }
    }

    func finish(_ id: UInt64, _ result: Result<IOReactor.Events, IOReactor.WaitError>) {
        waits.removeValue(forKey: id)?.continuation.resume(returning: result)
    }

    /// Sleeps in `poll(2)` until a descriptor is ready, a deadline passes or the mailbox wakes the thread.
    func park(wakeDescriptor: Int32) { poll(wakeDescriptor, milliseconds: millisecondsToNearestDeadline()) }

    /// Ends the waits whose descriptor is ready or whose deadline has passed, without sleeping.
    func look(wakeDescriptor: Int32) {
        if !waits.isEmpty { poll(wakeDescriptor, milliseconds: 0) }
    }

    private func poll(_ wakeDescriptor: Int32, milliseconds: Int32) {
        pollSet.removeAll(keepingCapacity: true)
        pollIDs.removeAll(keepingCapacity: true)
        pollSet.append(pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0))
        for (id, wait) in waits {
            pollSet.append(pollfd(fd: wait.descriptor, events: wait.events.rawValue, revents: 0))
            pollIDs.append(id)
        }
        if Glibc.poll(&pollSet, nfds_t(pollSet.count), milliseconds) > 0 {
            if pollSet[0].revents != 0 {
                var count: UInt64 = 0
                _ = Glibc.read(wakeDescriptor, &count, 8)
            }
            for (entry, id) in zip(pollSet.dropFirst(), pollIDs) where entry.revents != 0 {
                finish(id, .success(IOReactor.Events(rawValue: entry.revents)))
            }
        }
        let now = ContinuousClock.now
        for (id, wait) in waits where wait.deadline <= now { finish(id, .failure(.timedOut)) }
    }

    private func millisecondsToNearestDeadline() -> Int32 {
        guard let nearest = waits.values.map(\.deadline).min() else { return -1 }
        let left = ContinuousClock.now.duration(to: nearest).components
        return Int32(clamping: max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1))
    }
}
