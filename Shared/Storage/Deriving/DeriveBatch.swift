import Postgres
import RiotModels

/// The transaction that makes the rows of some bodies again.
///
/// Rows of a body that cannot be understood, or is damaged, stay as they are; why is kept in `rejected_body`. Nothing else
/// changes: bodies and the ledger are not touched, players keep their numbers and their names.
struct DeriveBatch: Sendable {
    /// A body whose rows could not be made again.
    struct Refusal: Sendable {
        let key: Int32
        let rejection: BodyRejection
        /// It is not what was received.
        let isDamaged: Bool
    }

    /// What came of some bodies.
    struct Outcome: Sendable {
        var derived = 0
        var refusals: [Refusal] = []
        /// The last key; nil when there was no body.
        var last: Int32?
        var novelties: Set<String> = []
    }

    let kind: FetchKind
    /// What the rows say of the parser that made them.
    let version: Int16
    let keyScope: String

    /// Makes the rows of bodies that the transaction has locked.
    ///
    /// One body whose rows the server refuses does not take the others with it.
    func write(_ bodies: [KeptBody], on connection: PostgresConnection) async throws -> Outcome {
        var outcome = Outcome(last: bodies.last?.key)
        var understood: [Understood] = []
        for kept in bodies {
            do throws(BodyRejection) {
                let decoded = try decode(kept)
                outcome.novelties.formUnion(decoded.novelties)
                understood.append(Understood(kept: kept, decoded: decoded))
            } catch {
                outcome.refusals.append(Refusal(key: kept.key, rejection: error, isDamaged: !kept.isWhole))
            }
        }
        if try await refusal(of: understood, on: connection) == nil {
            outcome.derived = understood.count
        } else {
            for one in understood {
                if let error = try await refusal(of: [one], on: connection) {
                    let rejection = one.kept.body.rejection(error.refusalOfRows, at: "/")
                    outcome.refusals.append(Refusal(key: one.kept.key, rejection: rejection, isDamaged: false))
                } else {
                    outcome.derived += 1
                }
            }
        }
        try await keep(outcome.refusals, on: connection)
        return outcome
    }

    private func decode(_ kept: KeptBody) throws(BodyRejection) -> DecodedBody {
        guard kept.isWhole else {
            throw kept.body.rejection("the body that is kept is damaged: its SHA-256 is another", at: "raw_body")
        }
        return try DecodedBody(kept.body)
    }

    // MARK: Rows

    private struct Understood {
        let kept: KeptBody
        let decoded: DecodedBody
    }

    /// Replaces the rows of some bodies; nothing is changed when the server refuses what is in them, and its error returned.
    private func refusal(
        of bodies: [Understood],
        on connection: PostgresConnection
    ) async throws -> PostgresError? {
        if bodies.isEmpty { return nil }
        try await connection.executeScript("SAVEPOINT rows", timeout: .seconds(10))
        do {
            try await replace(bodies, on: connection)
        } catch let error as PostgresError where error.liesInData {
            try await connection.executeScript("ROLLBACK TO SAVEPOINT rows", timeout: .seconds(10))
            return error
        }
        try await connection.executeScript("RELEASE SAVEPOINT rows", timeout: .seconds(10))
        return nil
    }

    private func replace(_ bodies: [Understood], on connection: PostgresConnection) async throws {
        var matches: [KeyedMatch] = []
        var timelines: [KeyedTimeline] = []
        for body in bodies {
            let (key, receivedAt) = (body.kept.key, body.kept.receivedAt)
            switch body.decoded {
            case .match(let match):
                matches.append(KeyedMatch(key: key, id: body.kept.body.id, receivedAt: receivedAt, match: match))
            case .timeline(let timeline):
                timelines.append(KeyedTimeline(key: key, receivedAt: receivedAt, timeline: timeline))
            }
        }
        try await replace(matches, on: connection)
        try await replace(timelines, on: connection)
        try await forget(bodies.map(\.kept.key), on: connection)
    }

