import Postgres
import RiotModels

/// A timeline that is ready to be stored.
struct ReadyTimeline: Sendable {
    let body: Body
    let timeline: DecodedTimeline
    let receivedAt: Int64
}

/// The transaction that stores some timelines: rows, bodies and the marks of the ledger.
struct TimelineBatch: Sendable {
    let timelines: [ReadyTimeline]
    let keyScope: String

    /// An outcome for each timeline; those that are held already, and later ones of the same id, get only their marks.
    func write(on connection: PostgresConnection) async throws(PostgresError) -> [StoredTimeline] {
        let keys = try await MatchKeys.lock(timelines.map(\.body.id), on: connection)
        var held = try await keys.held(.timeline, on: connection)
        var new: [KeyedTimeline] = []
        var bodies: [KeyedBody] = []
        var outcomes: [StoredTimeline] = []
        for ready in timelines {
            guard let key = keys.keys[ready.body.id], held.insert(key).inserted else {
                outcomes.append(StoredTimeline(outcome: .alreadyHeld))
                continue
            }
            outcomes.append(StoredTimeline(outcome: .stored))
            new.append(KeyedTimeline(key: key, receivedAt: ready.receivedAt, timeline: ready.timeline))
            bodies.append(KeyedBody(key: key, body: ready.body, receivedAt: ready.receivedAt))
        }
        let summoners = try await SummonerResolver(keyScope: keyScope).resolve(
            Set(new.flatMap(\.puuids)),
            on: connection
        )
        try await TimelineRows(timelines: new, summoners: summoners).write(on: connection)
        try await RawBodies.write(bodies, of: .timeline, on: connection)
        try await Ledger.settleTimelines(
            connection,
            Set(keys.keys.keys),
            stored: Set(bodies.map(\.body.id))
        )
        return outcomes
    }
}
