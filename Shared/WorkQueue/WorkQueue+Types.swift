/// The words of the queue.
extension WorkQueue {
    /// Something to be done.
    public struct Job: Sendable, Equatable {
        /// The thing itself, such as `match:EUW1_1`; runs that name the same id share the job.
        public let id: String
        /// The JSON-RPC request that does it.
        public let payload: String

        /// Describes a job.
        public init(id: String, payload: String) {
            self.id = id
            self.payload = payload
        }
    }

    /// A job that a worker holds.
    public struct ClaimedJob: Sendable, Equatable {
        /// The thing itself.
        public let id: String
        /// Fencing token: of all claims of this job, only the one with the latest token may finish it.
        public let token: Int64
        /// This attempt's number, from 1; snoozes and lost workers do not count.
        public let attempt: Int
        /// How often a worker was lost while it held this job.
        public let stalls: Int
        /// The JSON-RPC request.
        public let payload: String
        /// Routing region.
        public let lane: String
        /// Kind of job.
        public let kind: String

        /// Describes a claim; `claim` makes them, and so do tests.
        public init(
            id: String,
            token: Int64,
            attempt: Int,
            stalls: Int = 0,
            payload: String,
            lane: String,
            kind: String
        ) {
            self.id = id
            self.token = token
            self.attempt = attempt
            self.stalls = stalls
            self.payload = payload
            self.lane = lane
            self.kind = kind
        }
    }

    /// A worker whose process has ended; what it held is given back.
    public struct DeadWorker: Sendable {
        let name: String
        let process: String?
        let isSucceeded: Bool

        /// The process that ended; nothing happens when another one has begun under this name meanwhile.
        ///
        /// Without a process, whoever has the name.
        public static func process(_ process: String?, of name: String) -> DeadWorker {
            DeadWorker(name: name, process: process, isSucceeded: false)
        }

        /// All earlier ones, told by the process that begins under this name.
        public static func predecessors(of process: String, name: String) -> DeadWorker {
            DeadWorker(name: name, process: process, isSucceeded: true)
        }
    }

    /// Which of two rings a job waits in.
    public enum Ring: Int, Sendable, CaseIterable {
        /// Somebody waits for it.
        case interactive = 0
        /// Nobody waits for it; served on every fifth turn, or when there is nothing else.
        case background = 1
    }

    /// What an enqueue did.
    public struct Enqueued: Sendable, Equatable {
        /// Jobs that did not exist before.
        public var new = 0
        /// Jobs that were there already and that the run now waits for too.
        public var joined = 0
        /// What the run wants in all.
        public var total = 0
        /// The run was cancelled, so nothing was enqueued.
        public var isCancelled = false
    }

    /// What a claim got.
    public enum Claim: Sendable, Equatable {
        /// At least one job, and how many wait still.
        case jobs([ClaimedJob], waiting: Int)
        /// Nothing waits; a delayed job becomes due after `nextIn`.
        case empty(nextIn: Duration?)
        /// An operator paused this kind.
        case paused
        /// Nobody may claim for that long, because the API said so.
        case hold(Duration)
    }

    /// A job that is enqueued when another one is done, for every run that waited for that one.
    public struct FollowUp: Sendable, Equatable {
        /// Kind of the job that follows; its lane is the same.
        public let kind: String
        /// The job that follows.
        public let job: Job

        /// Describes what follows.
        public init(kind: String, job: Job) {
            self.kind = kind
            self.job = job
        }
    }

    /// How a worker ends its hold of a job.
    public enum Outcome: Sendable, Equatable {
        /// It is done; `followUp` goes to the front of the lists of all runs that wait.
        case done(followUp: FollowUp?)
        /// It failed and costs an attempt; after the last attempt it is dead.
        case retry(after: Duration, maximumAttempts: Int, reason: String)
        /// It could not be tried and costs no attempt; zero gives it back at once.
        case snooze(after: Duration, reason: String)
        /// It cannot succeed: it is dead.
        case failed(reason: String)
    }

    /// What became of a job that was finished.
    public enum Finished: String, Sendable {
        /// Gone, and counted for every run.
        case done = "DONE"
        /// Waiting again.
        case delayed = "DELAYED"
        /// Dead, and counted as failed for every run.
        case dead = "DEAD"
        /// Gone without a count: every run that wanted it was cancelled meanwhile.
        case dropped = "DROPPED"
        /// Not the caller's any more: the lease ended, or Redis forgot it. Nothing was changed.
        case lost = "LOST"
    }

    /// What a reap found.
    public struct Reaped: Sendable, Equatable {
        /// Jobs that wait again.
        public var requeued = 0
        /// Jobs in a worker's list that had no lease.
        public var adopted = 0
        /// Jobs that lost their worker too often.
        ///
        /// They are handed out no more: write them down, then confirm with ``WorkQueue/bury(lane:kind:ids:reason:)``.
        /// Until that is done they are named again every half minute.
        public var buried: [String] = []
    }

    /// How many jobs of a kind there are, by state.
    public struct Depth: Sendable, Equatable {
        /// Ready to be claimed.
        public var waiting = 0
        /// Held by workers.
        public var running = 0
        /// Waiting for their time.
        public var delayed = 0
        /// Dead letters kept.
        public var dead = 0
        /// Nobody claims, because an operator said so.
        public var isPaused = false
        /// Nobody claims for that long, because the API said so; zero when it did not.
        public var hold = Duration.zero
    }

    /// What one tenant has on the lists of a kind.
    public struct Tenant: Sendable, Equatable {
        /// Whose jobs they are: a task's id.
        public var name: String
        /// Jobs that somebody waits for.
        public var interactive = 0
        /// Jobs that nobody waits for.
        public var background = 0
        /// Jobs that run and are charged to the tenant.
        public var running = 0
        /// How long the job that comes next has been there; nil when none waits.
        public var oldest: Duration?
    }

    /// Where a job stands.
    public enum JobState: String, Sendable, Codable {
        case ready, run, delay, dead
    }

    /// A job that Redis knows, or its dead letter there.
    public struct KnownJob: Sendable, Equatable {
        /// Where it stands.
        public var state: JobState
        /// Attempts that it cost.
        public var attempts: Int
        /// How often it lost its worker.
        public var stalls: Int
    }

    /// The counters of a run in one lane, as hints; the truth is the ledger.
    public struct Progress: Sendable, Equatable {
        /// Jobs that the run ever wanted.
        public var total = 0
        /// Jobs not settled yet.
        public var open = 0
        /// Jobs done.
        public var done = 0
        /// Jobs dead.
        public var failed = 0
        /// Jobs cancelled.
        public var cancelled = 0
        /// Whether everything that the run wants has been enqueued.
        public var isSealed = false
        /// Whether its end was announced at least once.
        public var isAnnounced = false
    }
}
