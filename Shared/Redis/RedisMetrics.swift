import Metrics

/// What the clients of one process count, under names that every service shares.
struct RedisMetrics: Sendable {
    private let commands = Counter(label: "redis_commands_total")
    private let timeouts = Counter(label: "redis_timeouts_total")
    private let connects = Counter(label: "redis_connects_total")
    private let failures = Counter(label: "redis_connects_failed_total")

    func commandAdmitted() { commands.increment() }
    func timedOut() { timeouts.increment() }
    func connected() { connects.increment() }
    func connectFailed() { failures.increment() }
}
