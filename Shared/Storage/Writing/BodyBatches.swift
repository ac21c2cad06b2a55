import Logging
import Postgres

/// Where the bodies of a process come together before they are stored.
struct BodyBatches: Sendable {
    let gate = DecodeGate()
    let matches: BodyBatcher<ReadyMatch, StoredMatch>
    let timelines: BodyBatcher<ReadyTimeline, StoredTimeline>

    init(pool: PostgresPool, keyScope: String, logger: Logger, limits: BatchLimits = BatchLimits()) {
        matches = BodyBatcher(limits: limits) { matches in
            let batch = MatchBatch(matches: matches, keyScope: keyScope)
            return try await pool.withRetriedTransaction(logger: logger) { connection in
                try await connection.perform { try await batch.write(on: $0) }
            }
        }
        timelines = BodyBatcher(limits: limits) { timelines in
            let batch = TimelineBatch(timelines: timelines, keyScope: keyScope)
            return try await pool.withRetriedTransaction(logger: logger) { connection in
                try await connection.perform { try await batch.write(on: $0) }
            }
        }
    }
}
