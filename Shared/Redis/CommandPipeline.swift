import DequeModule

/// The order of commands on one connection: who waits to be sent, who waits for a reply, who has gone away.
///
/// Replies come in the order in which commands were sent. A caller who gives up leaves a tombstone in its place, so
/// that the late reply is not given to somebody else. No sockets, no clock: a plain value that tests drive directly.
struct CommandPipeline<Waiter> {
    private struct Queued {
        let id: UInt64
        let command: RedisCommand
        let timeout: Duration
        let deadline: ContinuousClock.Instant
        let waiter: Waiter
    }

    private struct Sent {
        let id: UInt64
        let timeout: Duration
        let sentAt: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
        var waiter: Waiter?
    }

    private let maximumInFlight: Int
    private let maximumWaiting: Int
    private var waiting = Deque<Queued>()
    private var inFlight = Deque<Sent>()

    init(maximumInFlight: Int = RedisLimits.inFlight, maximumWaiting: Int = RedisLimits.waiting) {
        self.maximumInFlight = maximumInFlight
        self.maximumWaiting = maximumWaiting
    }

    var isEmpty: Bool { count == 0 }
    var count: Int { waiting.count + inFlight.count }
    var hasWaiting: Bool { !waiting.isEmpty }
    /// Whether somebody waits and may be sent now.
    var canSend: Bool { !waiting.isEmpty && inFlight.count < maximumInFlight }

    /// Takes a command in; false when too many wait already.
    mutating func admit(
        id: UInt64,
        _ command: RedisCommand,
        timeout: Duration,
        now: ContinuousClock.Instant,
        waiter: Waiter
    ) -> Bool {
        guard waiting.count < maximumWaiting else { return false }
        waiting.append(
            Queued(id: id, command: command, timeout: timeout, deadline: now + timeout, waiter: waiter)
        )
        return true
    }

    /// The next command to put on the wire, which counts as sent from now on; nil when none may be sent now.
    mutating func nextToSend(now: ContinuousClock.Instant) -> RedisCommand? {
        guard inFlight.count < maximumInFlight, let next = waiting.popFirst() else { return nil }
        inFlight.append(
            Sent(
                id: next.id,
                timeout: next.timeout,
                sentAt: now,
                deadline: next.deadline,
                waiter: next.waiter
            )
        )
        return next.command
    }

    /// What a reply means.
    enum Reply {
        case deliver(Waiter)
        case discard
        /// Nobody asked for it: the connection is out of step.
        case unexpected
    }

    /// A reply has come for the oldest command that was sent.
    mutating func didReceiveReply() -> Reply {
        guard let first = inFlight.popFirst() else { return .unexpected }
        return first.waiter.map { .deliver($0) } ?? .discard
    }

    /// A caller gives up; its waiter, if it still waits.
    mutating func abandon(_ id: UInt64) -> Waiter? {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            return waiting.remove(at: index).waiter
        }
        guard let index = inFlight.firstIndex(where: { $0.id == id }) else { return nil }
        return inFlight[index].waiter.take()
    }

    /// Everybody whose deadline has passed; those already sent leave a tombstone.
    mutating func expire(now: ContinuousClock.Instant) -> [Waiter] {
        let late = waiting.filter { $0.deadline <= now }
        if !late.isEmpty { waiting.removeAll { $0.deadline <= now } }
        var waiters = late.map(\.waiter)
        for index in inFlight.indices where inFlight[index].deadline <= now {
            if let waiter = inFlight[index].waiter.take() { waiters.append(waiter) }
        }
        return waiters
    }

    /// When the connection counts as stalled: the server owes a reply and has sent nothing for the stall limit, or
    /// for the whole time that the oldest command was given.
    func stallsAt(lastReceivedAt: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        inFlight.first.map { max($0.sentAt, lastReceivedAt) + max($0.timeout, RedisLimits.stall) }
    }

    /// The nearest deadline of anybody who still waits.
    var nearestDeadline: ContinuousClock.Instant? {
        let queued = waiting.lazy.map(\.deadline).min()
        let sent = inFlight.lazy.filter { $0.waiter != nil }.map(\.deadline).min()
        return [queued, sent].compactMap(\.self).min()
    }

    /// The connection is gone: everybody who was sent and still waits.
    ///
    /// Who was not sent stays for the next connection.
    mutating func didLoseConnection() -> [Waiter] {
        defer { inFlight.removeAll() }
        return inFlight.compactMap(\.waiter)
    }

    /// There will be no connection: everybody who was not sent.
    mutating func failWaiting() -> [Waiter] {
        defer { waiting.removeAll() }
        return waiting.map(\.waiter)
    }
}
