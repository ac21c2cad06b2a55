import Postgres
import RiotModels

/// A match that is ready to be stored.
struct ReadyMatch: Sendable {
    let body: Body
    let match: DecodedMatch
    let receivedAt: Int64
}

/// The transaction that stores some matches: rows, bodies and the marks of the ledger.
struct MatchBatch: Sendable {
    private let matches: [ReadyMatch]
    private let keyScope: String
    /// What the bodies call their players, the newest name of each.
    private let names: [String: SummonerResolver.Name]

    init(matches: [ReadyMatch], keyScope: String) {
        self.matches = matches
        self.keyScope = keyScope
        names = Self.names(matches.map(\.match))
    }

    /// An outcome for each match; those that are held already, and later ones of the same id, get only their marks.
    func write(on connection: PostgresConnection) async throws(PostgresError) -> [StoredMatch] {
        let keys = try await MatchKeys.lock(matches.map(\.body.id), on: connection)
        var held = try await keys.held(.match, on: connection)
        var new: [KeyedMatch] = []
        var bodies: [KeyedBody] = []
        var outcomes: [StoredMatch.Outcome] = []
        for ready in matches {
            guard let key = keys.keys[ready.body.id], held.insert(key).inserted else {
                outcomes.append(.alreadyHeld)
                continue
            }
            outcomes.append(.stored)
            new.append(KeyedMatch(key: key, id: ready.body.id, receivedAt: ready.receivedAt, match: ready.match))
            bodies.append(KeyedBody(key: key, body: ready.body, receivedAt: ready.receivedAt))
        }
        try await write(new, on: connection)
        try await RawBodies.write(bodies, of: .match, on: connection)
        let wanted = try await Ledger.settleMatches(
            connection,
            keys: keys.keys,
            stored: Set(new.map(\.id))
        )
        return zip(matches, outcomes).map { ready, outcome in
            StoredMatch(outcome: outcome, timelineWanted: wanted.contains(ready.body.id))
        }
    }

    private func write(_ new: [KeyedMatch], on connection: PostgresConnection) async throws(PostgresError) {
        let summoners = try await SummonerResolver(keyScope: keyScope).resolve(
            Set(new.flatMap(\.puuids)),
            names: names,
            on: connection
        )
        try await MatchRows(matches: new, summoners: summoners).write(on: connection)
    }

    private static func names(_ matches: [DecodedMatch]) -> [String: SummonerResolver.Name] {
        var names: [String: SummonerResolver.Name] = [:]
        for match in matches {
            guard let time = match.startedAt else { continue }
            for participant in match.participants {
                guard let puuid = participant.player?.puuid, names[puuid].map({ $0.time < time }) ?? true else {
                    continue
                }
                names[puuid] = SummonerResolver.Name(
                    gameName: participant.row[ParticipantColumns.gameName].text,
                    tagLine: participant.row[ParticipantColumns.tagLine].text,
                    time: time
                )
            }
        }
        return names
    }
}
