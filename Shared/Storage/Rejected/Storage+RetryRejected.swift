import Postgres
public import RiotModels

extension Storage {
    /// Tries a rejected body again with this program's parser, from the bytes that are kept; nothing is asked of Riot.
    ///
    /// When it is understood, its rows, the body with the time of its receipt and the marks of the ledger are written in
    /// one transaction, and the rejection and the failure go; otherwise the rejection has the new reason. Safe to repeat
    /// and beside everything else.
    /// - Parameter dryRun: only tell what would come of it.
    /// - Throws: `PostgresError`; cancellation leaves the rejection as it was.
    public func retryRejected(_ kind: FetchKind, _ id: MatchID, dryRun: Bool = false) async throws -> RejectedRetry {
        guard let raw = try await rejectedBytes(kind, id) else {
            if !dryRun { try await forgetRemoved(kind, id) }
            return .gone
        }
        guard try await isWhole(raw) else { return .damaged }
        let body = Body(kind: kind, id: id, bytes: raw.bytes, isGzip: raw.isGzip)
        switch Self.understood(body) {
        case .failure(let rejection):
            if !dryRun { try await keepReason(rejection, of: raw) }
            return .refused(rejection)
        case .success(let decoded):
            return dryRun ? .understood : try await keep(decoded, body, raw)
        }
    }

    private static func understood(_ body: Body) -> Result<DecodedBody, BodyRejection> {
        Result { () throws(BodyRejection) in try DecodedBody(body) }
    }

    /// Somebody was first; thrown so that nothing of the transaction stays.
    private struct NothingKept: Error {}

    private func keep(_ decoded: DecodedBody, _ body: Body, _ raw: RawBody) async throws -> RejectedRetry {
        let (kind, id) = (body.kind, body.id)
        novelties.report(decoded.novelties, in: kind.rawValue)
        do {
            return try await withRetriedTransaction { connection in
                // The key comes before all other locks.
                let key = try await MatchKeys.lock([id], on: connection).keys[id]
                guard let key, let isHeld = try await lockRejection(kind, id, raw.sha256, on: connection) else {
                    throw NothingKept()
                }
                if isHeld { return try await derive(kind, key, id, on: connection) }
                return try await store(decoded, body, receivedAt: raw.receivedAt, on: connection)
            }
        } catch is NothingKept {
            return .gone
        } catch let error as PostgresError where error.liesInData {
            let rejection = body.rejection(error.refusalOfRows, at: "/")
            try await keepReason(rejection, of: raw)
            return .refused(rejection)
        }
    }

    private func store(
        _ decoded: DecodedBody,
        _ body: Body,
        receivedAt: Int64,
        on connection: PostgresConnection
    ) async throws -> RejectedRetry {
        var isTimelineWanted = false
        switch decoded {
        case .match(let match):
            let ready = ReadyMatch(body: body, match: match, receivedAt: receivedAt)
            _ = try await MatchBatch(matches: [ready], keyScope: keyScope).write(on: connection)
            isTimelineWanted = try await Ledger.settleUnderstoodMatch(connection, id: body.id)
            try await CountedYears.recompute(ofMatch: body.id, on: connection)
        case .timeline(let timeline):
            let ready = ReadyTimeline(body: body, timeline: timeline, receivedAt: receivedAt)
            _ = try await TimelineBatch(timelines: [ready], keyScope: keyScope).write(on: connection)
            try await Ledger.settleUnderstoodTimeline(connection, id: body.id)
        }
        // A body that was stored meanwhile has been left alone by the batch, and what it had failed before stays.
        _ = try await connection.query(
            """
            WITH failure AS (DELETE FROM fetch_failure WHERE kind = $1 AND subject = $2)
            DELETE FROM rejected_body WHERE kind = $1 AND riot_id = $2
            """,
            [.text(body.kind.rawValue), .text(body.id.text)]
        )
        return .stored(timelineWanted: isTimelineWanted)
    }

    /// Makes the rows of a body in `raw_body` again.
    private func derive(
        _ kind: FetchKind,
        _ key: Int32,
        _ id: MatchID,
        on connection: PostgresConnection
    ) async throws -> RejectedRetry {
        let bodies = try await KeptBody.lock(kind, key, on: connection)
        let batch = DeriveBatch(kind: kind, version: Self.parserVersion, keyScope: keyScope)
        let outcome = try await batch.write(bodies, on: connection)
        if outcome.derived == 1 { return .derived }
        guard let refusal = outcome.refusals.first else { throw NothingKept() }
        return refusal.isDamaged ? .damaged : .refused(refusal.rejection)
    }

    /// Locks a rejection whose body is that one; whether the body is in `raw_body`, nil when there is none any more.
    private func lockRejection(
        _ kind: FetchKind,
        _ id: MatchID,
        _ sha256: [UInt8],
        on connection: PostgresConnection
    ) async throws(PostgresError) -> Bool? {
        try await connection.query(
            """
            SELECT bytes IS NULL AS is_held FROM rejected_body
            WHERE kind = $1 AND riot_id = $2 AND sha256 = $3 FOR UPDATE
            """,
            [.text(kind.rawValue), .text(id.text), .bytes(sha256)]
        ).first?.bool("is_held")
    }

    /// The reason of a body that is refused again; when it was received does not change.
    private func keepReason(_ rejection: BodyRejection, of raw: RawBody) async throws {
        _ = try await pool.query(
            """
            UPDATE rejected_body
            SET reason = $4, place = $5, parser_version = $6, attempts = attempts + 1,
                last_seen_at = CASE WHEN bytes IS NULL THEN now() ELSE last_seen_at END
            WHERE kind = $1 AND riot_id = $2 AND sha256 = $3
            """,
            [
                .text(rejection.kind.rawValue), .text(rejection.id.text), .bytes(raw.sha256), .text(rejection.reason),
                .text(rejection.place), .int(Int64(Self.parserVersion)),
            ]
        )
    }

    /// Forgets the refusal of a body that was in `raw_body` and has been removed there.
    private func forgetRemoved(_ kind: FetchKind, _ id: MatchID) async throws {
        _ = try await pool.query(
            """
            DELETE FROM rejected_body r WHERE r.kind = $1 AND r.riot_id = $2 AND r.bytes IS NULL
                AND NOT EXISTS (SELECT 1 FROM raw_body b JOIN match_key k ON k.id = b.match_id
                                WHERE k.riot_id = $2 AND b.kind = $1)
            """,
            [.text(kind.rawValue), .text(id.text)]
        )
    }

    /// The server computes the hash, as it did when the body came.
    private func isWhole(_ raw: RawBody) async throws -> Bool {
        let rows = try await pool.query(
            "SELECT sha256($1::bytea) = $2 AS is_whole",
            [.bytes(raw.bytes), .bytes(raw.sha256)]
        )
        return try rows.first?.bool("is_whole") == true
    }
}
