/// Holds handlers until a test lets them go, and tells the test when they have arrived.
actor Gate {
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var arrivals: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    private(set) var inside = 0
    private(set) var mostInside = 0
    private(set) var cancelled = 0
    private var departures: [CheckedContinuation<Void, Never>] = []

    /// Called by handlers; returns when the gate is open or the handler is cancelled.
    func pass() async {
        inside += 1
        mostInside = max(mostInside, inside)
        for arrival in arrivals where inside >= arrival.count { arrival.continuation.resume() }
        arrivals.removeAll { inside >= $0.count }
        await withTaskCancellationHandler {
            self.preconditionIsolated()
            if isOpen || Task.isCancelled { return }
            await withCheckedContinuation { self.held.append($0) }
        } onCancel: {
            Task { await self.letAllGo() }
        }
        inside -= 1
        guard Task.isCancelled else { return }
        cancelled += 1
        for departure in departures { departure.resume() }
        departures = []
    }

    /// Returns when `count` handlers are inside.
    func arrived(_ count: Int) async {
        if inside >= count { return }
        await withCheckedContinuation { arrivals.append((count, $0)) }
    }

    /// Returns when a handler was cancelled.
    func sawCancellation() async {
        if cancelled > 0 { return }
        await withCheckedContinuation { departures.append($0) }
    }

    func open() {
        isOpen = true
        letAllGo()
    }

    private func letAllGo() {
        for continuation in held { continuation.resume() }
        held = []
    }
}
