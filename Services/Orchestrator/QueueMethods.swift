import JSONRPC
import Redis
import RiotModels
import Storage
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
}

/// The methods by which operators look at the queue.
struct QueueMethods: Sendable {
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
}
