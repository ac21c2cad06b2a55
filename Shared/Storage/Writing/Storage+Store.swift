import Logging
import Postgres
public import RiotModels

extension Storage {
    /// The decoders' version, which stands on every match and timeline; raised when they make other rows of a body:
    /// `riftctl derive` then makes the older ones again.
    ///
    /// 2: an empty list of teams is kept in `extra`, and the order of participants whose numbers do not ascend.
    public static let parserVersion: Int16 = 2

    /// Keeps a match body: its rows, the body as it came and the marks of the ledger, in one transaction, which bodies
    /// that arrive at the same time may share: those that are here wait a moment for those that are still to come.
    ///
    /// Safe to repeat, and safe beside others who store the same match or share its players: who comes second writes
    /// only the marks.
    /// - Parameter receiving: gets the body.
    /// - Throws: What `receiving` throws; `BodyRejection` when the body cannot be understood, after keeping it in
    ///   `rejected_body`; `PostgresError`; `CancellationError`.
    public func storeMatch(
        _ id: MatchID,
        receiving: () async throws -> ReceivedBody
    ) async throws -> StoredMatch {
        var kept: Body?
        do {
            return try await batches.matches.store {
                let received = try await receiving()
                let body = Body(kind: .match, id: id, received: received)
                kept = body.withoutText
                let match = try await decoded(body) { body throws(BodyRejection) in try MatchDecoder.decode(body) }
                novelties.report(match.novelties, in: "match")
                let ready = ReadyMatch(body: body.withoutText, match: match, receivedAt: received.receivedAt)
                return (ready, body.decodedBytes)
            }
        } catch let error as PostgresError where error.liesInData {
            throw try await refused(kept, error)
        }
    }

    /// Keeps a timeline: its rows, the body as it came and the marks of the ledger, in one transaction.
    ///
    /// As `storeMatch`; the match itself need not be held.
    public func storeTimeline(
        _ id: MatchID,
        receiving: () async throws -> ReceivedBody
    ) async throws -> StoredTimeline {
        var kept: Body?
        do {
            return try await batches.timelines.store {
                let received = try await receiving()
                let body = Body(kind: .timeline, id: id, received: received)
                kept = body.withoutText
                let timeline = try await decoded(body) { body throws(BodyRejection) in try TimelineDecoder.decode(body)
                }
                novelties.report(timeline.novelties, in: "timeline")
                let ready = ReadyTimeline(body: body.withoutText, timeline: timeline, receivedAt: received.receivedAt)
                return (ready, body.decodedBytes)
            }
        } catch let error as PostgresError where error.liesInData {
            throw try await refused(kept, error)
        }
    }

    /// Keeps a match body that is here already.
    public func storeMatch(
        _ id: MatchID,
        body: [UInt8],
        isGzip: Bool,
        receivedAt: Int64
    ) async throws -> StoredMatch {
        try await storeMatch(id) { ReceivedBody(bytes: body, isGzip: isGzip, receivedAt: receivedAt) }
    }

    /// Keeps a timeline that is here already.
    public func storeTimeline(
        _ id: MatchID,
        body: [UInt8],
        isGzip: Bool,
        receivedAt: Int64
    ) async throws -> StoredTimeline {
        try await storeTimeline(id) { ReceivedBody(bytes: body, isGzip: isGzip, receivedAt: receivedAt) }
    }

    /// Decodes when it is the body's turn; what cannot be understood is kept beside.
    private func decoded<Decoded>(
        _ body: Body,
        _ decode: (Body) throws(BodyRejection) -> Decoded
    ) async throws -> Decoded {
        do throws(BodyRejection) {
            return try await batches.gate.pass { () throws(BodyRejection) in try decode(body) }
        } catch {
            try await keepRejected(body, error)
            throw error
        }
    }

    /// Keeps a body beside that was understood, and whose rows the server does not take.
    private func refused(_ body: Body?, _ error: PostgresError) async throws -> any Error {
        guard let body else { return error }
        let rejection = BodyRejection(
            kind: body.kind,
            id: body.id,
            reason: "PostgreSQL refuses its rows: \(error.message)",
            place: error.sqlState.map { "SQLSTATE \($0)" } ?? "its rows"
        )
        try await keepRejected(body, rejection)
        return rejection
    }

    /// What storing a body would write: rows by table, and for a timeline the frames, events and damage entries.
    ///
    /// - Throws: `BodyRejection` when the body cannot be understood.
    public static func rowCounts(
        of kind: FetchKind,
        _ id: MatchID,
        body: [UInt8],
        isGzip: Bool
    ) throws(BodyRejection) -> [String: Int] {
        let body = Body(kind: kind, id: id, bytes: body, isGzip: isGzip)
        switch kind {
        case .match: return try MatchDecoder.decode(body).rowCounts
        case .timeline: return try TimelineDecoder.decode(body).rowCounts
        }
    }

    private func keepRejected(_ body: Body, _ rejection: BodyRejection) async throws {
        logger.error("a body is refused", metadata: ["reason": "\(rejection)"])
        _ = try await pool.query(
            """
            INSERT INTO rejected_body (riot_id, kind, encoding, parser_version, reason, place, sha256, bytes)
            VALUES ($1, $2, $3, $4, $5, $6, sha256($7::bytea), $7::bytea)
            ON CONFLICT (riot_id, kind) DO UPDATE SET
                encoding = excluded.encoding, parser_version = excluded.parser_version, reason = excluded.reason,
                place = excluded.place, sha256 = excluded.sha256, bytes = excluded.bytes, last_seen_at = now(),
                attempts = rejected_body.attempts + 1
            """,
            [
                .text(body.id.text), .text(body.kind.rawValue), .text(body.encoding), .int(Int64(Self.parserVersion)),
                .text(rejection.reason), .text(rejection.place), .bytes(body.bytes),
            ]
        )
        try await withholdRejected(body)
    }
}

extension Body {
    fileprivate init(kind: FetchKind, id: MatchID, received: ReceivedBody) {
        self.init(kind: kind, id: id, bytes: received.bytes, isGzip: received.isGzip, text: received.inflated)
    }

    /// The body as it is kept, without the text that it was decoded from.
    fileprivate var withoutText: Body { Body(kind: kind, id: id, bytes: bytes, isGzip: isGzip) }

    /// About how many bytes the decoded body takes up: JSON becomes a sixth of itself as gzip.
    fileprivate var decodedBytes: Int { text?.count ?? bytes.count * (isGzip ? 6 : 1) }
}
