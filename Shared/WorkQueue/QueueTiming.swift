/// The times of a consumer.
struct QueueTiming: Sendable {
    /// How long a job stays a worker's without a heartbeat.
    var lease = Duration.seconds(30)
    /// Time between two heartbeats.
    var heartbeat = Duration.seconds(5)
    /// Longest wait for the bell; a hint that got lost costs no more.
    var bell = Duration.seconds(2)
    /// Longest pause before a ticket is asked for again, or a hold is looked at again.
    var longestPause = Duration.seconds(5)
    /// Time that running jobs get after `drain`.
    var drainBudget = Duration.seconds(10)
    /// Time that jobs get to end once they are cancelled; what still runs then is given back over its head.
    var cancelGrace = Duration.seconds(2)
}
