extension WorkQueue {
    /// A job as its producer sees it.
    public struct Job: Sendable, Equatable {
        /// The thing itself, such as `match:NA1_5012345678`.
        public let id: String
        /// The JSON-RPC request that a worker runs.
        public let payload: String

        /// A job that is not queued yet.
        public init(id: String, payload: String) {
            self.id = id
            self.payload = payload
        }
    }

    /// A job as its worker sees it.
    public struct ClaimedJob: Sendable, Equatable {
        /// The thing itself.
        public let id: String
        /// Which claim this is; a later claim makes it void.
        public let token: Int64
        /// Which attempt this is, from 1.
        public let attempt: Int
        /// The JSON-RPC request.
        public let payload: String
        /// The lane it came from.
        public let lane: String
        /// Its kind.
        public let kind: String

        /// A claim; made by `claim`, and by tests.
        public init(id: String, token: Int64, attempt: Int, payload: String, lane: String, kind: String) {
            self.id = id
            self.token = token
            self.attempt = attempt
            self.payload = payload
            self.lane = lane
            self.kind = kind
        }
    }

    /// Which tenants come first.
    public enum Ring: Int, Sendable {
        /// Somebody waits.
        case interactive = 0
        /// Nobody does; looked at first on every fifth claim.
        case background = 1
    }

    /// A job that follows a finished one, for every run that waits for that at the moment.
    public struct FollowUp: Sendable, Equatable {
        /// Its kind.
        public let kind: String
        /// The job.
        public let job: Job

        /// A job of another kind in the same lane.
        public init(kind: String, job: Job) {
            self.kind = kind
            self.job = job
        }
    }

    /// How a job ended.
    public enum Outcome: Sendable, Equatable {
        /// It is done, and perhaps another follows.
        case done(followUp: FollowUp?)
        /// It failed and costs an attempt; after the last one it is dead.
        case retry(after: Duration, maximumAttempts: Int, reason: String)
        /// It could not run, through no fault of its own; no attempt is lost.
        case snooze(after: Duration, reason: String)
        /// It will never succeed.
        case failed(reason: String)
    }

    /// What a claim brought.
    public enum Claim: Sendable, Equatable {
        /// At least one job.
        case jobs([ClaimedJob])
        /// Nothing; the next delayed job is due then.
        case empty(nextIn: Duration?)
        /// An operator has paused this kind.
        case paused
        /// The API asked for a pause.
        case hold(Duration)
    }

    /// What became of a job.
    public enum Finished: Sendable, Equatable {
        /// It is gone and counted.
        case done
        /// It comes again.
        case delayed
        /// It is among the dead and counted as failed.
        case dead
        /// It was somebody else's already.
        case lost
    }

    /// What a call of `enqueue` did.
    public struct Enqueued: Sendable, Equatable {
        /// Jobs that nobody wanted before.
        public let new: Int
        /// Jobs that others wanted already.
        public let joined: Int
        /// Items of the run.
        public let total: Int
    }

    /// What a call of `reap` did.
    public struct Reaped: Sendable, Equatable {
        /// Jobs that wait again.
        public let requeued: Int
        /// Jobs that hung in a worker's list without a lease.
        public let adopted: Int
        /// Jobs that lost their worker too often.
        public let buried: [String]
    }

    /// Jobs of a kind by state.
    public struct Depth: Sendable, Equatable {
        /// Entries of waiting jobs; a shared one has an entry for each run.
        public let waiting: Int
        /// Claimed jobs.
        public let running: Int
        /// Jobs that come again later.
        public let delayed: Int
        /// Dead jobs.
        public let dead: Int
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    var queueMilliseconds: Int64 {
        components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
