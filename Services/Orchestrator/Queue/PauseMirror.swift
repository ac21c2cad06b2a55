import RiotModels
import Storage
import SyncJobs
import WorkQueue

/// Brings the pauses from PostgreSQL, where operators put them, to the switches in Redis that workers see.
struct PauseMirror: Sendable {
    let storage: Storage
    let queue: WorkQueue

    /// Sets every switch; safe to repeat and beside others who do the same.
    ///
    /// - Throws: `PostgresError`; `RedisError`, after which some of the switches may be set.
    func mirror() async throws {
        try await storage.withSettledPauses { places in
            for lane in RegionalRoute.allCases.map(\.rawValue) {
                let kinds = JobKind.allCases.filter(\.isPausable).map(\.rawValue)
                let switches = kinds.map { ($0, places.contains(QueuePlace(kind: $0, lane: lane))) }
                try await queue.setPauses(lane: lane, Dictionary(uniqueKeysWithValues: switches))
            }
        }
    }
}