    private func replace(_ matches: [KeyedMatch], on connection: PostgresConnection) async throws {
        if matches.isEmpty { return }
        let keys = matches.map(\.key)
        let before = try await CountedYears.read(keys, on: connection)
        let summoners = try await SummonerResolver(keyScope: keyScope).resolve(
            Set(matches.flatMap(\.puuids)),
            on: connection
        )
        _ = try await connection.query(Self.deleteMatches, [.intArray(keys.map(Int64.init))])
        try await MatchRows(matches: matches, summoners: summoners, parserVersion: version).write(on: connection)
        let after = try await CountedYears.read(keys, on: connection)
        try await CountedYears.recompute(changedFrom: before, to: after, on: connection)
    }

    private func replace(_ timelines: [KeyedTimeline], on connection: PostgresConnection) async throws {
        if timelines.isEmpty { return }
        let summoners = try await SummonerResolver(keyScope: keyScope).resolve(
            Set(timelines.flatMap(\.puuids)),
            on: connection
        )
        _ = try await connection.query(Self.deleteTimelines, [.intArray(timelines.map { Int64($0.key) })])
        try await TimelineRows(timelines: timelines, summoners: summoners, parserVersion: version).write(on: connection)
    }

    private static let deleteMatches: SQL = """
        WITH participant AS (DELETE FROM match_participant WHERE match_id = ANY ($1::integer[])),
            team AS (DELETE FROM match_team WHERE match_id = ANY ($1::integer[])),
            detail AS (DELETE FROM match_detail WHERE match_id = ANY ($1::integer[]))
        DELETE FROM match WHERE id = ANY ($1::integer[])
        """

    private static let deleteTimelines: SQL = """
        WITH frames AS (DELETE FROM timeline_frames WHERE match_id = ANY ($1::integer[])),
            events AS (DELETE FROM timeline_events WHERE match_id = ANY ($1::integer[])),
            damage AS (DELETE FROM timeline_kill_damage WHERE match_id = ANY ($1::integer[]))
        DELETE FROM timeline WHERE match_id = ANY ($1::integer[])
        """

    // MARK: Refusals

    private func keep(_ refusals: [Refusal], on connection: PostgresConnection) async throws {
        if refusals.isEmpty { return }
        _ = try await connection.query(
            """
            INSERT INTO rejected_body AS r (riot_id, kind, encoding, parser_version, reason, place, sha256)
            SELECT k.riot_id, b.kind, b.encoding, $2, w.reason, w.place, b.sha256
            FROM unnest($3::integer[], $4::text[], $5::text[]) AS w (match_id, reason, place)
            JOIN raw_body b ON b.match_id = w.match_id AND b.kind = $1
            JOIN match_key k ON k.id = w.match_id
            ON CONFLICT (riot_id, kind) DO UPDATE SET
                parser_version = excluded.parser_version, reason = excluded.reason, place = excluded.place,
                attempts = r.attempts + 1,
                last_seen_at = CASE WHEN r.bytes IS NULL THEN now() ELSE r.last_seen_at END
            """,
            [
                .text(kind.rawValue), .int(Int64(version)), .intArray(refusals.map { Int64($0.key) }),
                .textArray(refusals.map(\.rejection.reason)), .textArray(refusals.map(\.rejection.place)),
            ]
        )
    }

    /// Removes earlier refusals of bodies that are understood now.
    private func forget(_ keys: [Int32], on connection: PostgresConnection) async throws {
        if keys.isEmpty { return }
        _ = try await connection.query(
            """
            DELETE FROM rejected_body r USING match_key k
            WHERE k.id = ANY ($2::integer[]) AND r.riot_id = k.riot_id AND r.kind = $1 AND r.bytes IS NULL
            """,
            [.text(kind.rawValue), .intArray(keys.map(Int64.init))]
        )
    }
}

extension PostgresError {
    /// The server refuses what is in the rows: data exceptions, violated constraints and exceeded limits (PostgreSQL 15,
    /// appendix A, classes 22, 23 and 54).
    package var liesInData: Bool { code == .server && ["22", "23", "54"].contains(sqlState?.prefix(2)) }

    /// The reason of a rejection.
    var refusalOfRows: String { "PostgreSQL does not take its rows: \(self)" }
}
