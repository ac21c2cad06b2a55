import Metrics

/// What the pool counts, under names that every service shares.
struct PostgresMetrics: Sendable {
    private let leaseWait = Timer(label: "postgres_lease_wait_seconds")
    private let opened = Counter(label: "postgres_connections_opened_total")
    private let failed = Counter(label: "postgres_connects_failed_total")

    func leased(after wait: Duration) { leaseWait.record(duration: wait) }
    func connected() { opened.increment() }
    func connectFailed() { failed.increment() }
}
