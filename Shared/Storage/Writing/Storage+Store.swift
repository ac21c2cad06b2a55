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
    /// that arrive at the same time may share.
    ///
    /// Safe to repeat, and safe beside others who store the same match or share its players: who comes second writes
    /// only the marks.
    /// - Parameters:
    ///   - body: the bytes of the wire.
    ///   - isGzip: they are gzip.
    ///   - inflated: the text, when it is at hand already.
    ///   - receivedAt: epoch milliseconds.
    /// - Throws: `BodyRejection` when it cannot be understood, after keeping it in `rejected_body`; `PostgresError`;
    ///   `CancellationError`.
    public func storeMatch(
        _ id: MatchID,
        body: [UInt8],
        isGzip: Bool,
        inflated: [UInt8]? = nil,
        receivedAt: Int64
    ) async throws -> StoredMatch {
        let body = Body(kind: .match, id: id, bytes: body, isGzip: isGzip, text: inflated)
        return try await batches.matches.store {
            let match = try await decoded(body) { body throws(BodyRejection) in try MatchDecoder.decode(body) }
            novelties.report(match.novelties, in: "match")
            return (ReadyMatch(body: body.withoutText, match: match, receivedAt: receivedAt), body.decodedBytes)
        }
    }

    /// Keeps a timeline: its rows, the body as it came and the marks of the ledger, in one transaction.
    ///
    /// As `storeMatch`; the match itself need not be held.
    public func storeTimeline(
        _ id: MatchID,
        body: [UInt8],
        isGzip: Bool,
        inflated: [UInt8]? = nil,
        receivedAt: Int64
    ) async throws -> StoredTimeline {
        let body = Body(kind: .timeline, id: id, bytes: body, isGzip: isGzip, text: inflated)
        return try await batches.timelines.store {
            let timeline = try await decoded(body) { body throws(BodyRejection) in try TimelineDecoder.decode(body) }
            novelties.report(timeline.novelties, in: "timeline")
            return (
                ReadyTimeline(body: body.withoutText, timeline: timeline, receivedAt: receivedAt), body.decodedBytes
            )
        }
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
    /// The body as it is kept, without the text that it was decoded from.
    fileprivate var withoutText: Body { Body(kind: kind, id: id, bytes: bytes, isGzip: isGzip) }

    /// About how many bytes the decoded body takes up: JSON becomes a sixth of itself as gzip.
    fileprivate var decodedBytes: Int { text?.count ?? bytes.count * (isGzip ? 6 : 1) }
}
