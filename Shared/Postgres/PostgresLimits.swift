/// Every bound of this module in one place.
enum PostgresLimits {
    /// How long one attempt to connect may take, below the usual lease time-out so that its error arrives in time.
    static let connectTimeout = Duration.seconds(5)
    /// How long a cancelled query may take to come to rest before its connection is dropped.
    static let drainTimeout = Duration.seconds(1)
    /// Time after which a cancel request that had no effect is sent again.
    static let cancelInterval = Duration.milliseconds(100)
    /// Bound of COMMIT and ROLLBACK, which run to their end even when their task is cancelled.
    static let settleTimeout = Duration.seconds(10)

    /// Server-side net under the client's deadlines; raised for calls whose own deadline is longer.
    static let statementTimeout = Duration.seconds(60)
    /// Bound of a lock wait on the server, raised together with `statementTimeout`.
    static let lockTimeout = Duration.seconds(60)
    /// A transaction whose client sleeps that long is ended by the server, locks and all.
    static let idleInTransactionTimeout = Duration.seconds(60)
    /// A client that does not acknowledge what the server sent for that long is gone, as the server sees it.
    static let serverLossTimeout = Duration.seconds(25)
    /// How much later than the client the server gives up.
    static let serverSlack = Duration.seconds(1)

    /// Prepared statements kept per connection; the least recently used one goes first.
    static let preparedStatements = 256
    /// Parameters of one statement (the protocol counts them in 16 bits).
    static let parameters = 65_535
    /// Bytes of one result; more must be read in pages.
    static let resultBytes = 512 * 1024 * 1024
    /// Bytes handed to libpq at a time during COPY, then the socket must have taken them.
    static let copyChunkBytes = 64 * 1024
    /// Characters of a statement that an error message repeats.
    static let statementExcerpt = 80

    /// Callers that may wait for a connection of one pool.
    static let leaseQueue = 64
    /// A pooled connection that was not used for that long is closed.
    static let idleTimeout = Duration.seconds(60)
    /// A pooled connection that was not used for that long is looked at before it is lent again.
    static let checkAfterIdle = Duration.milliseconds(500)
    /// A pooled connection is replaced at that age, plus up to a tenth, so that servers can be taken out of service.
    static let maximumAge = Duration.seconds(30 * 60)
    /// Pause after the first failed connect; doubled after each further one.
    static let backOffBase = Duration.milliseconds(50)
    /// Longest pause between two attempts to connect.
    static let backOffMaximum = Duration.seconds(1)

    /// How often a candidate asks for the leader's lock, and how often a leader asks whether it still lives.
    static let leadershipInterval = Duration.seconds(2)
    /// Oldest server version that is supported, as `PQserverVersion` counts.
    static let oldestServer: Int32 = 140_000
}
