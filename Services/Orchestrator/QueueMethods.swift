import JSONRPC
import Redis
import RiotModels
import Storage
import SyncJobs
import WorkQueue

/// Parameters of `maintenance.cleanup_old_data`.
struct CleanupParameters: Codable, Sendable {
    let dryRun: Bool?
    let days: Int?

    enum CodingKeys: String, CodingKey {
        case dryRun = "dry_run"
        case days
    }
}

/// One line of `queue.stats`.
struct QueueStatsEntry: Codable, Sendable {
    let lane: String
    let kind: String
    let waiting: Int
    let running: Int
    let delayed: Int
    let dead: Int
}

/// The methods by which operators look at the queue and tidy up.
struct QueueMethods: Sendable {
    /// Days after which a finished task may go.
    static let defaultDays = 30

    let storage: Storage
    let queue: WorkQueue

    /// The depth of every list of every lane.
    func stats() async throws -> [QueueStatsEntry] {
        do {
            var entries: [QueueStatsEntry] = []
            for lane in RegionalRoute.allCases {
                for kind in [PlayerJob.kind, CompletionConsumer.kind] + FetchKind.allCases.map(\.rawValue) {
                    let depth = try await queue.depth(lane: lane.rawValue, kind: kind)
                    entries.append(
                        QueueStatsEntry(
                            lane: lane.rawValue,
                            kind: kind,
                            waiting: depth.waiting,
                            running: depth.running,
                            delayed: depth.delayed,
                            dead: depth.dead
                        )
                    )
                }
            }
            return entries
        } catch {
            throw JSONRPCError.dependencyDown("redis", "Redis does not answer: \(error.message)")
        }
    }

    /// Removes finished tasks and their ledger, or counts them.
    func cleanUp(_ parameters: CleanupParameters) async throws -> CleanupCounts {
        let days = parameters.days ?? Self.defaultDays
        guard (1...3650).contains(days) else {
            throw JSONRPCError.invalidParameters("days: 1 to 3650, not \(days)")
        }
        return try await keepingDependencyErrors {
            try await storage.cleanUpTasks(olderThanDays: days, dryRun: parameters.dryRun ?? false)
        }
    }
}
