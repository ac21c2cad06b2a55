/// The advisory locks of the database, all in one place: two with the same number would be one lock.
public enum AdvisoryLock: Int64, Sendable {
    /// Whoever brings the schema forward.
    case migration = 0x7269_6674_7379_6E63
    /// The orchestrator that reaps and reconciles.
    case reconciling = 0x7269_6674_0001
    /// The clean-up that runs; it holds the lock for minutes.
    case cleanup = 0x7269_6674_0002
    /// Whoever copies pauses of the queue to Redis.
    case pauses = 0x7269_6674_0003
    /// The beat that follows the schedule.
    case schedule = 0x7269_6674_6265_6174
}
