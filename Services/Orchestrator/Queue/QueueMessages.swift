import RiotModels
import ServiceRuntime
import SyncJobs
import WorkQueue

/// One line of `queue.stats`.
struct QueueStatsEntry: Codable, Sendable {
    let lane: String
    let kind: String
    let waiting: Int
    let running: Int
    let delayed: Int
    let dead: Int
    /// An operator paused it.
    let paused: Bool
    let pausedAt: String?
    /// Nobody claims for that long because the API said so; 0 when it did not.
    let holdMilliseconds: Int64

    enum CodingKeys: String, CodingKey {
        case lane, kind, waiting, running, delayed, dead, paused
        case pausedAt = "paused_at"
        case holdMilliseconds = "hold_ms"
    }

    init(lane: RegionalRoute, kind: JobKind, depth: WorkQueue.Depth, dead: Int, pausedAt: Int64?) {
        self.lane = lane.rawValue
        self.kind = kind.rawValue
        waiting = depth.waiting
        running = depth.running
        delayed = depth.delayed
        self.dead = dead
        paused = depth.isPaused || pausedAt != nil
        self.pausedAt = pausedAt.map(EpochTime.iso8601)
        holdMilliseconds = depth.hold.jobMilliseconds
    }
}

/// Answer of `queue.tenants`.
struct QueueTenantsResult: Codable, Sendable {
    struct Tenant: Codable, Sendable {
        /// A task's id, or `retry` for what is tried again.
        let tenant: String
        let waiting: Int
        /// Those of them that nobody waits for.
        let background: Int
        let running: Int
        /// How long the job that comes next has been there.
        let oldestMilliseconds: Int64?

        enum CodingKeys: String, CodingKey {
            case tenant, waiting, background, running
            case oldestMilliseconds = "oldest_ms"
        }

        init(_ tenant: WorkQueue.Tenant) {
            self.tenant = tenant.name
            waiting = tenant.interactive + tenant.background
            background = tenant.background
            running = tenant.running
            oldestMilliseconds = tenant.oldest?.jobMilliseconds
        }
    }

    let lane: String
    let kind: String
    /// How many tenants there are, of which some may not be described.
    let total: Int
    let tenants: [Tenant]
}

/// Answer of `queue.pause` and `queue.resume`.
struct QueuePauseResult: Codable, Sendable {
    let kinds: [String]
    let routes: [String]
    /// How many of them were not so before.
    let changed: Int
    /// Redis knows; otherwise it will.
    let inForce: Bool

    enum CodingKeys: String, CodingKey {
        case kinds, routes, changed
        case inForce = "in_force"
    }
}
