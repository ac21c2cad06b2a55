/// What happened in a test, in order; tests wait for entries instead of sleeping.
actor Journal {
    private(set) var entries: [String] = []
    private var waiters: [(count: Int, prefix: String, continuation: CheckedContinuation<Void, Never>)] = []

    func add(_ entry: String) {
        entries.append(entry)
        let ready = waiters.filter { count(of: $0.prefix) >= $0.count }
        waiters.removeAll { count(of: $0.prefix) >= $0.count }
        for waiter in ready { waiter.continuation.resume() }
    }

    func count(of prefix: String) -> Int { entries.count { $0.hasPrefix(prefix) } }

    /// Suspends until so many entries begin with `prefix`.
    func wait(for prefix: String, count wanted: Int = 1) async {
        if count(of: prefix) >= wanted { return }
        await withCheckedContinuation { waiters.append((wanted, prefix, $0)) }
    }
}
